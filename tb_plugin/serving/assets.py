"""The packaged front end in, the files that may be served out."""

import gzip
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

from tb_plugin.serving.joined import joined_script, joined_sheet

SCRIPT = "index.js"
SHEET = "index.css"


@dataclass(frozen=True)
class Asset:
    """A file of the front end, and its type for the browser.

    Attributes:
        content: compressed with gzip, once for all who ask.
        mime_type: of what it is when it is not compressed.
    """

    content: bytes
    mime_type: str


def list_assets() -> dict[str, Asset]:
    """Return every servable file by its path below `static`.

    A request is looked up in this list and never becomes a path of its own,
    so there is nothing to traverse.
    """
    sources = dict(_sources(resources.files("tb_plugin") / "static", ""))
    return {
        SCRIPT: _asset(joined_script(sources, SCRIPT), "text/javascript"),
        SHEET: _asset(joined_sheet(sources, SHEET), "text/css"),
    }


def assets_version(assets: Mapping[str, Asset]) -> str:
    """Return what stands for the content of all files.

    It is a folder in their addresses, so that a browser may keep them for
    good: an upgrade has other addresses.
    """
    digest = hashlib.blake2b(digest_size=8)
    for name in sorted(assets):
        digest.update(name.encode() + b"\0" + assets[name].content)
    return digest.hexdigest()


def _asset(text: str, mime_type: str) -> Asset:
    return Asset(gzip.compress(text.encode(), mtime=0), mime_type)


def _sources(folder: Traversable, prefix: str) -> Iterator[tuple[str, str]]:
    for item in folder.iterdir():
        name = prefix + item.name
        if item.is_dir():
            yield from _sources(item, f"{name}/")
        elif name.endswith((".js", ".css")):
            yield name, item.read_text("utf-8")
