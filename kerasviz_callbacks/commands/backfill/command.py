"""The command `kerasviz backfill`, from its arguments to its exit code."""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kerasviz_callbacks.commands import LEFT_OUT, add_command, interrupted
from kerasviz_callbacks.commands.backfill.options import (
    add_options,
    job_of,
    ordering_of,
)
from kerasviz_callbacks.commands.quiet import import_tensorflow

if TYPE_CHECKING:
    from kerasviz_callbacks.commands.backfill.checkpoints.order import Ordered
    from kerasviz_callbacks.commands.backfill.job import BackfillJob
    from kerasviz_callbacks.commands.backfill.run import Report
    from kerasviz_callbacks.commands.backfill.workers import Workers

_DESCRIPTION = """\
Draw a finished run from its checkpoints.

  kerasviz backfill --model model.keras --checkpoints 'ckpt/*.weights.h5' \\
      --images held_out --log-dir logs/run1
  tensorboard --logdir logs

The log is the one that FilterPatterns and GradCAM would have written during
training. The first checkpoint is the baseline that later ones are compared
with, so save one before the first batch. Accepted checkpoints:

  Keras                 *.weights.h5, *.keras, *.h5
  tf.train.Checkpoint   .index and .data files, or their prefix; the model may
                        be the checkpoint itself or any attribute of it
  BackupAndRestore      its directories
  OrbaxCheckpoint       its directory, or steps in it; needs the extra
                        kerasviz-callbacks[orbax]

Checkpoints are ordered by the step or epoch in their names (weights.2 before
weights.10), or by time; the command prints the order used, and stops with an
error if it is ambiguous. Names with several numbers need the template that
ModelCheckpoint saved them with:

  --checkpoints 'ckpt/{epoch:02d}-{val_loss:.2f}.weights.h5'

Rerun the same command to resume. --workers 4 draws in four processes, each on
a GPU of its own where there are as many.

Exit codes: 0 all checkpoints drawn; 1 stopped early; 2 invalid request, nothing
drawn; 3 finished, but unreadable checkpoints were skipped.
"""


def add_parser(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the subcommand to the command line."""
    parser = add_command(
        commands,
        "backfill",
        run,
        summary="draw a finished run from its checkpoints",
        description=_DESCRIPTION,
    )
    add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Draw the checkpoints and return the exit code."""
    job = job_of(options)
    # Only now: --help must not wait for TensorFlow.
    import_tensorflow()
    from kerasviz_callbacks.commands.backfill.checkpoints.files import (
        find_checkpoints,
    )
    from kerasviz_callbacks.commands.backfill.checkpoints.order import in_order

    found = find_checkpoints(options.checkpoints)
    ordered = in_order(found, ordering_of(options))
    print(f"{len(ordered.all)} checkpoints, {ordered.words}.", flush=True)
    try:
        with _workers(options, job) as workers:
            report = _drawn(job, ordered, workers, is_quiet=options.quiet)
    except KeyboardInterrupt:
        return interrupted()
    return _tell(report, ordered)


@contextlib.contextmanager
def _workers(
    options: argparse.Namespace, job: "BackfillJob"
) -> Iterator["Workers | None"]:
    if options.workers == 1 and options.ray_address is None:
        yield None
        return
    from kerasviz_callbacks.commands.backfill.workers import Crew, Workers

    crew = Crew(options.workers, options.ray_address, options.gpus_per_worker)
    workers = Workers(job, crew)
    try:
        yield workers
    finally:
        workers.close()


def _drawn(
    job: "BackfillJob",
    ordered: "Ordered",
    workers: "Workers | None",
    *,
    is_quiet: bool,
) -> "Report":
    import keras

    from kerasviz_callbacks.commands.backfill.run import Backfill

    backfill = Backfill(job, ordered.all, workers)
    num_ahead = len(backfill.what.ahead)
    num_kept = len(ordered.all) - num_ahead
    if num_kept:
        print(f"{num_kept} are drawn already; {num_ahead} to go.", flush=True)
    verbose = 0 if is_quiet or not num_ahead else 1
    bar = keras.utils.Progbar(
        num_ahead, verbose=verbose, unit_name="checkpoint"
    )
    # The last ones may be left out: the bar ends with the job.
    report = backfill.run(lambda count: bar.update(count, finalize=False))
    bar.update(num_ahead, finalize=True)
    return report


def _tell(report: "Report", ordered: "Ordered") -> int:
    left_out = [*map(str, ordered.unreadable), *report.left_out]
    for words in left_out:
        print(f"kerasviz: skipped: {words}", file=sys.stderr)
    print(f"{report.num_drawn} checkpoints drawn, in {report.directory}.")
    return LEFT_OUT if left_out else 0
