"""Settings of Sphinx: `python -m sphinx -b html docs site` makes the pages.

Nothing is fetched, neither now nor by readers. The reference is made of the
docstrings, which are Markdown: names in single backticks, tables with bars.
"""

import os
import re
import sys
from pathlib import Path

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

_TABLE_LINE = re.compile(r"\s*(\||\+--)")


def setup(app: object) -> None:
    """Let docstrings keep their tables."""
    app.connect("autodoc-process-docstring", _keep_tables, priority=1)  # type: ignore[attr-defined]


def _keep_tables(*arguments: object) -> None:
    """Show the lines of a Markdown table as they are."""
    lines = arguments[-1]
    if not isinstance(lines, list):
        raise TypeError("Sphinx gives the lines of a docstring last")
    kept: list[str] = []
    for line in lines:
        is_table = bool(_TABLE_LINE.match(line))
        was_table = bool(kept) and kept[-1].startswith("   |")
        if is_table and not was_table:
            kept += ["", "::", ""]
        if was_table and not is_table:
            kept.append("")
        kept.append("   " + line.lstrip() if is_table else line)
    lines[:] = kept
