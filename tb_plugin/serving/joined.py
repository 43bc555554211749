"""Joins the modules of the front end into one script, with a source map.

TensorBoard's server closes the connection after every answer: the modules of
the page, asked for one by one, took longer than all the data. So they are
joined when the server starts. Every module becomes a function of its own
that runs once, after those that it imports, in the order that a browser would
run them; lines stay as they are written, but for `import` and `export`:

    import { el } from './dom.js';     const { el } = $modules["dom.js"];
    export function chart(…) {…}       function chart(…) {…} … return { chart };

Only what our files use is understood; anything else is an error at once.

Since lines stay lines, the source map has one segment per line: it begins where
the line of the module begins. Source: ECMA-426, Source map format, 1st edition,
2024, https://tc39.es/ecma426/.
"""

import json
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_IMPORT = re.compile(r"^import (?:([^;']+?) from )?'(\.[^']+)';$", re.M)
_EXPORT = re.compile(
    r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.M
)
_NO_EXPORT = re.compile(r"^export \{\};$", re.M)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.M)
_SHEET = re.compile(r"^@import '(\.[^']+)';$", re.M)

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


@dataclass(frozen=True)
class Line:
    """A line of the joined script.

    Attributes:
        text: what it says.
        module: path of the module that it was written in; None for what
            joining adds.
        number: its number there, from 0.
    """

    text: str
    module: str | None = None
    number: int = 0


def joined_lines(sources: Mapping[str, str], entry: str) -> list[Line]:
    """Return the lines of one module that exports what the entry exports.

    Args:
        sources: text of every module by its path.
        entry: path of the one to begin with.

    Raises:
        ValueError: a module imports what is not there, or in a circle, or in
            a way that this file does not know.
    """
    lines = [Line("const $modules = {};")]
    for name in _in_order(sources, entry, _IMPORT, 2):
        lines += _module(name, sources[name])
    exports = ", ".join(_exports(sources[entry]))
    last = f"export const {{ {exports} }} = $modules[{entry!r}];"
    return [*lines, Line(last)]


def script_of(lines: Iterable[Line], source_map: str) -> str:
    """Return the joined script.

    Args:
        lines: as `joined_lines` returns them.
        source_map: address of its source map, relative to the script.
    """
    text = "\n".join(line.text for line in lines)
    return f"{text}\n//# sourceMappingURL={source_map}\n"


def source_map(lines: Sequence[Line], folder: str) -> str:
    """Return the source map of the joined script, as JSON.

    Args:
        lines: as `joined_lines` returns them.
        folder: address of the folder of the modules, relative to the map.
    """
    names = list(dict.fromkeys(line.module for line in lines if line.module))
    index = {name: i for i, name in enumerate(names)}
    mappings = []
    source = number = 0  # a segment tells how far it is from the one before
    for line in lines:
        if line.module is None:
            mappings.append("")
            continue
        steps = (0, index[line.module] - source, line.number - number, 0)
        mappings.append("".join(map(_base64, steps)))
        source, number = index[line.module], line.number
    return json.dumps(
        {
            "version": 3,
            "sources": [f"{folder}/{name}" for name in names],
            "names": [],
            "mappings": ";".join(mappings),
        }
    )


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


def _module(name: str, source: str) -> Iterator[Line]:
    body = _IMPORT.sub(_import_from(name), source)
    body = _NO_EXPORT.sub("", _EXPORT.sub("", body))
    if unknown := _LEFT.search(body):
        raise ValueError(f"{name}: {unknown[0]!r} is not understood here")
    yield Line(f"$modules[{name!r}] = (() => {{")
    for number, text in enumerate(body.removesuffix("\n").split("\n")):
        yield Line(text, name, number)
    yield Line(f"return {{ {', '.join(_exports(source))} }};")
    yield Line("})();")


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


def _base64(value: int) -> str:
    """Return a number as source maps have it: the sign, then groups of 5 bits.

    The lowest bits come first; a group that is not the last has a sixth bit.
    """
    rest = 2 * abs(value) + (value < 0)
    digits = ""
    while rest > 31:
        digits += _BASE64[rest & 31 | 32]
        rest >>= 5
    return digits + _BASE64[rest]
