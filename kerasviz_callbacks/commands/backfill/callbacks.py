"""The two callbacks, told by hand where training stood, without training.

They draw and write as in a fit: only who calls them is another, and that they
can take up what another process has drawn of the same checkpoints.
"""

from collections.abc import Mapping
from typing import Any

from kerasviz_callbacks.callbacks.filter_patterns import FilterPatterns
from kerasviz_callbacks.callbacks.grad_cam import GradCAM
from kerasviz_callbacks.callbacks.watcher import Watcher
from kerasviz_callbacks.captures.pattern_ascents import AscentOf, Climb
from kerasviz_callbacks.commands.backfill.checkpoints.files import (
    TrainingPlace,
)
from kerasviz_callbacks.commands.backfill.series import BackfillSeries
from kerasviz_callbacks.patterns.preparation import (
    PreparedPatterns,
    load_images,
)
from kerasviz_callbacks.schedule.schedule import SCHEDULED
from tb_plugin.contract import Capture

_OPTIONS = {"budget": None, "on_error": "raise", "verbose": 0}


class Backfilled(Watcher):
    """What is common to both."""

    _recorded_iterations: int | None = None

    def begin(self, first: TrainingPlace) -> None:
        """Check everything and open the log, where its first capture will be.

        Raises:
            ValueError, TypeError, RuntimeError: what is asked cannot work.
            OSError: the log cannot be written.
        """
        if not self._is_joined:
            self.join()
        self._begin(first.step, first.epoch)

    def join(self) -> None:
        """Check everything on the model as it is."""
        self._join(None)
        self._is_by_hand = True

    @property
    def run_directory(self) -> str:
        """Where the captures go."""
        return self._log.directory

    def draw_at(self, place: TrainingPlace) -> None:
        """Draw the weights as they are, and write them as of that place."""
        self._recorded_iterations = place.iterations
        self._progress.go_to(place.step, place.epoch)
        is_first = not self._log.next_index(self._place.stream)
        self._capture_if_new(
            "baseline" if is_first else SCHEDULED, is_sure=True
        )

    def close(self) -> None:
        """Close the log."""
        self._budget.end()
        self._log.leave(self)
        self._is_joined = self._has_begun = False

    def _iterations(self) -> int | None:
        return self._recorded_iterations

    def _overhead(self) -> float | None:
        return None  # of training, of which there was none


class BackfilledPatterns(Backfilled, FilterPatterns):
    """Patterns of checkpoints; `options` as of `FilterPatterns`."""

    def __init__(self, log_dir: str, options: Mapping[str, Any]) -> None:
        super().__init__(log_dir, **{**options, **_OPTIONS})
        self._series: BackfillSeries = BackfillSeries(
            seed=options.get("seed", 0),
            num_steps=self._num_steps,
            has_floor=options.get("noise_floor", True),
        )

    @property
    def prepared(self) -> PreparedPatterns:
        """All that draws them."""
        return self._made_ready(self.model)

    def prepare_to_climb(self) -> None:
        """Make ready for ascents alone, without a log."""
        self._images = load_images(self.model, self._request)

    def due(self) -> list[AscentOf]:
        """Return the ascents that these weights will take, looking ahead."""
        return self._series.due(self.prepared)

    def climb_by(self, climb: Climb) -> None:
        """Have the ascents done elsewhere."""
        self._series.climb = climb

    def recall(self, capture: Capture, paths: frozenset[str]) -> None:
        """Take layers of a capture in the log as drawn by this process.

        Raises:
            ValueError: they were drawn in another way.
        """
        drawn = [layer.path for layer in capture.patterns]
        wanted = [layer.path for layer in self.prepared.layers]
        if drawn != wanted:
            raise ValueError(
                "--log-dir must be new, or begun with the same options — "
                f"patterns of {', '.join(drawn)} are there, not of "
                f"{', '.join(wanted)}. Name another directory or remove it."
            )
        records = {p.path: p for p in capture.patterns if p.path in paths}
        self._series.recall(self.prepared, records, capture.step)


class BackfilledGradCAM(Backfilled, GradCAM):
    """Heatmaps of checkpoints; `options` as of `GradCAM`."""

    def __init__(self, log_dir: str, options: Mapping[str, Any]) -> None:
        super().__init__(log_dir, **{**options, **_OPTIONS})

    def recall(self, capture: Capture, *, has_weights: bool) -> None:
        """Take a capture in the log as drawn by this process.

        Raises:
            ValueError: it is of other images, layers or another method.
        """
        drawn = {(layer.path, layer.method) for layer in capture.maps}
        method, engine = self._request.method, self._prepared.engine
        wanted = {(located.path, method) for located in engine.layers}
        hashes = self._prepared.images.hashes
        outcome = capture.outcome
        if drawn != wanted or outcome is None or outcome.images != hashes:
            raise ValueError(
                "--log-dir must be new, or begun with the same options and "
                f"checkpoints — the heatmaps at step {capture.step} are of "
                "other images or layers. Name another directory or remove it."
            )
        self._maps.recall(capture, has_weights=has_weights)

    def _is_new_log(self, stream: str) -> bool:
        return not self._log.next_index(stream)
