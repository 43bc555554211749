"""Finds the code blocks of a page of the docs."""

import re
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(
    str(path.relative_to(DOCS).with_suffix(""))
    for path in DOCS.rglob("*.md")
    if "_build" not in path.parts
)
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its language, and where it begins."""

    language: str
    text: str
    line: int


def text_of(page: str) -> str:
    """Return the Markdown of a page."""
    return (DOCS / f"{page}.md").read_text()


def blocks_of(page: str) -> list[Block]:
    """Return the blocks of a page that have a language."""
    text = text_of(page)
    return [
        Block(found[1], found[2], text.count("\n", 0, found.start()) + 2)
        for found in _BLOCK.finditer(text)
        if found[1]
    ]
