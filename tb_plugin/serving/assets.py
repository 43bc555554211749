"""Source files of the front end in, one file out that does the same.

TensorBoard's server closes the connection after every answer: the hundred
files of the page, asked for one by one, took longer than all the data. So they
are joined when the server starts. Every module becomes a function of its own
that runs once, after those that it imports, in the order that a browser would
run them; lines stay as they are written, but for `import` and `export`:

    import { el } from './dom.js';     const { el } = $modules["dom.js"];
    export function chart(…) {…}       function chart(…) {…} … return { chart };

Only what our files use is understood; anything else is an error at once.

The packaged front end in, the files that may be served out.
"""

import gzip
import hashlib
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

_IMPORT = re.compile(r"^import (?:([^;']+?) from )?'(\.[^']+)';$", re.M)
_EXPORT = re.compile(
    r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.M
)
_NO_EXPORT = re.compile(r"^export \{\};$", re.M)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.M)
_SHEET = re.compile(r"^@import '(\.[^']+)';$", re.M)

_MODULE = (
    "$modules[{name!r}] = (() => {{\n{body}\nreturn {{ {exports} }};\n}})();"
)


def joined_script(sources: Mapping[str, str], entry: str) -> str:
    """Return one module that exports what the entry exports.

    Args:
        sources: text of every module by its path.
        entry: path of the one to begin with.

    Raises:
        ValueError: a module imports what is not there, or in a circle, or in
            a way that this file does not know.
    """
    order = _in_order(sources, entry, _IMPORT, 2)
    exports = ", ".join(_exports(sources[entry]))
    parts = ["const $modules = {};"]
    parts += [_module(name, sources[name]) for name in order]
    parts.append(f"export const {{ {exports} }} = $modules[{entry!r}];")
    return "\n".join(parts)


def joined_sheet(sources: Mapping[str, str], entry: str) -> str:
    """Return one style sheet: the entry, with what it imports in its place.

    Raises:
        ValueError: a sheet imports what is not there, or in a circle.
    """
    order = _in_order(sources, entry, _SHEET, 1)
    return "\n".join(_SHEET.sub("", sources[name]) for name in order)


def _in_order(
    sources: Mapping[str, str], entry: str, pattern: re.Pattern[str], group: int
) -> list[str]:
    """Return what the entry needs, each after what it needs itself."""
    found: list[str] = []
    open_names: list[str] = []

    def visit(name: str) -> None:
        if name in found:
            return
        if name in open_names or name not in sources:
            trail = " -> ".join([*open_names, name])
            raise ValueError(f"{trail}: in a circle, or not there")
        open_names.append(name)
        for match in pattern.finditer(sources[name]):
            visit(_path_from(name, match[group]))
        found.append(open_names.pop())

    visit(entry)
    return found


def _path_from(name: str, relative: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), relative))


def _module(name: str, source: str) -> str:
    body = _IMPORT.sub(_import_from(name), source)
    body = _NO_EXPORT.sub("", _EXPORT.sub("", body))
    if unknown := _LEFT.search(body):
        raise ValueError(f"{name}: {unknown[0]!r} is not understood here")
    exports = ", ".join(_exports(source))
    return _MODULE.format(name=name, body=body, exports=exports)


def _exports(source: str) -> Iterator[str]:
    return (match[1] for match in _EXPORT.finditer(source))


def _import_from(name: str) -> Callable[[re.Match[str]], str]:
    def replaced(match: re.Match[str]) -> str:
        names, relative = match[1], match[2]
        if names is None:
            return ""
        names = names.removeprefix("* as ").replace(" as ", ": ")
        return f"const {names} = $modules[{_path_from(name, relative)!r}];"

    return replaced


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
