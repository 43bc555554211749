"""An export of a log whose records hold numbers that no network has."""

import shutil
from pathlib import Path

import pytest

from kerasviz_callbacks.commands.export import writing
from kerasviz_callbacks.commands.main import main
from tests.tb_plugin.hostile.wild_numbers import (
    COUNTS,
    NUMBERS,
    write_wild_log,
)


@pytest.mark.parametrize("value", [*NUMBERS, *COUNTS])
def test_one_wild_run_does_not_take_the_others_along(
    log_dir: Path, tmp_path: Path, value: float
) -> None:
    shutil.copytree(log_dir, tmp_path / "logs")
    write_wild_log(tmp_path / "logs" / "wild", value)
    target = tmp_path / "a.html"
    quick = ["--columns=2", "--rows=1", "--max-layers=1"]
    logs = str(tmp_path / "logs")
    assert main(["export", logs, f"--to={target}", *quick]) == 0
    page = target.read_text("utf-8")
    assert "demo/kerasviz" in page and "wild/kerasviz" in page
    assert main(["export", logs]) == 0


def test_what_nobody_foresaw_of_a_run_is_a_fault_of_it(
    log_dir: Path, tmp_path: Path, capsys, monkeypatch
) -> None:
    shutil.copytree(log_dir / "demo", tmp_path / "logs" / "other")
    shutil.copytree(log_dir / "demo", tmp_path / "logs" / "demo")
    sound = writing.run_panels

    def failing(log, records, *rest):
        if records.run.startswith("other"):
            raise KeyError("unforeseen")
        return sound(log, records, *rest)

    monkeypatch.setattr(writing, "run_panels", failing)
    logs, target = str(tmp_path / "logs"), tmp_path / "a.html"
    assert main(["export", logs, f"--to={target}", "--rows=1"]) == 0
    assert "other/kerasviz: not readable: the run: KeyError" in (
        capsys.readouterr().out
    )
    assert "demo/kerasviz" in target.read_text("utf-8")
