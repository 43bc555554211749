"""A log directory in, TensorBoard's two data providers for it out."""

import argparse
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tensorboard.backend.event_processing import plugin_event_multiplexer
from tensorboard.backend.event_processing.data_provider import (
    MultiplexerDataProvider,
)
from tensorboard.context import RequestContext
from tensorboard.data import server_ingester
from tensorboard.data.provider import DataProvider
from tensorboard.util.grpc_util import ChannelCredsType

from tb_plugin.loader import KerasVizLoader


def samples_per_plugin() -> dict[str, int]:
    """Return the limits as our loader leaves them."""
    flags = argparse.Namespace(samples_per_plugin={})
    KerasVizLoader().fix_flags(flags)
    return flags.samples_per_plugin


@contextmanager
def python_provider(log_dir: Path) -> Iterator[DataProvider]:
    """Read the log once as `--load_fast=false` does."""
    multiplexer = plugin_event_multiplexer.EventMultiplexer(
        tensor_size_guidance=samples_per_plugin()
    )
    multiplexer.AddRunsFromDirectory(str(log_dir))
    multiplexer.Reload()
    yield MultiplexerDataProvider(multiplexer, str(log_dir))


@contextmanager
def rust_provider(log_dir: Path) -> Iterator[DataProvider]:
    """Read the log once as `--load_fast=true` does, in a process of its own."""
    hints = ",".join(f"{k}={v}" for k, v in samples_per_plugin().items())
    with tempfile.TemporaryDirectory() as folder:
        port_file = Path(folder) / "port"
        command = [server_ingester.get_server_binary().path]
        command += [f"--logdir={log_dir}", "--reload=once", "--port=0"]
        command += [f"--port-file={port_file}", f"--samples-per-plugin={hints}"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            yield _connected(port_file, log_dir)
        finally:
            process.kill()
            process.wait()


def _connected(port_file: Path, log_dir: Path) -> DataProvider:
    wait_until(lambda: port_file.exists() and port_file.read_text().strip())
    port = port_file.read_text().strip()
    ingester = server_ingester.ExistingServerDataIngester(
        f"localhost:{port}", channel_creds_type=ChannelCredsType.LOCAL
    )
    runs = {path.parent for path in log_dir.rglob("*tfevents*")}
    provider = ingester.data_provider
    asked = {"experiment_id": ""}
    wait_until(
        lambda: len(provider.list_runs(RequestContext(), **asked)) == len(runs)
    )
    return provider


def wait_until(condition: Callable[[], object], timeout_s: float = 30) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: it did not become so.
    """
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("waited in vain")
        time.sleep(0.02)


PROVIDERS = {"python": python_provider, "rust": rust_provider}
