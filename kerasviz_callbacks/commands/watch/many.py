"""Watches several runs at once, each by the same command in a process.

`{run}` in `--checkpoints` stands for the name of a run, a directory or a part
of its name, and for the same name in all other arguments.
"""

import glob
import os
import re
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kerasviz_callbacks.commands import LEFT_OUT
from kerasviz_callbacks.commands.watch import waiting
from kerasviz_callbacks.commands.watch.waiting import Until

RUN = "{run}"
_FIELD = re.compile(r"\{[^{}]*\}")


class Process(Protocol):
    """What is needed of a process; `subprocess.Popen` has it."""

    def poll(self) -> int | None:
        """Return its exit code; None while it runs."""

    def terminate(self) -> None:
        """Ask it to end."""

    def wait(self) -> int:
        """Return its exit code once it has ended."""


def find_runs(patterns: Iterable[str]) -> list[str]:
    """Return the names of the runs that have a checkpoint, in order.

    Args:
        patterns: As `find_checkpoints` takes them, with `{run}` in them.
    """
    found: set[str] = set()
    for pattern in patterns:
        found.update(_runs_of(pattern.replace(os.sep, "/")))
    return sorted(found)


def _runs_of(pattern: str) -> Iterable[str]:
    parts = pattern.split("/")
    place = next((i for i, part in enumerate(parts) if RUN in part), None)
    if place is None:
        return
    before, _, after = parts[place].partition(RUN)
    named = re.compile(f"{re.escape(before)}(.+){re.escape(after)}")
    above = "/".join([*parts[:place], f"{glob.escape(before)}*{after}"])
    for path in glob.glob(above):
        match = named.fullmatch(os.path.basename(path))
        if match is None:
            continue
        below = "/".join(parts[place + 1 :]).replace(RUN, match[1])
        files = os.path.join(glob.escape(path), _FIELD.sub("*", below))
        if not below or glob.glob(files, recursive=True):
            yield match[1]


@dataclass
class Runs:
    """The runs that are watched, and what became of them.

    Args:
        patterns: Of their checkpoints.
        begin: Starts to watch the run of a name.
        at_once: Number of runs that are watched at the same time.
        until: When to stop waiting for more runs.
        sleep: Waits some seconds.
        clock: Tells seconds.

    Attributes:
        codes: Exit code of each run that has ended, by name.
    """

    patterns: Sequence[str]
    begin: Callable[[str], Process]
    at_once: int
    until: Until
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    codes: dict[str, int] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _running: dict[str, Process] = field(default_factory=dict)

    def follow(self) -> None:
        """Watch runs as they come, until the last one and the waiting end."""
        queue: deque[str] = deque()
        since = self.clock()
        while True:
            is_last = self.until.is_told()
            new = [r for r in find_runs(self.patterns) if r not in self._known]
            self._known.update(new)
            queue.extend(new)
            ended = self._ended()
            while queue and len(self._running) < self.at_once:
                name = queue.popleft()
                self._running[name] = self.begin(name)
            if new or ended or self._running:
                since = self.clock()
            elif is_last or self.until.is_idle(self.clock() - since):
                return
            self.sleep(waiting.POLL_S)

    def end(self) -> None:
        """End what still runs, and wait for it."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.wait()

    def _ended(self) -> bool:
        """Take note of what has ended; return whether something has."""
        codes = {
            name: code
            for name, process in self._running.items()
            if (code := process.poll()) is not None
        }
        for name in codes:
            del self._running[name]
        self.codes |= codes
        return bool(codes)


def watch_runs(
    patterns: Sequence[str],
    arguments: Sequence[str],
    at_once: int,
    until: Until,
) -> int:
    """Watch all runs, and return the exit code.

    Args:
        patterns: Of their checkpoints.
        arguments: Of the command line, with `{run}` in them.
        at_once: Number of runs that are watched at the same time.
        until: When to stop waiting for more runs. Whatever names a file of
            each run ends that run alone.

    Raises:
        FileNotFoundError: No run came.
    """
    of_all = until.file is not None and RUN not in until.file
    until = Until(until.file if of_all else None, until.idle_s)
    runs = Runs(patterns, lambda name: _begun(name, arguments), at_once, until)
    try:
        runs.follow()
    finally:
        runs.end()
    if not runs.codes:
        raise FileNotFoundError(
            "--checkpoints must match files that come — no run had one before "
            "the watching ended. Give a longer --idle, or another pattern."
        )
    wanting = {name: code for name, code in runs.codes.items() if code}
    for name, code in wanting.items():
        print(f"kerasviz: {name}: exit code {code}", file=sys.stderr)
    return LEFT_OUT if wanting else 0


class _Watch:
    """Watches one run in a process; what it says comes behind its name.

    Args:
        name: Of the run.
        arguments: Of the command line.
    """

    def __init__(self, name: str, arguments: Sequence[str]) -> None:
        self._name = name
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kerasviz_callbacks", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl+C ends this process, which ends it
        )
        self._thread = threading.Thread(target=self._pass_on, daemon=True)
        self._thread.start()

    def poll(self) -> int | None:
        """Return its exit code once all it has said is passed on."""
        return None if self._thread.is_alive() else self._process.wait()

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    def wait(self) -> int:
        """Return its exit code once it has ended."""
        self._thread.join()
        return self._process.wait()

    def _pass_on(self) -> None:
        said = self._process.stdout
        if said is None:  # there is a pipe
            return
        with said:
            for line in said:
                print(f"{self._name}: {line}", end="", flush=True)


def _begun(name: str, arguments: Sequence[str]) -> Process:
    return _Watch(name, [word.replace(RUN, name) for word in arguments])
