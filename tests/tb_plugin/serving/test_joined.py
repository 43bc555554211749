"""Modules that are joined do what they do one by one."""

import functools
import gzip
import json
import re
import shutil
import string
import subprocess
from pathlib import Path

import pytest

import tb_plugin
from tb_plugin.serving.assets import (
    SCRIPT,
    SHEET,
    SOURCE_MAP,
    Asset,
    list_assets,
)
from tb_plugin.serving.joined import (
    joined_lines,
    joined_sheet,
    script_of,
    source_map,
)

STATIC = Path(tb_plugin.__file__).parent / "static"
TYPES = {"api/types.js"}  # imported by nobody at run time
SOURCES = {
    "index.js": (
        "import './a/effect.js';\n"
        "import * as words from './words.js';\n"
        "import {\n  plus as add,\n  Box,\n} from './a/sum.js';\n"
        "export const answer = add(words.two, new Box(40).value);\n"
        "export async function seen() {\n  return globalThis.seen;\n}\n"
    ),
    "words.js": "export const two = 2;\n",
    "a/sum.js": (
        "import { two } from '../words.js';\n"
        "const hidden = two - two;\n"
        "export const plus = (a, b) => a + b + hidden;\n"
        "export class Box {\n"
        "  constructor(value) {\n    this.value = value;\n  }\n}\n"
    ),
    "a/effect.js": "globalThis.seen = 'seen';\nexport {};\n",
    "nobody.js": "throw new Error('not imported');\n",
}


def test_joined_module_runs_as_its_parts_would(tmp_path: Path) -> None:
    script = script_of(joined_lines(SOURCES, "index.js"), "joined.mjs.map")
    (tmp_path / "joined.mjs").write_text(script)
    ask = "const { answer, seen } = await import('./joined.mjs');"
    ask += "console.log(JSON.stringify([answer, await seen()]));"
    said = subprocess.run(
        [shutil.which("node") or "node", "--input-type=module", "-e", ask],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert json.loads(said.stdout) == [42, "seen"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import { a } from './gone.js';", "index.js -> gone.js"),
        ("import { a } from './index.js';", "index.js -> index.js"),
        ('import { a } from "./words.js";', "not understood"),
        ("import words from 'words';", "not understood"),
        ("export let a = 1;", "not understood"),
        ("export default 1;", "not understood"),
        ("export * from './words.js';", "not understood"),
    ],
)
def test_what_is_not_understood_is_an_error(source: str, message: str) -> None:
    sources = {"index.js": source + "\n", "words.js": "export const a = 1;\n"}
    with pytest.raises(ValueError, match=re.escape(message)):
        joined_lines(sources, "index.js")


def test_sheets_follow_each_other_as_they_are_imported() -> None:
    sources = {
        "all.css": "@import './b.css';\n@import './a.css';\np {}\n",
        "a.css": "a {}\n",
        "b.css": "b {}\n",
    }
    joined = joined_sheet(sources, "all.css")
    assert joined.split() == ["b", "{}", "a", "{}", "p", "{}"]


def test_every_module_is_in_what_is_served() -> None:
    served = re.findall(r"^\$modules\['(.+)'\] = ", _served(SCRIPT), re.M)
    assert set(served) == _names("js") - TYPES and len(served) > 60


def test_every_sheet_is_in_what_is_served() -> None:
    served = _served(SHEET)
    texts = [(STATIC / name).read_text() for name in _names("css") - {SHEET}]
    assert len(texts) > 10 and all(text in served for text in texts)


def test_source_map_leads_to_the_line_that_was_written() -> None:
    lines = script_of(joined_lines(SOURCES, "index.js"), "map").split("\n")
    said = json.loads(source_map(joined_lines(SOURCES, "index.js"), "src"))
    found = [
        f"{said['sources'][place[0]]}:{place[1] + 1} {line}"
        for line, place in zip(lines, decoded(said["mappings"]), strict=False)
        if place
    ]
    assert found[0] == "src/a/effect.js:1 globalThis.seen = 'seen';"
    assert "src/a/sum.js:2 const hidden = two - two;" in found
    assert "src/index.js:8 async function seen() {" in found
    assert len(found) == sum(
        text.count("\n")
        for name, text in SOURCES.items()
        if name != "nobody.js"
    )


def test_every_line_that_is_served_is_the_line_that_its_map_names() -> None:
    lines = _served(SCRIPT).split("\n")
    said = json.loads(_served("index.js.map"))
    assert f"//# sourceMappingURL={SOURCE_MAP}" in lines
    written = [_served(name).split("\n") for name in said["sources"]]
    places = decoded(said["mappings"])
    seen = [set[int]() for _ in written]
    for line, place in zip(lines, places, strict=False):
        if not place:
            continue
        source, number = place
        seen[source].add(number)
        original = written[source][number]
        expected = rewritten(original)
        is_import = expected.endswith("$modules[")
        assert line[: len(expected)] == expected
        assert is_import or line == expected
    for text, numbers in zip(written, seen, strict=True):
        assert numbers == set(range(len(text) - 1))


def rewritten(original: str) -> str:
    """Return a line as joining leaves it, up to the name of a module."""
    text = re.sub(r"^export (\{\};)?|^import '.*", "", original)
    text = re.sub(r"^import (\* as )?", "const ", text)
    if not text.endswith("';") or " from '." not in text:
        return text
    names = text.rpartition(" from '.")[0].replace(" as ", ": ")
    return f"{names} = $modules["


def decoded(mappings: str) -> list[tuple[int, int] | None]:
    """Return source and line of each line, as a browser reads them."""
    letters = string.ascii_uppercase + string.ascii_lowercase
    letters += string.digits + "+/"
    found: list[tuple[int, int] | None] = []
    state = [0, 0, 0, 0]
    for line in mappings.split(";"):
        if not line:
            found.append(None)
            continue
        numbers, value, shift = [], 0, 0
        for digit in map(letters.index, line):
            value |= (digit & 31) << shift
            shift += 5
            if not digit & 32:
                numbers.append(-(value >> 1) if value & 1 else value >> 1)
                value = shift = 0
        column, *steps = numbers
        assert column == 0
        state = [0, *(a + b for a, b in zip(state[1:], steps, strict=True))]
        found.append((state[1], state[2]))
    return found


def _served(name: str) -> str:
    return gzip.decompress(_assets()[name].content).decode()


@functools.cache
def _assets() -> dict[str, Asset]:
    """Return what is served; it is joined anew at each call."""
    return list_assets()


def _names(suffix: str) -> set[str]:
    """Return the source files of a type, by their paths."""
    found = STATIC.rglob(f"*.{suffix}")
    return {path.relative_to(STATIC).as_posix() for path in found}
