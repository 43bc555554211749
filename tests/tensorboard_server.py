"""A log directory in, the address of a real TensorBoard that shows it out."""

import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ADDRESS = re.compile(r"http://\S+:\d+/\S*")


@contextmanager
def serve(log_dir: Path, *flags: str, timeout_s: float = 60) -> Iterator[str]:
    """Run `tensorboard` of this environment while the block runs.

    Args:
        log_dir: what it shows.
        *flags: more of its flags, as `--path_prefix=/a`.
        timeout_s: how long it may take to answer.

    Yields:
        Its address, without a trailing slash, with the path prefix; it
        answers there, and with a run where `log_dir` holds event files.
    """
    command = [sys.executable, "-m", "tensorboard.main", "--port=0"]
    command += ["--host=127.0.0.1", f"--logdir={log_dir}", *flags]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=environment
    )
    watchdog = threading.Timer(timeout_s, process.kill)
    watchdog.start()
    try:
        address = _announced_address(process)
        if any(log_dir.rglob("*tfevents*")):
            _wait_for_run(address, time.monotonic() + timeout_s)
        watchdog.cancel()
        yield address
    finally:
        watchdog.cancel()
        _stop(process)


def _announced_address(process: subprocess.Popen[str]) -> str:
    said = []
    for line in process.stderr or ():
        said.append(line)
        if found := _ADDRESS.search(line):
            _drain(process)
            return found[0].rstrip("/")
    raise RuntimeError("tensorboard did not start; it said:\n" + "".join(said))


def _drain(process: subprocess.Popen[str]) -> None:
    """Read what it says from now on: a full pipe would stop it."""
    reading = threading.Thread(target=list, args=(process.stderr,), daemon=True)
    reading.start()


def _wait_for_run(address: str, deadline: float) -> None:
    while time.monotonic() < deadline:
        with urllib.request.urlopen(f"{address}/data/runs") as answer:
            if json.load(answer):
                return
        time.sleep(0.1)
    raise RuntimeError(f"tensorboard at {address} shows no runs")


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
