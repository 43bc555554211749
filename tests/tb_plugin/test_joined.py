"""Modules that are joined do what they do one by one."""

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import tb_plugin
from tb_plugin.assets import SCRIPT, SHEET, list_assets
from tb_plugin.joined import joined_script, joined_sheet

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
    (tmp_path / "joined.mjs").write_text(joined_script(SOURCES, "index.js"))
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
        joined_script(sources, "index.js")


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
    assert len(texts) == 10 and all(text in served for text in texts)


def _served(name: str) -> str:
    return gzip.decompress(list_assets()[name].content).decode()


def _names(suffix: str) -> set[str]:
    """Return the source files of a type, by their paths."""
    found = STATIC.rglob(f"*.{suffix}")
    return {path.relative_to(STATIC).as_posix() for path in found}
