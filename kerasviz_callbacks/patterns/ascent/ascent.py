"""Gradient ascent on a batch of filters, with the whole loop in one graph.

Each image of the batch is optimized for its own filter, in most presets for the
mean activation of that filter with a border cut off; see `graph`.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import tensorflow as tf

from kerasviz_callbacks.arrays import (
    BoolArray,
    ByteArray,
    FloatArray,
    IntArray,
)
from kerasviz_callbacks.images import OwnPreprocess, TensorPreprocess
from kerasviz_callbacks.model import KeptTraces, function_signature
from kerasviz_callbacks.model.devices import (
    WeightValues,
    num_replicas,
    traced,
    traced_on_replicas,
)
from kerasviz_callbacks.patterns.ascent.graph import AscentGraph
from kerasviz_callbacks.presets import Preset


@dataclass(frozen=True)
class Climbed:
    """Where the ascent of each image ended.

    Attributes:
        raw: (n, h, w, c) float32. Input of the model; always finite.
        images: (n, h', w', 1 or 3) uint8. The images as displayed.
        objective: (n,) float32. Mean activation of the filter on `raw`.
        peak: (n,) float32. Largest activation of the filter on `raw`.
        has_moved: (n,) bool. Whether there ever was a gradient.
        is_finite: (n,) bool. Whether no gradient met NaN or infinity.
        rows: (n, h) float32. How much the score depended on each row of
            pixels, in any unit; 0 where nothing was measured.
        columns: (n, w) float32. The same of each column.
    """

    raw: FloatArray
    images: ByteArray
    objective: FloatArray
    peak: FloatArray
    has_moved: BoolArray
    is_finite: BoolArray
    rows: FloatArray
    columns: FloatArray


class Ascent:
    """Ascent on the filters of one layer, traced once for a whole fit.

    The weights are read live at each call.

    Args:
        graph: The functions to trace, with the layer and the method.
    """

    def __init__(self, graph: AscentGraph) -> None:
        self._graph = graph
        with _graphs_on():
            self._trace()

    @property
    def weights(self) -> tuple[tf.Variable, ...]:
        """The weights that the patterns depend on: all that the pass reads."""
        return tuple(self._measure_here.variables)

    def __call__(
        self, start: FloatArray, filters: IntArray, draws: FloatArray
    ) -> Climbed:
        """Climb from `start`, each state for its filter.

        Args:
            start: (n, *state). Initial states.
            filters: (n,) indices of the filters.
            draws: (n, steps, 4). Random numbers of `Wobble.draw`; they set the
                number of steps.
        """
        indices = tf.constant(filters, tf.int32)
        state = tf.constant(start, tf.float32)
        painted, moved, finite, rows, columns = self._climb(
            state, indices, tf.constant(draws)
        )
        canvas, pixels = self._graph.preset.canvas, self._graph.pixels
        shown = canvas.shown(painted.numpy(), pixels)
        raw, mean, peak = self._measure(painted, indices)
        return Climbed(
            raw=raw.numpy(),
            images=shown,
            objective=mean.numpy(),
            peak=peak.numpy(),
            has_moved=moved.numpy(),
            is_finite=finite.numpy(),
            rows=rows.numpy(),
            columns=columns.numpy(),
        )

    def _trace(self) -> None:
        probe, preset = self._graph.probe, self._graph.preset
        model, shape = probe.model, probe.image_shape
        state_shape = preset.canvas.state_shape(shape)
        states = tf.TensorSpec([None, *state_shape], tf.float32)
        images = tf.TensorSpec([None, *shape], tf.float32)
        filters = tf.TensorSpec([None], tf.int32)
        draws = tf.TensorSpec([None, None, 4], tf.float32)
        climbed = states, filters, draws
        measured = images, filters
        self._measure_here = traced(self._measured, model, measured)
        self._measure = self._measure_here
        if num_replicas(model) > 1:
            self._measure = traced_on_replicas(self._measured, model, measured)
        if preset.objective.couples_images:
            self._climb = traced(self._climbed, model, climbed)
        else:
            self._climb = traced_on_replicas(self._climbed, model, climbed)

    def _climbed(self, weights: WeightValues, *given: tf.Tensor) -> Any:
        return replace(self._graph, weights=weights).climb(*given)

    def _measured(self, weights: WeightValues, *given: tf.Tensor) -> Any:
        return replace(self._graph, weights=weights).measure(*given)


def kept_ascent(
    graph: AscentGraph,
    preprocess: TensorPreprocess | None,
    traces: KeptTraces,
) -> Ascent:
    """Return the ascent of a graph, traced before if that can be seen.

    Args:
        graph: The functions to trace.
        preprocess: What the graph's `to_input` is made of.
        traces: What was traced of the model before.
    """
    if isinstance(preprocess, OwnPreprocess) or not _is_ours(graph.preset):
        return Ascent(graph)
    bare = replace(graph.preset, seed=0)  # the noise is given
    key = (
        replace(graph, preset=bare, to_input=_unknown),
        function_signature(preprocess),
    )
    return traces.get("ascent", key, lambda: Ascent(graph))


def _unknown(images: tf.Tensor) -> tf.Tensor:
    """Stand for the function to the input, of which another key tells."""
    return images


def _is_ours(preset: Preset) -> bool:
    """Return whether no part of a preset is of a class of the user's."""
    own = __name__.partition(".")[0]
    parts = preset.canvas, preset.rule, preset.objective, preset.wobble
    return all(
        part is None or type(part).__module__.partition(".")[0] == own
        for part in parts
    )


@contextlib.contextmanager
def _graphs_on() -> Iterator[None]:
    """Trace even if the user has TensorFlow run functions eagerly."""
    is_eager = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(False)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(is_eager)
