"""Settings of Sphinx: `python -m sphinx -b html docs site` makes the pages.

Nothing is fetched, neither now nor by readers. The reference is made of the
docstrings, which are Markdown: names in single backticks, tables with bars.
"""

import inspect
import os
import re
import sys
from pathlib import Path
from typing import Any

from sphinx.domains.python import PyObject
from sphinx.util.inspect import stringify_signature

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parent.parent))

project = "kerasviz"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "kerasviz"
html_copy_source = False
html_show_copyright = False
html_static_path = ["static"]
html_css_files = ["pages.css"]
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#a84a00",
        "color-brand-content": "#1a73e8",
    },
    "dark_css_variables": {
        "color-brand-primary": "#ffa14a",
        "color-brand-content": "#8ab4f8",
    },
}
myst_heading_anchors = 3
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 60
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_custom_sections = [("Source", "notes_style")]
suppress_warnings = ["ref.python"]

_TABLE_LINE = re.compile(r"\s*\|.*\|\s*$")
_RULE = re.compile(r"[\s|:+-]+$")  # between a table's head and its body
Rows = list[list[str]]


# What the aliases of types stand for, and what readers know them as.
_ARRAY = r"ndarray\[tuple\[Any, \.\.\.\], dtype\[[\w~.]+(?:\[Any\])?\]\]"
_TYPES = {
    r"_Buffer \| _SupportsArray.*?_NestedSequence\[complex.*?\]": "ArrayLike",
    _ARRAY: "ndarray",
    r"Sequence\[str\] \| Mapping\[int, str\] \| Mapping\[str, int\]": (
        "list | dict"
    ),
    r"str \| Layer \| Iterable\[str \| Layer\]": "str | Layer | list",
}


def _loosely(pattern: str) -> str:
    """Let every name of a pattern be preceded by its modules."""
    names = r"(?<![\\\w])([A-Za-z_]\w*)"
    return re.sub(names, r"~?(?:\\w+\\.)*\1", pattern)


def setup(app: Any) -> None:
    """Let docstrings keep their tables, and signatures say what to pass."""
    app.connect("autodoc-process-docstring", _show_tables, priority=1)
    app.connect("autodoc-process-signature", _name_types)
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.label = "Attributes"


def _name_types(
    _app: Any, what: str, _name: str, shown: Any, _options: Any, *was: Any
) -> tuple[str | None, str | None]:
    """Return a signature with the names of types that a reader knows.

    Callbacks are made by a `__new__` that takes anything, so that they can be
    copied; their arguments are those of `__init__`.
    """
    signature, returns = was
    if what == "class" and hasattr(shown, "on_train_begin"):
        every = inspect.signature(shown.__init__)
        own = every.replace(parameters=list(every.parameters.values())[1:])
        signature = stringify_signature(
            own, show_return_annotation=False, unqualified_typehints=True
        )
    for long, short in _TYPES.items():
        pattern = _loosely(long)
        signature = signature and re.sub(pattern, short, signature)
        returns = returns and re.sub(pattern, short, returns)
    return signature, returns


def _show_tables(*arguments: object) -> None:
    """Turn the Markdown tables of a docstring into tables of Sphinx."""
    lines = arguments[-1]
    if not isinstance(lines, list):
        raise TypeError("Sphinx gives the lines of a docstring last")
    shown: list[str] = []
    table: list[str] = []
    for line in [*lines, ""]:
        if _TABLE_LINE.match(line):
            table.append(line)
            continue
        if table:
            shown += _as_list_table(table)
            table = []
        shown.append(line)
    lines[:] = shown


def _as_list_table(table: list[str]) -> list[str]:
    """Return the lines of a table; a cell may go on in the lines below it."""
    indent = " " * (len(table[0]) - len(table[0].lstrip()))
    has_head = len(table) > 1 and bool(_RULE.match(table[1]))
    rows: Rows = []
    for line in table:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if _RULE.match(line):
            continue
        if rows and _goes_on(rows[-1], cells):
            rows[-1] = [
                f"{a} {b}".strip() for a, b in zip(rows[-1], cells, strict=True)
            ]
        else:
            rows.append(cells)
    option = [f"{indent}   :header-rows: 1"] if has_head else []
    shown = ["", f"{indent}.. list-table::", *option, ""]
    for row in rows:
        starts = ["* -", *["  -"] * (len(row) - 1)]
        shown += [
            f"{indent}   {start} {cell}".rstrip()
            for start, cell in zip(starts, row, strict=True)
        ]
    return [*shown, ""]


def _goes_on(row: list[str], below: list[str]) -> bool:
    """Return whether a line of a table continues the row above it."""
    return not below[0] or row[0].endswith(",") or not any(below[1:])
