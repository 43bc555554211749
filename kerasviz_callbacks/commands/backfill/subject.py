"""Makes the model of a job, and the streams that draw it.

Every process of a backfill makes its own, by the same means, so that all draw
the same.
"""

from dataclasses import replace
from typing import Any

from kerasviz_callbacks.captures import HeatmapSeries, PatternSeries
from kerasviz_callbacks.commands.backfill.checkpoints.weights import (
    CheckpointLoader,
)
from kerasviz_callbacks.commands.backfill.job import BackfillJob
from kerasviz_callbacks.commands.backfill.streams import (
    BackfillStream,
    heatmap_stream,
    pattern_stream,
)
from kerasviz_callbacks.images import load_held_out, pool_of, watched_images
from kerasviz_callbacks.model import build_if_needed, find_function, load_model
from kerasviz_callbacks.presets import find_preset

_OF_PATTERNS = ("images", "labels", "class_names")


class Subject:
    """A model that takes the weights of any checkpoint, and what draws it.

    Attributes:
        model: has weights.
        loader: gives it those of a checkpoint.

    Raises:
        ValueError, TypeError, OSError, ImportError: what the job names cannot
            be had.
    """

    def __init__(self, job: BackfillJob) -> None:
        self._job = job
        self._preprocess = (
            None
            if job.preprocess is None
            else find_function(job.preprocess, "--preprocess")
        )
        self._watched: dict[str, Any] = {}
        if job.images is not None:
            self._watched = watched_images(job.images, job.num_images)
        self.model = load_model(job.model, is_compiled=True)
        # Nothing trains here, and another optimizer's state would not fit.
        self.model.optimizer = None
        self._build()
        self.loader = CheckpointLoader(self.model)

    def patterns(self) -> BackfillStream[PatternSeries] | None:
        """Return what draws patterns, if they are wanted."""
        if self._job.patterns is None:
            return None
        options = dict(self._job.patterns)
        watched = {
            k: self._watched[k] for k in _OF_PATTERNS if k in self._watched
        }
        options |= {**watched, "preprocess": self._preprocess}
        options["pool"] = self._pool()
        options["preset"] = replace(
            find_preset(self._job.preset), **dict(self._job.preset_changes)
        )
        return pattern_stream(self._job.log_dir, options, self.model)

    def heatmaps(self) -> BackfillStream[HeatmapSeries] | None:
        """Return what draws heatmaps, if they are wanted."""
        if self._job.heatmaps is None:
            return None
        options = {**dict(self._job.heatmaps), **self._watched}
        options |= {"preprocess": self._preprocess, "pool": self._pool()}
        return heatmap_stream(self._job.log_dir, options, self.model)

    def _pool(self) -> Any:
        return None if self._job.pool is None else pool_of(self._job.pool)

    def _build(self) -> None:
        """Give a model that was never used its weights."""
        shape = None
        if not self.model.built and self._watched:
            images = load_held_out(
                self._watched["images"], None, preprocess=self._preprocess
            )
            shape = images.fed.shape[1:]
        build_if_needed(self.model, shape)
