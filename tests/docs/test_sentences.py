"""No sentence of the pages has more than 30 words."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.test_vocabulary import ROOT, lines_of, pages

MOST_WORDS = 30
_PARAGRAPH = re.compile(r"\s*([-*#]|\d+\.|$)")
_ADDRESS = re.compile(r"\]\([^)]*\)|<[^>]*>")
_END = re.compile(r"(?<=[.!?:;])[*)\"]*\s+(?=[A-Z*\[`\"(0-9])")


def paragraphs(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs and cells of a page, each with its first line."""
    begun, words = 0, ""
    for number, line in enumerate([*lines_of(path), ""], start=1):
        is_row = line.startswith("|")
        if words and (is_row or _PARAGRAPH.match(line)):
            yield begun, words
            words = ""
        if is_row:
            yield from ((number, cell) for cell in line.split("|"))
        else:
            begun = begun if words else number
            words = f"{words} {line}".strip()


def long_sentences(text: str) -> list[str]:
    """Return the sentences with too many words; a name in code is one."""
    plain = re.sub(r"`[^`]*`", "`name`", _ADDRESS.sub("]", text))
    return [
        sentence
        for sentence in _END.split(plain)
        if len(re.findall(r"\w[\w'’.,%-]*", sentence)) > MOST_WORDS
    ]


def test_sentences_of_the_pages_are_short() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{number}": long
        for path in pages()
        for number, text in paragraphs(path)
        if (long := long_sentences(text))
    }
    assert found == {}


@pytest.mark.parametrize(("count", "is_long"), [(30, False), (31, True)])
def test_long_sentences_are_found(tmp_path, count, is_long) -> None:
    page = tmp_path / "page.md"
    sentence = " ".join(["Word", *["[word](of/a/page)"] * (count - 1)])
    page.write_text(f"# Title\n\n- {sentence}.\n  Next `one two`.\n")
    found = [long_sentences(text) for _, text in paragraphs(page)]
    assert any(found) == is_long
