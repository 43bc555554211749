"""Traced functions from images to the activations of a model's filters.

There are two kinds. One forward pass over the images serves all layers and ends
at the last of them. It returns a few numbers per image and filter, so that no
activation map leaves the graph. And per layer, the gradient from a filter's
largest activation to the image shows which part of the image caused it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import tensorflow as tf

from kerasviz_callbacks.arrays import AnyArray, FloatArray, IntArray
from kerasviz_callbacks.model import (
    Located,
    Probe,
    channels_last,
    channels_last_shape,
    forward,
    is_convolution,
    is_of_tokens,
    token_prefix,
)
from kerasviz_callbacks.model.devices import (
    WeightValues,
    gradient_scale,
    traced_on_replicas,
)
from kerasviz_callbacks.presets import BORDER_PX, inside, placed

MapShape: TypeAlias = tuple[int, int]  # height and width, in positions
# From images and the model's other inputs to each layer's largest activations,
# (n, f), and where they are.
PeaksOf: TypeAlias = Callable[
    [FloatArray, Mapping[str, AnyArray]], list[tuple[FloatArray, IntArray]]
]


@dataclass(frozen=True)
class FilterActivations:
    """Activations of all c filters of a layer on n images, (n, c) float32.

    Attributes:
        mean: Mean without the border, where padding leaks in; the same number
            as the objective of the ascent.
        lowest: Smallest activation where no padding leaks in. Tokens, and
            patches that do not overlap, are all such.
        highest: Largest activation of the same positions.
        peak: Largest activation of all positions, the border included.
        place: Index of the position of `highest`, row by row, int32.

    Class and register tokens, which have no place in the image, do not count.
    """

    mean: FloatArray
    lowest: FloatArray
    highest: FloatArray
    peak: FloatArray
    place: IntArray

    def of(self, filters: IntArray) -> "FilterActivations":
        """Return the activations of these filters alone, (n, f)."""
        names = (field.name for field in fields(FilterActivations))
        return FilterActivations(*(getattr(self, x)[:, filters] for x in names))


class ExcitationGraph:
    """The traced functions of some layers of one model; weights read live.

    Args:
        probe: Probe of the model.
        layers: The layers, each once.
        other_inputs: Names of the inputs besides the image that will be given.
    """

    def __init__(
        self,
        probe: Probe,
        layers: Sequence[Located],
        other_inputs: Sequence[str],
    ) -> None:
        self._probe = probe
        self._layers = tuple(located.layer for located in layers)
        self._prefixes = [token_prefix(probe, x) for x in self._layers]
        self._borders = [_border(probe, layer) for layer in self._layers]
        self._scale = gradient_scale(probe.model)
        image = tf.TensorSpec([None, *probe.image_shape], tf.float32)
        others = probe.spec.other_signatures(other_inputs)
        filters = tf.TensorSpec([None], tf.int32)
        model = probe.model
        self._signature = [image, others]
        self._activate = traced_on_replicas(
            self._summaries, model, self._signature
        )
        self._sources = [
            traced_on_replicas(
                self._source_of(index), model, [image, others, filters]
            )
            for index in range(len(self._layers))
        ]

    def activations(
        self, fed: FloatArray, others: Mapping[str, AnyArray]
    ) -> tuple[FilterActivations, ...]:
        """Return the activations of each layer on images.

        Args:
            fed: (n, h, w, c). Input of the model.
            others: Values of the other inputs by name, (n, …) each.
        """
        layers = self._activate(tf.constant(fed, tf.float32), _tensors(others))
        return tuple(
            FilterActivations(*(x.numpy() for x in one)) for one in layers
        )

    def peaks_of(self, filters: Sequence[Sequence[int]]) -> PeaksOf:
        """Return a function from images to what some filters do on them.

        It is traced now. The others are not reduced: over a pool that would
        take as long as the model itself.

        Args:
            filters: Indices of the filters, layer by layer.
        """
        indices = [tf.constant(each, tf.int32) for each in filters]

        def peaks(weights: WeightValues, fed: tf.Tensor, others: Any) -> Any:
            layers = range(len(self._layers))
            found = self._activations(weights, fed, others, layers)
            return [
                _peaks(activation, border, chosen)
                for activation, border, chosen in zip(
                    found, self._borders, indices, strict=True
                )
            ]

        traced = traced_on_replicas(peaks, self._probe.model, self._signature)

        def run(
            fed: FloatArray, others: Mapping[str, AnyArray]
        ) -> list[tuple[FloatArray, IntArray]]:
            layers = traced(tf.constant(fed, tf.float32), _tensors(others))
            return [(high.numpy(), place.numpy()) for high, place in layers]

        return run

    def inner_shape(self, index: int) -> tuple[MapShape, MapShape]:
        """Return the positions of a layer without its border, and all of them.

        (height, width) each; of tokens (1, their number).

        Args:
            index: Index of the layer.
        """
        layer = self._layers[index]
        shape = channels_last_shape(self._probe, layer)[1:-1]
        sizes = [int(size or 1) for size in shape]
        if len(sizes) == 1:
            sizes = [1, max(1, sizes[0] - self._prefixes[index])]
        border = self._borders[index]
        inner = [size - 2 * min(border, (size - 1) // 2) for size in sizes]
        return (inner[0], inner[1]), (sizes[0], sizes[1])

    def sources(
        self,
        index: int,
        fed: FloatArray,
        others: Mapping[str, AnyArray],
        filters: IntArray,
    ) -> FloatArray:
        """Return how much each pixel influences a filter's largest activation.

        This is the squared gradient, summed over channels. If several positions
        share the largest activation, all count.

        Args:
            index: Index of the layer.
            fed: (m, h, w, c). One image per filter.
            others: Values of the other inputs by name, (m, …) each.
            filters: (m,) indices of the filters.

        Returns:
            (m, h, w) float32, at most 1; zero where there is no gradient.
        """
        pixels: FloatArray = self._sources[index](
            tf.constant(fed, tf.float32),
            _tensors(others),
            tf.constant(filters, tf.int32),
        ).numpy()
        return pixels

    def _summaries(
        self, weights: WeightValues, fed: tf.Tensor, others: Any
    ) -> list[tuple[Any, ...]]:
        activations = self._activations(
            weights, fed, others, range(len(self._layers))
        )
        return [
            _summary(activation, border)
            for activation, border in zip(
                activations, self._borders, strict=True
            )
        ]

    def _source_of(self, index: int) -> Any:
        def source(
            weights: WeightValues,
            fed: tf.Tensor,
            others: Any,
            filters: tf.Tensor,
        ) -> tf.Tensor:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(fed)
                [activation] = self._activations(weights, fed, others, [index])
                inner = inside(activation, self._borders[index])
                # Chosen first: the largest of a filter that is no number has
                # a gradient that is none, and would take the others with it.
                chosen = tf.gather(
                    inner,
                    filters[:, None],
                    axis=inner.shape.rank - 1,
                    batch_dims=1,
                )
                score = _flat(chosen, tf.reduce_max) * self._scale
            gradient = tape.gradient(
                score, fed, unconnected_gradients=tf.UnconnectedGradients.ZERO
            )
            return _squared(gradient)

        return source

    def _activations(
        self,
        weights: WeightValues,
        fed: tf.Tensor,
        others: Any,
        indices: Sequence[int],
    ) -> list[tf.Tensor]:
        """Return the activations of some layers, channels last."""
        probe, spec = self._probe, self._probe.spec
        layers = [self._layers[index] for index in indices]
        image = tf.cast(fed, spec.dtypes[spec.image])
        num_calls = [probe.num_calls(layer) for layer in layers]
        inputs = spec.pack(image, others)
        run = forward(
            probe.model,
            inputs,
            layers,
            stop_after=num_calls,
            places=[probe.place(layer) for layer in layers],
            weights=weights,
        )
        return [
            placed(
                channels_last(run.activation(i, layer, image), layer, spec),
                self._prefixes[index],
            )
            for i, (index, layer) in enumerate(
                zip(indices, layers, strict=True)
            )
        ]


def _tensors(others: Mapping[str, AnyArray]) -> dict[str, tf.Tensor]:
    return {name: tf.constant(value) for name, value in others.items()}


def _border(probe: Probe, layer: Any) -> int:
    """Return the width of a layer's border, where padding leaks in.

    None of tokens, nor of the patches that a first convolution cuts an image
    into: the outer ones see as much of it as the others.
    """
    if is_of_tokens(probe, layer):
        return 0
    first = next(
        (one for one in probe.calls if is_convolution(one.located.layer)), None
    )
    if first is None or first.located.layer is not layer:
        return BORDER_PX
    is_cut = all(
        stride >= size and side % stride == 0
        for side, stride, size in zip(
            probe.image_shape, layer.strides, layer.kernel_size, strict=False
        )
    )
    return 0 if is_cut else BORDER_PX


def _summary(activation: tf.Tensor, border: int) -> tuple[tf.Tensor, ...]:
    """Return the fields of `FilterActivations`, in order."""
    inner = inside(activation, border)
    by_name = {
        "mean": _flat(inside(activation), tf.reduce_mean),
        "lowest": _flat(inner, tf.reduce_min),
        "highest": _flat(inner, tf.reduce_max),
        "peak": _flat(tf.cast(activation, tf.float32), tf.reduce_max),
        "place": _highest_place(inner),
    }
    return tuple(by_name[field.name] for field in fields(FilterActivations))


def _peaks(
    activation: tf.Tensor, border: int, filters: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the largest activation of some filters, and where it is."""
    rank = activation.shape.rank
    inner = inside(tf.gather(activation, filters, axis=rank - 1), border)
    return _flat(inner, tf.reduce_max), _highest_place(inner)


def _highest_place(inner: tf.Tensor) -> tf.Tensor:
    """Return (n, c): where each filter is largest, row by row."""
    rank = inner.shape.rank
    by_filter = tf.transpose(inner, [0, rank - 1, *range(1, rank - 1)])
    flat = tf.reshape(by_filter, [*_sizes(by_filter)[:2], -1])
    return tf.argmax(flat, axis=2, output_type=tf.int32)


def _sizes(tensor: tf.Tensor) -> list[Any]:
    return [tf.shape(tensor)[axis] for axis in range(tensor.shape.rank)]


def _flat(activation: tf.Tensor, reduce: Any) -> tf.Tensor:
    """Return (n, c): one number over all positions."""
    return reduce(activation, axis=list(range(1, activation.shape.rank - 1)))


def _squared(gradient: tf.Tensor) -> tf.Tensor:
    """Return (m, h, w), scaled so that squares do not leave float32."""
    largest = tf.reduce_max(tf.abs(gradient), axis=[1, 2, 3], keepdims=True)
    share = tf.math.divide_no_nan(gradient, largest)
    usable = tf.where(tf.math.is_finite(share), share, 0.0)
    return tf.reduce_sum(tf.square(usable), axis=3) / gradient.shape[3]
