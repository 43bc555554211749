"""What the page calls statuses and events is what the contract says."""

import re
from pathlib import Path

from tb_plugin.contract import EVENT_WORDS, FILTER_STATUSES, LABELS

_STATIC = Path(__file__).parents[3] / "tb_plugin" / "static"
_TABLE = re.compile(r"^(?:export )?const [A-Z_]+ = {\n(.*?)^};$", re.M | re.S)
_ENTRY = re.compile(r"^  (?:'([^']+)'|(\w+)): '([^']*)',$", re.M)


def _tables_with(word: str) -> list[dict[str, str]]:
    """Return the tables of the front end that explain a word."""
    files = (file.read_text("utf-8") for file in _STATIC.rglob("*.js"))
    tables = (
        {quoted or bare: words for quoted, bare, words in _ENTRY.findall(body)}
        for file in files
        for body in _TABLE.findall(file)
    )
    return [table for table in tables if word in table]


def test_page_calls_events_what_the_contract_calls_them() -> None:
    assert _tables_with("learning rate drop") == [EVENT_WORDS]


def test_page_labels_statuses_as_the_contract_does() -> None:
    assert _tables_with("fresh") == [LABELS]


def test_page_explains_no_status_that_the_contract_lacks() -> None:
    tables = _tables_with("dead")
    assert tables
    assert {word for table in tables for word in table} <= set(FILTER_STATUSES)


def test_page_explains_a_filter_in_the_words_of_the_contract() -> None:
    expected = FILTER_STATUSES["dead"]
    [table] = [t for t in _tables_with("dead") if t["dead"] == expected]
    assert table == {word: FILTER_STATUSES[word] for word in table}
