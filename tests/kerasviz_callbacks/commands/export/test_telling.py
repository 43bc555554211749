"""Progress: one line on a terminal, few lines in a file."""

import io
from itertools import count
from types import SimpleNamespace

from kerasviz_callbacks.commands.export import progress as telling
from kerasviz_callbacks.commands.export.log import open_log
from kerasviz_callbacks.commands.export.progress import ProgressLine


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


def told(stream, monkeypatch, seconds_apart):
    """Return what is written of three things, done so far apart."""
    clock = iter(count(0, seconds_apart))
    watch = SimpleNamespace(monotonic=lambda: next(clock))
    monkeypatch.setattr(telling, "time", watch)
    with ProgressLine("reading", 3, stream) as on_done:
        for name in ("a", "b", "c"):
            on_done(name)
    return stream.getvalue()


def test_a_terminal_has_one_line_that_is_empty_in_the_end(monkeypatch):
    said = told(Terminal(), monkeypatch, 1)
    assert "\n" not in said
    lines = [line.strip() for line in said.split("\r")]
    assert lines[:3] == [
        f"reading {i} of 3: {n}" for i, n in enumerate("abc", 1)
    ]
    assert lines[3:] == ["", ""]


def test_a_file_has_a_line_now_and_then(monkeypatch):
    assert told(io.StringIO(), monkeypatch, 1) == ""
    said = told(io.StringIO(), monkeypatch, 11).splitlines()
    assert said == [
        "reading 1 of 3: a",
        "reading 2 of 3: b",
        "reading 3 of 3: c",
    ]


def test_the_first_thing_is_told_at_once_on_a_terminal(monkeypatch):
    assert told(Terminal(), monkeypatch, 0).startswith("reading 1 of 3: a")


def test_runs_are_told_while_the_log_is_read(log_dir, monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with open_log(str(log_dir)) as log:
        assert log.runs() == ["demo/kerasviz"]
    said = [line.strip() for line in terminal.getvalue().split("\r")]
    assert "opening run 1 of 1: demo/kerasviz" in said
