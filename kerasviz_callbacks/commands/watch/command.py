"""The command `kerasviz watch`, from its arguments to its exit code."""

import argparse
import contextlib
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kerasviz_callbacks.commands import (
    LEFT_OUT,
    add_command,
    interrupted,
    whole_number,
)
from kerasviz_callbacks.commands.backfill.options import (
    add_options,
    job_of,
    ordering_of,
)
from kerasviz_callbacks.commands.quiet import import_tensorflow
from kerasviz_callbacks.commands.watch.many import RUN, watch_runs
from kerasviz_callbacks.commands.watch.waiting import Until

if TYPE_CHECKING:
    from kerasviz_callbacks.commands.backfill.job import BackfillJob
    from kerasviz_callbacks.commands.watch.arrivals import Arrivals

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smh]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}
_DESCRIPTION = """\
Draw a run while it trains, in a process of its own.

  kerasviz watch --model model.keras --checkpoints 'ckpt/{epoch}.weights.h5' \\
      --images held_out --log-dir logs/run1 --idle 30m
  tensorboard --logdir logs

The training saves checkpoints (keras.callbacks.ModelCheckpoint, for example)
and pays for nothing else. Each is drawn as it appears, into the log that
FilterPatterns and GradCAM would have written. Training may run on any Keras
backend, on another device, or on another machine that shares the files. Save a
checkpoint before the first batch: it is the baseline of all later ones.

The command waits for the model and the first checkpoint. A file that is still
being written, or corrupt, is tried again. If drawing takes longer than
training, every other checkpoint is skipped. At the end it reports what was not
drawn.

{run} in --checkpoints stands for the name of a run, and for the same name in
--model, --log-dir and all other arguments. Each run is watched by a process of
its own as soon as it has a checkpoint, --runs-at-once of them at a time:

  kerasviz watch --checkpoints 'runs/{run}/ckpt/*.weights.h5' \\
      --model 'runs/{run}/model.keras' --log-dir 'logs/{run}' --images held_out

It ends when the file of --until appears, after --idle without a new checkpoint,
on Ctrl+C and on SIGTERM. Rerun the same command to resume, as long as the first
checkpoint and the newest drawn one exist.

Exit codes: 0 all checkpoints drawn; 1 stopped early; 2 invalid request; 3
finished, but some checkpoints were not drawn; 130 ended by Ctrl+C or SIGTERM.
"""


def add_parser(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the subcommand to the command line."""
    parser = add_command(
        commands,
        "watch",
        run,
        summary="draw a run while it trains, from its checkpoints",
        description=_DESCRIPTION,
    )
    add_options(parser, has_workers=False)
    group = parser.add_argument_group("when to end")
    parser.add_argument(
        "--runs-at-once",
        type=whole_number(99_999),
        default=2,
        metavar="N",
        help="of several runs, how many are watched at the same time;\n"
        "default 2",
    )
    group.add_argument("--until", metavar="FILE", help="once this file exists")
    group.add_argument(
        "--idle",
        type=_seconds,
        metavar="TIME",
        help="after that long without a new checkpoint: 90s, 10m, 2h",
    )


def run(options: argparse.Namespace) -> int:
    """Draw the checkpoints that come, and return the exit code."""
    if _is_of_many(options):
        return _watch_many(options)
    job = job_of(options)
    # Only now: --help must not wait for TensorFlow.
    import_tensorflow()
    arrivals = _arrivals(options)
    told = _Told(arrivals, is_quiet=options.quiet)
    try:
        with _ended_by_sigterm():
            told.say(f"Waiting for {', '.join(options.checkpoints)} …")
            _wait_for_model(options.model, arrivals)
            return _follow(job, arrivals, told)
    except KeyboardInterrupt:
        told.left_out()
        return interrupted()


def _is_of_many(options: argparse.Namespace) -> bool:
    """Return whether several runs are meant.

    Raises:
        ValueError: Only one of the arguments that need the run's name has it.
    """
    is_of_many = any(RUN in pattern for pattern in options.checkpoints)
    if is_of_many != (RUN in options.log_dir):
        raise ValueError(
            f"--checkpoints and --log-dir must both have {RUN} in them, or "
            f"neither — got {' '.join(options.checkpoints)} and "
            f"{options.log_dir}."
        )
    return is_of_many


def _watch_many(options: argparse.Namespace) -> int:
    until = Until(options.until, options.idle)
    try:
        with _ended_by_sigterm():
            return watch_runs(
                options.checkpoints,
                options.arguments,
                options.runs_at_once,
                until,
            )
    except KeyboardInterrupt:
        return interrupted()


class _Told:
    """Says what is drawn, line by line."""

    def __init__(self, arrivals: "Arrivals", *, is_quiet: bool) -> None:
        self._arrivals = arrivals
        self._is_quiet = is_quiet

    def say(self, words: str) -> None:
        if not self._is_quiet:
            print(words, flush=True)

    def __call__(self, one: Any, problem: str | None) -> None:
        self._arrivals.told(one, problem)
        if problem is None:
            after_s = time.time() - self._arrivals.saved_at[one.checkpoint.path]
            self.say(
                f"step {one.place.step}: drawn, {after_s:.0f} s after it was "
                "saved"
            )

    def left_out(self) -> bool:
        """Say what was not drawn, and return whether there is something."""
        for words in self._arrivals.left_out.values():
            print(f"kerasviz: not drawn: {words}", file=sys.stderr)
        return bool(self._arrivals.left_out)


def _arrivals(options: argparse.Namespace) -> "Arrivals":
    from kerasviz_callbacks.commands.watch.arrivals import Arrivals

    until = Until(options.until, options.idle)
    return Arrivals(options.checkpoints, ordering_of(options), until)


def _follow(job: "BackfillJob", arrivals: "Arrivals", told: _Told) -> int:
    from kerasviz_callbacks.commands.backfill.run import Backfill

    placed = arrivals.first()
    if not placed:
        told.left_out()
        raise FileNotFoundError(
            "--checkpoints must match files that come — none did before the "
            "watching ended. Give a longer --idle, or another pattern."
        )
    backfill = Backfill(job, placed)
    last = backfill.what.last
    if last >= 0:
        told.say(f"What is drawn up to step {last} stays.")
        arrivals.skip_to(last)
    report = backfill.follow(arrivals, told)
    is_wanting = told.left_out()
    told.say(f"{report.num_drawn} checkpoints drawn, in {report.directory}.")
    return LEFT_OUT if is_wanting else 0


def _wait_for_model(model: str, arrivals: "Arrivals") -> None:
    """Wait for a file that the training is about to write.

    Raises:
        FileNotFoundError: It did not come.
    """
    is_function, since = ":" in os.path.basename(model), arrivals.clock()
    while not is_function and not os.path.exists(model):
        until = arrivals.until
        if until.is_told() or until.is_idle(arrivals.clock() - since):
            raise FileNotFoundError(
                f"--model must be a file that comes — {model!r} did not before "
                "the watching ended. Give a longer --idle, or another path."
            )
        arrivals.wait()


@contextlib.contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end it as Ctrl+C does: logs are closed."""

    def end(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _seconds(text: str) -> float:
    """Read `90`, `90s`, `10m` or `2h`."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise argparse.ArgumentTypeError(
            f"must be a time such as 90s, 10m or 2h — got {text!r}"
        )
    return float(found[1]) * _SECONDS[found[2]]
