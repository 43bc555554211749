"""The walls of the house: rooms that one sees by opening a folder.

Who may import whom is in pyproject.toml, checked by `lint-imports`.
"""

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_ENTRIES = 15
PACKAGES = ("kerasviz_callbacks", "tb_plugin")


def entries(folder: Path) -> list[str]:
    """Return what git would keep of a folder's entries."""
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.name != "__pycache__"
        and not path.name.endswith((".pyc", ".egg-info"))
    )


def rooms(*tops: str) -> list[Path]:
    """Return these folders and all folders in them."""
    found = [ROOT / top for top in tops]
    for top in tops:
        found += [path for path in (ROOT / top).rglob("*") if path.is_dir()]
    return [
        path
        for path in found
        if "__pycache__" not in path.parts and path.name != "released_logs"
    ]


def code_rooms() -> list[Path]:
    """Return the folders with Python files of both packages."""
    return [room for room in rooms(*PACKAGES) if any(room.glob("*.py"))]


@pytest.mark.parametrize("top", [*PACKAGES, "tests", "examples", "docs"])
def test_no_folder_is_an_alphabet(top):
    crowded = {
        room.relative_to(ROOT).as_posix(): len(entries(room))
        for room in rooms(top)
        if len(entries(room)) > MOST_ENTRIES
    }
    assert crowded == {}


def test_every_room_has_a_face():
    """Its docstring says what comes in, what goes out, what to touch."""
    faceless = []
    for room in code_rooms():
        tree = ast.parse((room / "__init__.py").read_text("utf-8"))
        names = {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        if not ast.get_docstring(tree) or "__all__" not in names:
            faceless.append(room.relative_to(ROOT).as_posix())
    assert faceless == []


def test_rooms_are_entered_by_their_faces():
    """A room's files import each other; others import from `__init__`."""
    passed_by = []
    for path in (ROOT / "kerasviz_callbacks").rglob("*.py"):
        here = path.relative_to(ROOT).parts[:-1]
        for name in imported(path):
            there = name.split(".")[:2]
            is_file = (ROOT / Path(*name.split("."))).with_suffix(".py")
            if (
                len(here) > 1
                and there[0] == "kerasviz_callbacks"
                and len(name.split(".")) > 2
                and list(here[:2]) != there
                and is_file.is_file()
            ):
                passed_by.append(f"{path.relative_to(ROOT)}: {name}")
    assert passed_by == []


def imported(path: Path) -> list[str]:
    """Return the modules that a file imports names from."""
    tree = ast.parse(path.read_text("utf-8"))
    return [
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
    ]


@pytest.mark.filterwarnings("ignore")  # of what is imported
def test_what_a_face_offers_is_there():
    missing = []
    for room in code_rooms():
        name = ".".join(room.relative_to(ROOT).parts)
        offered = importlib.import_module(name).__all__
        missing += [f"{name}.{x}" for x in offered if not is_there(name, x)]
    assert missing == []


def is_there(face: str, offered: str) -> bool:
    """Return whether a face has a name, or its room a file of that name."""
    if hasattr(importlib.import_module(face), offered):
        return True
    try:
        importlib.import_module(f"{face}.{offered}")
    except ImportError:
        return False
    return True


def test_most_files_hold_an_idea_not_a_fragment():
    """At most one file in ten is under 60 lines, and none is over 350."""
    lines = {
        path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines())
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if path.name != "__init__.py"
    }
    small = [path for path, count in lines.items() if count < 60]
    assert len(small) <= len(lines) / 10, small
    assert [path for path, count in lines.items() if count > 350] == []
