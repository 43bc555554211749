"""The packaged front end in, the files that may be served out."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

_MIME_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Asset:
    """A file of the front end and its type for the browser."""

    content: bytes
    mime_type: str


def list_assets() -> dict[str, Asset]:
    """Return every servable file by its path below `static`.

    A request is looked up in this list and never becomes a path of its own,
    so there is nothing to traverse. Files are read once: a page asks for a
    hundred of them.
    """
    assets: dict[str, Asset] = {}
    _add_assets(assets, resources.files("tb_plugin") / "static", "")
    return assets


def assets_version(assets: Mapping[str, Asset]) -> str:
    """Return what stands for the content of all files.

    It is a folder in their addresses, so that a browser may keep them for
    good: an upgrade has other addresses.
    """
    digest = hashlib.blake2b(digest_size=8)
    for name in sorted(assets):
        digest.update(name.encode() + b"\0" + assets[name].content)
    return digest.hexdigest()


def _add_assets(
    assets: dict[str, Asset], folder: Traversable, prefix: str
) -> None:
    for item in folder.iterdir():
        name = prefix + item.name
        if item.is_dir():
            _add_assets(assets, item, f"{name}/")
        elif mime_type := _MIME_TYPES.get("." + item.name.rpartition(".")[2]):
            assets[name] = Asset(item.read_bytes(), mime_type)
