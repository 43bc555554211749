"""The streams of a backfill: recorders that are told where training stood.

They draw and write as in a fit: only who calls them is another, and that they
can take up what another process has drawn of the same checkpoints.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Generic, TypeVar

import keras

from kerasviz_callbacks.callbacks import (
    AnyRecorder,
    CaptureOptions,
    FilterPatterns,
    GradCAM,
)
from kerasviz_callbacks.captures import (
    HeatmapSeries,
    PatternSeries,
    TrainingPlace,
)
from kerasviz_callbacks.schedule import SCHEDULED
from tb_plugin.contract import Kind

AnySeries = TypeVar("AnySeries", PatternSeries, HeatmapSeries)

_FIXED = {"budget": None, "verbose": 0}
_OPTIONS = CaptureOptions(on_error="raise")


class BackfillStream(Generic[AnySeries]):
    """Draws one stream of the captures of a finished run.

    Args:
        series: What draws.
        recorder: What writes.
        model: A model that is given the weights of each checkpoint.

    Attributes:
        series: What draws.
        kind: What it draws.
        model: The model, with the weights of one checkpoint or another.
    """

    def __init__(
        self, series: AnySeries, recorder: AnyRecorder, model: keras.Model
    ) -> None:
        self.series: AnySeries = series
        self.kind: Kind = series.kind
        self._recorder = recorder
        self.model = model

    @property
    def directory(self) -> str:
        """Directory of the run that the captures go to."""
        return self._recorder.directory

    def join(self) -> None:
        """Check everything on the model as it is.

        Raises:
            ValueError, TypeError, RuntimeError: The options cannot work.
        """
        self._recorder.join(self.model)

    def begin(self, first: TrainingPlace) -> None:
        """Open the log, where its first capture will be.

        Raises:
            OSError: The log cannot be written.
        """
        self._recorder.begin(first.step, first.epoch, is_training=False)

    def draw_at(self, place: TrainingPlace) -> None:
        """Draw the weights as they are, and write them as of that place."""
        reason = SCHEDULED if self._recorder.num_recorded else "baseline"
        self._recorder.record_if_new(self.model, reason, place, paid="aside")

    def close(self) -> None:
        """Close the log."""
        if self._recorder.is_joined:
            self._recorder.leave()


def pattern_stream(
    log_dir: str, options: Mapping[str, Any], model: keras.Model
) -> BackfillStream[PatternSeries]:
    """Return what draws the patterns of checkpoints.

    Args:
        log_dir: TensorBoard log directory.
        options: Arguments of `FilterPatterns`, and `spread` of its options.
        model: The model that the checkpoints are of.
    """
    given = dict(options)
    beside = replace(_OPTIONS, spread=given.pop("spread"))
    callback = FilterPatterns(log_dir, **{**given, **_FIXED}, options=beside)
    return BackfillStream(callback.series, callback.recorder, model)


def heatmap_stream(
    log_dir: str, options: Mapping[str, Any], model: keras.Model
) -> BackfillStream[HeatmapSeries]:
    """Return what draws the heatmaps of checkpoints.

    Args:
        log_dir: TensorBoard log directory.
        options: Arguments of `GradCAM`.
        model: The model that the checkpoints are of.
    """
    callback = GradCAM(log_dir, **{**options, **_FIXED}, options=_OPTIONS)
    return BackfillStream(callback.series, callback.recorder, model)
