"""Lists the files of the front end that may be served, each with its type.

The page is one script and one style sheet. Beside them stand the source map of
the script, and every module and sheet by itself: a browser's debugger asks for
these, and the page loads from them under `debug=modules` (`http_api.md`).
"""

import gzip
import hashlib
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

from tb_plugin.serving.joined import (
    joined_lines,
    joined_sheet,
    script_of,
    source_map,
)

SCRIPT = "index.js"
SHEET = "index.css"
SOURCE_MAP = "index.js.map"
MODULES = "modules"  # the folder of the single files
_MIME_TYPES = {".js": "text/javascript", ".css": "text/css"}


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
    lines = joined_lines(sources, SCRIPT)
    single = {f"{MODULES}/{name}": text for name, text in sources.items()}
    texts = {
        SCRIPT: script_of(lines, SOURCE_MAP),
        SHEET: joined_sheet(sources, SHEET),
        **single,
    }
    assets = {
        name: _asset(text, _mime_type(name)) for name, text in texts.items()
    }
    mapped = source_map(lines, MODULES)
    return {**assets, SOURCE_MAP: _asset(mapped, "application/json")}


def assets_version(assets: Mapping[str, Asset]) -> str:
    """Return what stands for the content of all files.

    It is a folder in their addresses, so that a browser may keep them for
    good: an upgrade has other addresses.
    """
    digest = hashlib.blake2b(digest_size=8)
    for name in sorted(assets):
        digest.update(name.encode() + b"\0" + assets[name].content)
    return digest.hexdigest()


def _mime_type(name: str) -> str:
    return _MIME_TYPES[posixpath.splitext(name)[1]]


def _asset(text: str, mime_type: str) -> Asset:
    return Asset(gzip.compress(text.encode(), mtime=0), mime_type)


def _sources(folder: Traversable, prefix: str) -> Iterator[tuple[str, str]]:
    for item in folder.iterdir():
        name = prefix + item.name
        if item.is_dir():
            yield from _sources(item, f"{name}/")
        elif name.endswith(tuple(_MIME_TYPES)):
            yield name, item.read_text("utf-8")
