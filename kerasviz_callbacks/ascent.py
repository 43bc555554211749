"""Gradient ascent on a batch of filters, the whole loop in one graph.

Each image of the batch climbs for its own filter, in most presets for the mean
activation of that filter with a border cut off. How it climbs is the preset's:
what is changed (canvas), how it is moved about (wobble), what is climbed for
(objective), whose gradient is followed (softness), how a step is made of it
(rule). Nothing but an objective can couple the images: a batch gives what
single runs give.

Source: Erhan et al. 2009, "Visualizing higher-layer features of a deep
network"; the border as in Chollet, Deep Learning with Python, 2nd ed., section
9.4.2.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import tensorflow as tf

from kerasviz_callbacks.arrays import ByteArray, FloatArray, IntArray
from kerasviz_callbacks.canvas import Range
from kerasviz_callbacks.fast_gradients import fast_gradients
from kerasviz_callbacks.filter_mean import filter_means
from kerasviz_callbacks.half_precision import gradient_scale
from kerasviz_callbacks.layers import Located, is_channels_first
from kerasviz_callbacks.presets import Preset
from kerasviz_callbacks.probe import Probe
from kerasviz_callbacks.selecting import only_filters
from kerasviz_callbacks.smoothing import smooth_gradients
from kerasviz_callbacks.step_rule import Velocity
from kerasviz_callbacks.tap import forward, without_activation

ToInput = Callable[[tf.Tensor], tf.Tensor]
_State = tuple[tf.Tensor, Velocity, tf.Tensor, tf.Tensor]


@dataclass(frozen=True)
class Climbed:
    """Where the ascent of each image ended.

    Attributes:
        raw: (n, h, w, c) float32, as the model saw them; always finite.
        images: (n, h', w', 1 or 3) uint8, as shown.
        objective: (n,) float32, mean activation of the filter on `raw`.
        peak: (n,) float32, largest activation of the filter on `raw`.
        has_moved: (n,) bool, whether there ever was a gradient.
        is_finite: (n,) bool, whether nothing met NaN or infinity.
    """

    raw: FloatArray
    images: ByteArray
    objective: FloatArray
    peak: FloatArray
    has_moved: Any
    is_finite: Any


class Ascent:
    """Ascent on the filters of one layer, traced once and used for a whole fit.

    The weights are read live at each call.

    Args:
        found: the model, what it takes, and what its forward pass calls.
        located: a layer of it.
        preset: the method.
        pixels: range of pixel values; of no meaning to a `PixelCanvas`.
        to_input: from pixels to what the model takes.
    """

    def __init__(
        self,
        found: Probe,
        located: Located,
        preset: Preset,
        pixels: Range,
        to_input: ToInput,
    ) -> None:
        self._found = found
        self._layer = located.layer
        self._num_calls = found.num_calls(located.layer)
        self._preset = preset
        self._pixels = pixels
        self._to_input = to_input
        self._shape = found.image_shape
        # Without its activation a layer that is called twice would answer
        # another layer's input the second time.
        self._is_linear = preset.before_activation and self._num_calls == 1
        self._scale = gradient_scale(found.model)
        with _graphs_on():
            self._climb, self._measure = self._traced()

    @property
    def weights(self) -> tuple[tf.Variable, ...]:
        """What the picture depends on: all that the truncated pass reads."""
        return tuple(self._measure.variables)

    def __call__(
        self, start: FloatArray, filters: IntArray, draws: FloatArray
    ) -> Climbed:
        """Climb from `start`, each state for its filter.

        Args:
            start: (n, *state).
            filters: (n,) indices.
            draws: (n, steps, 4) of `Wobble.draw`; it sets the number of steps.
        """
        indices = tf.constant(filters, tf.int32)
        state = tf.constant(start, tf.float32)
        painted, moved, finite = self._climb(state, indices, tf.constant(draws))
        shown = self._preset.canvas.shown(painted.numpy(), self._pixels)
        raw, mean, peak = self._measure(painted, indices)
        return Climbed(
            raw=raw.numpy(),
            images=shown,
            objective=mean.numpy(),
            peak=peak.numpy(),
            has_moved=moved.numpy(),
            is_finite=finite.numpy() & tf.math.is_finite(mean).numpy(),
        )

    def _traced(self) -> tuple[Any, Any]:
        state = self._preset.canvas.state_shape(self._shape)
        states = tf.TensorSpec([None, *state], tf.float32)
        images = tf.TensorSpec([None, *self._shape], tf.float32)
        filters = tf.TensorSpec([None], tf.int32)
        draws = tf.TensorSpec([None, None, 4], tf.float32)
        climb = tf.function(self._loop, autograph=False)
        measure = tf.function(self._measured, autograph=False)
        return (
            climb.get_concrete_function(states, filters, draws),
            measure.get_concrete_function(images, filters),
        )

    def _loop(
        self, start: tf.Tensor, filters: tf.Tensor, draws: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        no = tf.zeros_like(filters, tf.bool)
        num_steps = tf.shape(draws)[1]

        def body(index: tf.Tensor, *state: Any) -> tuple[Any, ...]:
            progress = tf.cast(index, tf.float32) / tf.cast(
                num_steps, tf.float32
            )
            draw = draws[:, index]
            after = self._step(cast(_State, state), filters, draw, progress)
            return index + 1, *after

        _, state, _, moved, finite = tf.while_loop(
            lambda index, *_: index < num_steps,
            body,
            (
                tf.constant(0),
                start,
                self._preset.rule.start(start),
                no,
                tf.logical_not(no),
            ),
            parallel_iterations=1,
        )
        return self._paint(state), moved, finite

    def _step(
        self,
        state: _State,
        filters: tf.Tensor,
        draw: tf.Tensor,
        progress: tf.Tensor,
    ) -> _State:
        now, velocity, moved, finite = state
        gradient = self._gradient(now, filters, draw, progress)
        # Asked of the gradient, not of the step: a second use of the step
        # would keep the graph optimiser from folding it as it folds the
        # recipe's, and the result would no longer be the recipe's to the bit.
        size = tf.reduce_sum(tf.abs(gradient), list(range(1, now.shape.rank)))
        usable = tf.math.is_finite(size)
        after, velocity = self._preset.rule.step(
            now, velocity, gradient, progress
        )
        kept = tf.cond(
            tf.reduce_all(usable),
            lambda: after,
            lambda: tf.where(_like(usable, now), after, now),
        )
        return kept, velocity, moved | (size > 0), finite & usable

    def _gradient(
        self,
        state: tf.Tensor,
        filters: tf.Tensor,
        draw: tf.Tensor,
        progress: tf.Tensor,
    ) -> tf.Tensor:
        with contextlib.ExitStack() as stack:
            stack.enter_context(fast_gradients(self._found.model))
            if self._preset.softness is not None:
                first, last = self._preset.softness
                softness = first + (last - first) * progress
                stack.enter_context(smooth_gradients(softness))
            if self._is_linear:
                stack.enter_context(without_activation(self._layer))
            images = self._paint(state)
            if self._preset.wobble is not None:
                images = self._preset.wobble.apply(images, draw)
            activation = self._activation(self._to_input(images))
            if not self._preset.objective.needs_all_filters:
                activation, filters = only_filters(activation, filters)
            score = self._preset.objective.score(activation, filters)
            [gradient] = tf.gradients(score * self._scale, state)
        if gradient is None:  # nothing on the way depends on the image
            return tf.zeros_like(state)
        return gradient / self._scale

    def _measured(
        self, painted: tf.Tensor, filters: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Return the model's input and what the filter answers to it.

        Of the image that is shown, in 8 bits, where the canvas shows images
        as they are; of the image itself where it shows them stretched.
        """
        raw = self._to_input(self._preset.canvas.seen(painted, self._pixels))
        activation = self._activation(raw)
        peak = tf.reduce_max(
            tf.gather(activation, filters[:, None], axis=-1, batch_dims=1),
            axis=list(range(1, activation.shape.rank)),
        )
        mean = filter_means(activation, filters)
        return raw, mean, tf.cast(peak, tf.float32)

    def _paint(self, state: tf.Tensor) -> tf.Tensor:
        return self._preset.canvas.paint(state, self._shape, self._pixels)

    def _activation(self, fed: tf.Tensor) -> tf.Tensor:
        run = forward(
            self._found.model,
            self._found.spec.pack(fed, {}),
            [self._layer],
            stop_after=[self._num_calls],
        )
        activation = run.activation(0, self._layer, fed)
        if is_channels_first(self._layer):
            axes = range(activation.shape.rank)
            activation = tf.transpose(activation, [0, *axes[2:], 1])
        return activation


def _like(flags: tf.Tensor, state: tf.Tensor) -> tf.Tensor:
    """Return one flag per image, of the state's rank."""
    return tf.reshape(flags, [-1] + [1] * (state.shape.rank - 1))


@contextlib.contextmanager
def _graphs_on() -> Iterator[None]:
    """Trace even where the user has TensorFlow run functions eagerly."""
    is_eager = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(False)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(is_eager)
