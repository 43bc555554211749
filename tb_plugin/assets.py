"""The packaged front end in, the files that may be served out."""

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

    file: Traversable
    mime_type: str


def list_assets() -> dict[str, Asset]:
    """Return every servable file by its path below `static`.

    A request is looked up in this list and never becomes a path of its own,
    so there is nothing to traverse.
    """
    assets: dict[str, Asset] = {}
    _add_assets(assets, resources.files("tb_plugin") / "static", "")
    return assets


def _add_assets(
    assets: dict[str, Asset], folder: Traversable, prefix: str
) -> None:
    for item in folder.iterdir():
        name = prefix + item.name
        if item.is_dir():
            _add_assets(assets, item, f"{name}/")
        elif mime_type := _MIME_TYPES.get("." + item.name.rpartition(".")[2]):
            assets[name] = Asset(item, mime_type)
