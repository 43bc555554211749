"""The types of `tb_plugin/static/api/types.js`, for tests in Python."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import tb_plugin

_FILE = Path(tb_plugin.__file__).parent / "static/api/types.js"
_TEXT = re.sub(r"\n \*(?!/) *", " ", _FILE.read_text("utf-8"))
_TYPEDEF = re.compile(
    r"@typedef (\{.*?\}) (\w+)(?=\s)(.*?)(?=@typedef|\*/)", re.S
)
_PROPERTY = re.compile(r"@property \{(.*?)\} (\w+)(?=\s)")
_PRIMITIVES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


@cache
def page_types() -> dict[str, dict[str, str]]:
    """Return each object type: the JSDoc type of each field."""
    found = {name: _fields(*found) for name, found in _typedefs().items()}
    return {name: fields for name, fields in found.items() if fields}


@cache
def aliases() -> dict[str, str]:
    """Return the types that are no objects: what each stands for."""
    return {
        name: js[1:-1]
        for name, (js, _) in _typedefs().items()
        if name not in page_types()
    }


def problems(value: Any, js: str, place: str) -> list[str]:
    """Return where a value out of JSON is not of a type, if anywhere.

    Args:
        value: from `json.loads`.
        js: a type as JSDoc writes it.
        place: how the value is called.
    """
    options = _parted(js, " | ")
    if len(options) > 1:
        each = [problems(value, option, place) for option in options]
        return min(each, key=len)
    if js.startswith("(") and js.endswith(")"):
        return problems(value, js[1:-1], place)
    if js.endswith("[]"):
        return _of_items(value, js[:-2], place)
    if js.startswith("Record<string, "):
        items = value.items() if isinstance(value, dict) else [("", value)]
        inner = js.removeprefix("Record<string, ")[:-1]
        return [p for k, v in items for p in problems(v, inner, f"{place}.{k}")]
    if js.startswith("["):
        inner, count = _parted(js[1:-1], ", ")[0], len(_parted(js[1:-1], ", "))
        wrong = not isinstance(value, list) or len(value) != count
        return [place] if wrong else _of_items(value, inner, place)
    if js.startswith("{"):
        return _of_object(value, dict(_inline(js)), place)
    if js in page_types():
        return _of_object(value, page_types()[js], place)
    if js in aliases():
        return problems(value, aliases()[js], place)
    if js.startswith("'"):
        return [] if value == js[1:-1] else [f"{place}: {value!r} is not {js}"]
    is_flag = isinstance(value, bool) and js == "number"
    is_it = isinstance(value, _PRIMITIVES[js]) and not is_flag
    return [] if is_it else [f"{place}: {value!r} is no {js}"]


def _of_items(value: Any, js: str, place: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{place} is no list"]
    return [
        problem
        for i, each in enumerate(value)
        for problem in problems(each, js, f"{place}[{i}]")
    ]


def _of_object(value: Any, fields: dict[str, str], place: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{place} is no object"]
    types = {name.removesuffix("?"): js for name, js in fields.items()}
    needed = {name for name in fields if not name.endswith("?")}
    found = [f"{place} lacks {name}" for name in sorted(needed - set(value))]
    for name, each in value.items():
        if name in types:
            found += problems(each, types[name], f"{place}.{name}")
        else:
            found.append(f"{place}.{name} has no type")
    return found


@cache
def _typedefs() -> dict[str, tuple[str, str]]:
    return {m[2]: (m[1], m[3]) for m in _TYPEDEF.finditer(_TEXT)}


def _fields(js: str, rest: str) -> dict[str, str]:
    if js == "{object}":
        return {name: js for js, name in _PROPERTY.findall(rest)}
    fields: dict[str, str] = {}
    for part in _parted(js[1:-1], " & "):
        if part.startswith("{"):
            fields |= dict(_inline(part))
        elif " & " in js:
            fields |= _fields(*_typedefs()[part])
    return fields


def _inline(js: str) -> Iterator[tuple[str, str]]:
    for pair in _parted(js[1:-1], ", "):
        name, _, of = pair.partition(": ")
        yield name, of


def _parted(js: str, mark: str) -> list[str]:
    """Split a type at a mark that lies in no bracket."""
    parts, depth, start = [], 0, 0
    for i, letter in enumerate(js):
        depth += (letter in "({[<") - (letter in ")}]>")
        if depth == 0 and js.startswith(mark, i):
            parts.append(js[start:i])
            start = i + len(mark)
    return [*parts, js[start:]]
