"""Opens a log directory with both of TensorBoard's data providers."""

import argparse
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from tensorboard.backend.event_processing import plugin_event_multiplexer
from tensorboard.backend.event_processing.data_provider import (
    MultiplexerDataProvider,
)
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
    command = [server_ingester.get_server_binary().path, "--verbose"]
    command += [f"--logdir={log_dir}", "--reload=once", "--port=0"]
    command += [f"--samples-per-plugin={hints}"]
    with tempfile.TemporaryFile("a+") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
        try:
            address = _address_once_loaded(said)
            ingester = server_ingester.ExistingServerDataIngester(
                address, channel_creds_type=ChannelCredsType.LOCAL
            )
            yield ingester.data_provider
        finally:
            process.kill()
            process.wait()


def _address_once_loaded(said: TextIO) -> str:
    def text() -> str:
        said.seek(0)
        return said.read()

    listening = re.compile(r"listening on \S+:(\d+)")
    wait_until(lambda: "Finished load cycle" in text())
    wait_until(lambda: listening.search(text()))  # told by another thread
    [port] = listening.findall(text())
    return f"localhost:{port}"


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
