"""Logs of known content, and files that were made of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kerasviz_callbacks.commands.main import main
from tests.known_content import Plan
from tests.tb_plugin.hostile.hostile_log import write_hostile_log
from tests.written_log import write_log

MARKUP = "<img src=x onerror=document.title='hacked'>&\u202e$x$"
Export = Callable[..., Path]


@pytest.fixture(scope="session")
def plan() -> Plan:
    return Plan(images=4)


@pytest.fixture(scope="session")
def log_dir(tmp_path_factory: pytest.TempPathFactory, plan: Plan) -> Path:
    """A sound run named demo/kerasviz."""
    folder = tmp_path_factory.mktemp("log")
    write_log(folder / "demo", plan)
    return folder


@pytest.fixture(scope="session")
def hostile_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of which most is wrong, and one whose names are markup."""
    folder = tmp_path_factory.mktemp("hostile")
    write_hostile_log(folder / "hostile")
    odd = Plan(captures=2, layers=1, images=2, prefix=MARKUP)
    write_log(folder / "<b onclick=alert(1)>", odd)
    return folder


@pytest.fixture
def export(log_dir: Path, tmp_path: Path) -> Export:
    """Run the command as a shell does; return the file that it wrote."""

    def run(name: str, *options: str, log: Path = log_dir) -> Path:
        target = tmp_path / name
        assert (
            main(["export", str(log), f"--to={target}", "--force", *options])
            == 0
        )
        assert [each.name for each in tmp_path.iterdir()] == [name]
        return target

    return run
