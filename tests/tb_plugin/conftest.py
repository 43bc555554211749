"""Logs, and clients that ask the plugin about them with either loader."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tensorboard.data.provider import DataProvider
from werkzeug.test import Client

from tests.known_content import Plan
from tests.tb_plugin.hostile.hostile_log import write_hostile_log
from tests.tb_plugin.loaders import PROVIDERS
from tests.tb_plugin.serving.tensorboard_app import OpenClient, plugin_client
from tests.written_log import write_log


@pytest.fixture(scope="session")
def plan() -> Plan:
    return Plan(exemplars=True)


@pytest.fixture(scope="session")
def log_dir(tmp_path_factory: pytest.TempPathFactory, plan: Plan) -> Path:
    """A complete run, named demo/kerasviz."""
    folder = tmp_path_factory.mktemp("log")
    write_log(folder / "demo", plan)
    return folder


@pytest.fixture(scope="session")
def hostile_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run, named hostile/kerasviz, of which most is wrong."""
    folder = tmp_path_factory.mktemp("hostile")
    write_hostile_log(folder / "hostile")
    return folder


@pytest.fixture(scope="session", params=list(PROVIDERS))
def open_provider(
    request: pytest.FixtureRequest,
) -> Iterator[Callable[[Path], DataProvider]]:
    """Open a log with the Python and with the Rust loader; once per log."""
    opened: dict[Path, DataProvider] = {}
    with ExitStack() as stack:

        def open_one(log_dir: Path) -> DataProvider:
            if log_dir not in opened:
                provider = PROVIDERS[request.param](log_dir)
                opened[log_dir] = stack.enter_context(provider)
            return opened[log_dir]

        yield open_one


@pytest.fixture(scope="session")
def open_client(
    open_provider: Callable[[Path], DataProvider],
) -> OpenClient:
    """Ask the plugin within TensorBoard's own application."""

    def client(log_dir: Path) -> Client:
        return plugin_client(open_provider(log_dir))

    return client


@pytest.fixture(scope="session")
def client(open_client: OpenClient, log_dir: Path) -> Client:
    """A client of the complete run."""
    return open_client(log_dir)


@pytest.fixture(scope="session")
def hostile(open_client: OpenClient, hostile_dir: Path) -> Client:
    """A client of the run of which most is wrong."""
    return open_client(hostile_dir)
