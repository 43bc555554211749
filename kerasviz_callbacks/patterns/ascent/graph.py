"""The graph of a gradient ascent: its loop, a step, and the measurement.

The preset defines the ascent: the parameterization (canvas), the random
transforms (wobble), the score (objective), the gradient that is followed
(softness) and the step that is made of it (rule). Only an objective can couple
the images: otherwise a batch gives what single runs give.

The ascent also measures which pixels the score depends on: the square of its
gradient by pixel, summed over each row and each column of the canvas. What no
counted position sees is noise of the start, and is not shown (`margin`).

Source: Erhan et al. 2009, "Visualizing higher-layer features of a deep
network"; the border as in Chollet, Deep Learning with Python, 2nd ed., section
9.4.2.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import keras
import tensorflow as tf

from kerasviz_callbacks.arrays import Range
from kerasviz_callbacks.model import (
    Probe,
    channels_last,
    forward,
    token_prefix,
    without_activation,
)
from kerasviz_callbacks.model.devices import WeightValues, gradient_scale
from kerasviz_callbacks.patterns.ascent.gradients import fast_gradients
from kerasviz_callbacks.patterns.ascent.gradients.convolutions import (
    only_filters,
)
from kerasviz_callbacks.patterns.ascent.gradients.smoothing import (
    smooth_gradients,
)
from kerasviz_callbacks.presets import (
    Preset,
    Velocity,
    filter_means,
    placed,
)

ToInput: TypeAlias = Callable[[tf.Tensor], tf.Tensor]
# Sums over rows (n, h) and columns (n, w); () where they are not measured.
_Seen: TypeAlias = tuple[tf.Tensor, ...]
_State: TypeAlias = tuple[tf.Tensor, Velocity, tf.Tensor, tf.Tensor, _Seen]


@dataclass(frozen=True)
class AscentGraph:
    """The functions that are traced to optimize for the filters of one layer.

    Attributes:
        probe: Probe of the model.
        layer: A layer of the model.
        preset: The method.
        pixels: Range of pixel values; a `PixelCanvas` ignores it.
        to_input: Function from pixels to the model's input.
        weights: Pairs of a variable of the model and the value to use for it.
            Defaults to none: the weights are read live.
    """

    probe: Probe
    layer: keras.Layer
    preset: Preset
    pixels: Range
    to_input: ToInput
    weights: WeightValues = ()

    def climb(
        self, start: tf.Tensor, filters: tf.Tensor, draws: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]:
        """Return the final images, which of them moved, and which are finite.

        Beside them, how much the score depends on each row of pixels, (n, h),
        and on each column, (n, w): 0 where the preset does not crop.

        Args:
            start: (n, *state). Initial states.
            filters: (n,) int32. Indices of the filters.
            draws: (n, steps, 4). Random numbers of `Wobble.draw`.
        """
        no = tf.zeros_like(filters, tf.bool)
        num_steps = tf.shape(draws)[1]
        nothing = self._nothing_seen(filters)

        def body(index: tf.Tensor, *state: Any) -> tuple[Any, ...]:
            progress = tf.cast(index, tf.float32) / tf.cast(
                num_steps, tf.float32
            )
            draw = draws[:, index]
            after = self._step(cast(_State, state), filters, draw, progress)
            return index + 1, *after

        _, state, _, moved, finite, seen = tf.while_loop(
            lambda index, *_: index < num_steps,
            body,
            (
                tf.constant(0),
                start,
                self.preset.rule.start(start),
                no,
                tf.logical_not(no),
                nothing if self.preset.crop else (),
            ),
            parallel_iterations=1,
        )
        rows, columns = seen or nothing
        return self._paint(state), moved, finite, rows, columns

    def _nothing_seen(self, filters: tf.Tensor) -> _Seen:
        count = tf.shape(filters)[0]
        sides = self.probe.image_shape[:2]
        return tuple(tf.zeros([count, side]) for side in sides)

    def _step(
        self,
        state: _State,
        filters: tf.Tensor,
        draw: tf.Tensor,
        progress: tf.Tensor,
    ) -> _State:
        now, velocity, moved, finite, seen = state
        gradient, of_pixels = self._gradient(now, filters, draw, progress)
        # Asked of the gradient, not of the step: a second use of the step
        # would keep the graph optimiser from folding it as it folds the
        # recipe's, and the result would no longer be the recipe's to the bit.
        size = tf.reduce_sum(tf.abs(gradient), list(range(1, now.shape.rank)))
        usable = tf.math.is_finite(size)
        after, velocity = self.preset.rule.step(
            now, velocity, gradient, progress
        )
        kept = tf.cond(
            tf.reduce_all(usable),
            lambda: after,
            lambda: tf.where(_like(usable, now), after, now),
        )
        if seen and of_pixels is not None:
            seen = _added(seen, of_pixels)
        return kept, velocity, moved | (size > 0), finite & usable, seen

    def _gradient(
        self,
        state: tf.Tensor,
        filters: tf.Tensor,
        draw: tf.Tensor,
        progress: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor | None]:
        """Return the score's gradient to the state, and to the pixels if asked.

        The latter passes by on the way to the former.
        """
        with contextlib.ExitStack() as stack:
            stack.enter_context(fast_gradients(self.probe.model))
            if self.preset.softness is not None:
                first, last = self.preset.softness
                softness = first + (last - first) * progress
                stack.enter_context(smooth_gradients(softness))
            if self._is_linear():
                stack.enter_context(without_activation(self.layer))
            painted = images = self._paint(state)
            if self.preset.wobble is not None:
                images = self.preset.wobble.apply(images, draw)
            activation = self._activation(self.to_input(images))
            if not self.preset.objective.needs_all_filters:
                activation, filters = only_filters(activation, filters)
            score = self.preset.objective.score(activation, filters)
            scale = gradient_scale(self.probe.model)
            to = [state, painted] if self.preset.crop else [state]
            gradient, *of_pixels = tf.gradients(score * scale, to)
        if gradient is None:  # nothing on the way depends on the image
            return tf.zeros_like(state), None
        return gradient / scale, of_pixels[0] if of_pixels else None

    def measure(
        self, painted: tf.Tensor, filters: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Return the model's input, the filter's mean and largest activation.

        They are measured on the displayed image, in 8 bits, if the canvas
        displays images as they are, and on the image itself if it displays them
        stretched.

        Args:
            painted: (n, h, w, c). Images as returned by `climb`.
            filters: (n,) int32. Indices of the filters.
        """
        raw = self.to_input(self.preset.canvas.seen(painted, self.pixels))
        activation = self._activation(raw)
        peak = tf.reduce_max(
            tf.gather(activation, filters[:, None], axis=-1, batch_dims=1),
            axis=list(range(1, activation.shape.rank)),
        )
        mean = filter_means(activation, filters)
        return raw, mean, tf.cast(peak, tf.float32)

    def _num_calls(self) -> int:
        return self.probe.num_calls(self.layer)

    def _is_linear(self) -> bool:
        """Return whether to maximize the input of the layer's activation.

        Without its activation function, a layer that is called twice would pass
        on another input at its second call.
        """
        return self.preset.before_activation and self._num_calls() == 1

    def _paint(self, state: tf.Tensor) -> tf.Tensor:
        shape = self.probe.image_shape
        return self.preset.canvas.paint(state, shape, self.pixels)

    def _activation(self, fed: tf.Tensor) -> tf.Tensor:
        run = forward(
            self.probe.model,
            self.probe.spec.pack(fed, {}),
            [self.layer],
            stop_after=[self._num_calls()],
            places=[self.probe.place(self.layer)],
            weights=self.weights,
            is_any_size=self.probe.spec.is_opened,
        )
        activation = run.activation(0, self.layer, fed)
        activation = channels_last(activation, self.layer, self.probe.spec)
        return placed(activation, token_prefix(self.probe, self.layer))


def _added(seen: _Seen, gradient: tf.Tensor) -> _Seen:
    """Add a step's gradient to the pixels, each step counting as much."""
    largest = tf.reduce_max(tf.abs(gradient), axis=[1, 2, 3], keepdims=True)
    share = tf.math.divide_no_nan(gradient, largest)  # squares stay in float32
    usable = tf.where(tf.math.is_finite(share), share, 0.0)
    square = tf.reduce_sum(tf.square(usable), axis=3)
    total = tf.reduce_sum(square, axis=[1, 2], keepdims=True)
    square = tf.math.divide_no_nan(square, total)
    rows, columns = seen
    rows += tf.reduce_sum(square, axis=2)
    return rows, columns + tf.reduce_sum(square, axis=1)


def _like(flags: tf.Tensor, state: tf.Tensor) -> tf.Tensor:
    """Return one flag per image, of the state's rank."""
    return tf.reshape(flags, [-1] + [1] * (state.shape.rank - 1))
