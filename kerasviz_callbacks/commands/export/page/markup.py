"""Builds the elements of a page; every name and text is escaped.

A page is a tree of elements that the standard library writes: no text of a log
is ever pasted into markup.
"""

import base64
import hashlib
from collections.abc import Iterable
from typing import TypeAlias
from xml.etree import ElementTree

from kerasviz_callbacks.arrays import ByteArray
from kerasviz_callbacks.commands.export.words import printable
from kerasviz_callbacks.pictures import encode, encoding_for

Element: TypeAlias = ElementTree.Element
Child: TypeAlias = Element | str | None


def el(tag: str, /, *children: Child, **attributes: str) -> Element:
    """Return an element; `class_` is `class`, and `_` in a name is `-`."""
    names = {
        name.rstrip("_").replace("_", "-"): printable(value)
        for name, value in attributes.items()
    }
    element = ElementTree.Element(tag, names)
    for child in children:
        if isinstance(child, str):
            _add_text(element, printable(child))
        elif child is not None:
            element.append(child)
    return element


def all_of(tag: str, children: Iterable[Child], **attributes: str) -> Element:
    """Return an element with the children of an iterable."""
    return el(tag, *children, **attributes)


def picture(pixels: ByteArray, alt: str, **attributes: str) -> Element:
    """Return an image element that contains its file.

    Args:
        pixels: (h, w, 3) uint8; small ones are stored losslessly.
        alt: What it shows, in words.
        attributes: More attributes of the element.
    """
    encoding = encoding_for(pixels[None])
    file = base64.b64encode(encode(pixels, encoding)).decode()
    height, width = pixels.shape[:2]
    size = {"width": str(width), "height": str(height)}
    source = f"data:image/{encoding};base64,{file}"
    return el("img", src=source, alt=alt, **size, **attributes)


def page(title: str, style: str, body: Element) -> str:
    """Return the file of a page that may load and run nothing at all.

    Args:
        title: Title of the window.
        style: Style sheet, the only one that the page accepts.
        body: The element `body`.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    content = {"http-equiv": "Content-Security-Policy", "content": policy}
    head = el(
        "head",
        el("meta", charset="utf-8"),
        ElementTree.Element("meta", content),
        el("meta", name="viewport", content="width=device-width"),
        el("title", title),
        el("style", style),
    )
    html = el("html", head, body, lang="en")
    text = ElementTree.tostring(html, encoding="unicode", method="html")
    return f"<!doctype html>\n{text}\n"


def _add_text(element: Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text
