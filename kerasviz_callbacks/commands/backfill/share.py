"""Does one ascent of one checkpoint: a worker's share of a backfill.

A process makes its model and traces its graphs once, and keeps them for all
shares that it is given. Nothing here imports TensorFlow as it is loaded: how
many threads it may take is said before.
"""

import functools
import os
import sys
from typing import TYPE_CHECKING, Any

from kerasviz_callbacks.commands.backfill.checkpoints.files import Checkpoint
from kerasviz_callbacks.commands.backfill.job import BackfillJob

if TYPE_CHECKING:
    from kerasviz_callbacks.captures import AscentOf
    from kerasviz_callbacks.patterns.ascent import Climbed


def draw_share(
    job: BackfillJob, checkpoint: Checkpoint, ascent: Any, num_threads: int
) -> "Climbed":
    """Climb with the checkpoint's weights, in a process for that.

    Args:
        job: the same for all shares of a process.
        checkpoint: whose weights.
        ascent: an `AscentOf`.
        num_threads: that TensorFlow may take.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(num_threads))
    return _drawer(job).climb(checkpoint, ascent)


class _Drawer:
    """Does ascents of one job, checkpoint after checkpoint."""

    def __init__(self, job: BackfillJob) -> None:
        from kerasviz_callbacks.commands.backfill.subject import Subject

        os.chdir(job.directory)
        if job.directory not in sys.path:
            sys.path.insert(0, job.directory)
        self._subject = Subject(job)
        self._loaded: Checkpoint | None = None
        patterns = self._subject.patterns()
        if patterns is None:
            raise ValueError("The job draws no patterns: there is no ascent.")
        self._series = patterns.series
        self._series.prepare_to_climb(self._subject.model)

    def climb(self, checkpoint: Checkpoint, ascent: "AscentOf") -> "Climbed":
        from kerasviz_callbacks.captures import climb_here

        if checkpoint != self._loaded:
            self._loaded = None  # it is half another, if loading fails
            self._subject.loader.load(checkpoint)
            self._loaded = checkpoint
        prepared = self._series.prepared_for(self._subject.model)
        layers = {one.path: one for one in prepared.layers}
        return climb_here(layers[ascent.path], ascent)


@functools.lru_cache(maxsize=1)
def _drawer(job: BackfillJob) -> _Drawer:
    return _Drawer(job)
