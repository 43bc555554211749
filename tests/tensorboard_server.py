"""Serves a log directory with a real TensorBoard."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

_ADDRESS = re.compile(r"http://\S+:\d+/\S*")
_POLL_S = 0.05
_PROGRAM = """
import sys
sys.modules |= dict.fromkeys(sys.argv.pop(1).split(","))
from tensorboard.main import run_main
run_main()
"""


@contextmanager
def serve(
    log_dir: Path,
    *flags: str,
    timeout_s: float = 60,
    without: Sequence[str] = ("tensorflow",),
) -> Iterator[str]:
    """Run `tensorboard` of this environment while the block runs.

    Args:
        log_dir: what it shows.
        *flags: more of its flags, as `--path_prefix=/a`.
        timeout_s: how long it may take to answer.
        without: packages that cannot be imported there. TensorBoard imports
            TensorFlow if it can, and then starts five times as slowly.

    Yields:
        Its address, without a trailing slash, with the path prefix; it
        answers there, and with a run where `log_dir` holds event files.
    """
    command = [sys.executable, "-c", _PROGRAM, ",".join(without)]
    command += ["--port=0", "--host=127.0.0.1", f"--logdir={log_dir}", *flags]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    deadline = time.monotonic() + timeout_s
    with tempfile.TemporaryFile("a+") as said:
        process = subprocess.Popen(
            command, stdout=said, stderr=said, env=environment
        )
        try:
            address = _announced_address(process, said, deadline)
            if any(log_dir.rglob("*tfevents*")):
                _wait_for_run(address, deadline)
            yield address
        finally:
            _stop(process)


def _announced_address(
    process: subprocess.Popen[bytes], said: TextIO, deadline: float
) -> str:
    while process.poll() is None and time.monotonic() < deadline:
        if found := _ADDRESS.search(_text(said)):
            return found[0].rstrip("/")
        time.sleep(_POLL_S)
    raise RuntimeError(f"tensorboard did not start; it said:\n{_text(said)}")


def _text(said: TextIO) -> str:
    said.seek(0)
    return said.read()


def _wait_for_run(address: str, deadline: float) -> None:
    while time.monotonic() < deadline:
        with urllib.request.urlopen(f"{address}/data/runs") as answer:
            if json.load(answer):
                return
        time.sleep(_POLL_S)
    raise RuntimeError(f"tensorboard at {address} shows no runs")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
