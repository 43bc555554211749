"""The rooms of `tb_plugin/static` keep their walls, and its types the contract.

A module imports from the rooms before its own alone, so that what a change may
reach can be read off the folders:

    api dom models < pictures state < painting < keepers saving views
                                                        < page.js < index.js
    views: parts < detail frame matrix overview
                                < filters heatmaps compare < side.js < shell.js
"""

import posixpath
import re
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

import tb_plugin
from tb_plugin import contract
from tests.frontend.page_types import aliases, page_types

STATIC = Path(tb_plugin.__file__).parent / "static"
FRONTEND_TESTS = Path(__file__).parents[1] / "frontend"
MAX_ENTRIES = 15

ROOMS = [
    ["api", "dom", "models"],
    ["pictures", "state"],
    ["painting"],
    ["keepers", "saving", "views"],
    ["page.js"],
    ["index.js"],
]
VIEWS = [
    ["parts"],
    ["detail", "frame", "matrix", "overview"],
    ["filters", "heatmaps", "compare"],
    ["side.js"],
    ["shell.js"],
]
ANYWHERE = "api/types.js"  # the JSON of the server; nothing that runs

MODULES = {
    path.relative_to(STATIC).as_posix(): path.read_text("utf-8")
    for path in STATIC.rglob("*.js")
}
# What a module runs and what its comments take types from: both cross a wall.
_IMPORT = re.compile(r"(?:from |import |import\()'(\.[^']+)'")


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_imports_only_from_rooms_before_its_own(name: str) -> None:
    wrong = [
        other
        for other in imports(name)
        if other != ANYWHERE and not may_import(name, other)
    ]
    assert not wrong


def test_every_import_is_a_module_that_is_there() -> None:
    for name in MODULES:
        assert set(imports(name)) <= set(MODULES), name


def test_walls_are_seen() -> None:
    assert may_import("state/url.js", "models/axis.js")
    assert not may_import("models/axis.js", "state/url.js")
    assert not may_import("pictures/cache.js", "state/url.js")
    assert may_import("views/matrix/row.js", "views/matrix/matrix.js")
    assert may_import("views/filters/grid.js", "views/parts/tile.js")
    assert not may_import("views/parts/tile.js", "views/matrix/row.js")
    assert not may_import("views/filters/grid.js", "views/compare/choice.js")


@pytest.mark.parametrize("root", [STATIC, FRONTEND_TESTS], ids=str)
def test_no_folder_has_more_than_fifteen_entries(root: Path) -> None:
    folders = [root, *(path for path in root.rglob("*") if path.is_dir())]
    counts = {str(folder): len(visible(folder)) for folder in folders}
    assert {f: n for f, n in counts.items() if n > MAX_ENTRIES} == {}


def visible(folder: Path) -> list[Path]:
    return [p for p in folder.iterdir() if p.name[0] not in "._"]


def imports(name: str) -> Iterator[str]:
    """Yield the modules that one imports, or takes a type from."""
    folder = posixpath.dirname(name)
    for relative in _IMPORT.findall(MODULES[name]):
        yield posixpath.normpath(posixpath.join(folder, relative))


def may_import(name: str, other: str) -> bool:
    """Return whether the order of the rooms lets a module import another."""
    if room(name) != room(other):
        return rank(ROOMS, room(name)) > rank(ROOMS, room(other))
    if room(name) != "views":
        return True
    name, other = name.partition("/")[2], other.partition("/")[2]
    return room(name) == room(other) or (
        rank(VIEWS, room(name)) > rank(VIEWS, room(other))
    )


def room(name: str) -> str:
    return name.partition("/")[0]


def rank(order: list[list[str]], room: str) -> int:
    [found] = [i for i, rooms in enumerate(order) if room in rooms]
    return found


# --- api/types.js mirrors the contract ---------------------------------------

# A record of the contract, and what the page calls it.
RECORDS: dict[type, str] = {
    contract.Sheet: "Sheet",
    contract.Happened: "Happened",
    contract.Exemplars: "Exemplars",
    contract.PatternLayer: "PatternLayer",
    contract.MapLayer: "MapLayer",
    contract.Outcome: "Outcome",
    contract.HeldOutImage: "HeldOutImage",
    contract.HeldOut: "HeldOutRecord",
}
# Of a capture the page gets a summary: its layers by path, its outcome counted,
# and what a search for shortcuts found as findings.
NOT_SENT = {"schema", "patterns", "maps", "outcome", "shortcuts"}
NOT_SENT |= {"not_finite", "num_not_finite"}
SUMMED_UP = {
    "layers": "string[]",
    "num_labelled": "number | null",
    "num_correct": "number | null",
}
SCALARS = {str: "string", int: "number", float: "number", bool: "boolean"}


@pytest.mark.parametrize("record", RECORDS, ids=RECORDS.values())
def test_a_type_of_the_page_has_the_fields_of_its_record(record: type) -> None:
    assert of_the_page(RECORDS[record]) == js_fields(record)


def test_the_head_of_a_capture_has_the_fields_of_a_capture() -> None:
    sent = js_fields(contract.Capture, but=NOT_SENT)
    assert of_the_page("CaptureHead") == {**sent, **SUMMED_UP}


def test_a_kind_of_the_page_is_a_kind_of_the_contract() -> None:
    assert aliases()["Kind"] == js_type(contract.Kind)


def of_the_page(name: str) -> dict[str, str]:
    """Return the fields of a type of the page, without names for types."""
    return {
        field: aliases().get(js, js) for field, js in page_types()[name].items()
    }


def js_fields(record: type, but: Iterable[str] = ()) -> dict[str, str]:
    """Return the fields of a dataclass as JSDoc would type them, but some."""
    hints = get_type_hints(record)
    names = [field.name for field in fields(record) if field.name not in but]
    return {name: js_type(hints[name]) for name in names}


def js_type(hint: Any) -> str:
    """Return a type of the contract as it is after JSON."""
    if hint in SCALARS:
        return SCALARS[hint]
    if hint in RECORDS:
        return RECORDS[hint]
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return " | ".join(f"'{each}'" for each in args)
    if origin in (Union, types.UnionType):
        [some] = [each for each in args if each is not type(None)]
        return f"{js_type(some)} | null"
    if origin is tuple:
        item = js_type(args[0])
        return f"({item})[]" if item.endswith("null") else f"{item}[]"
    assert origin is Mapping
    return f"Record<string, {js_type(args[1])}>"
