"""Measures whether cells lie in their plain place, where tracing cannot tell.

The gradient of a cell with respect to the image is largest around the cell's
place (its effective receptive field). The middles of a handful of cells are
compared with the plain place; a network that mixes all of the image, or moves
it by what has no rule, does not agree, and the place stays unknown. The fields
of deep networks are too ragged to fit another place to them.

Source: Luo et al. 2016, "Understanding the Effective Receptive Field",
https://arxiv.org/abs/1701.04128.
"""

import itertools
import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import AnyArray, FloatArray
from kerasviz_callbacks.model.maps.feature_maps import as_features
from kerasviz_callbacks.model.maps.places.placement import Size
from kerasviz_callbacks.model.maps.search import ImageMap
from kerasviz_callbacks.model.probe import Probe
from kerasviz_callbacks.model.tap import forward
from kerasviz_callbacks.model.unchanged import keeping_state

logger = logging.getLogger(__name__)

_CELLS = 3  # of each axis that are asked
_IMAGES = 2
_MOST_OFF = 0.5  # of a cell, in the middle of the map; or, if that is more,
_LEAST_OFF = 0.05  # of the image
_STRETCH = 0.3  # more or less than the plain place, over the map


def is_plain_place(
    probe: Probe,
    one: ImageMap,
    fed: FloatArray,
    others: Mapping[str, AnyArray],
) -> bool:
    """Return whether a layer's cells lie in their plain place, by gradients.

    Args:
        probe: Probe of the model.
        one: The map, (n, h, w, c).
        fed: (n, h, w, c) images, as the model takes them.
        others: Values of the other inputs by name, (n, …).
    """
    try:
        found = _fields(probe, one, fed, others)
    except Exception:  # what has no rule may have no gradient either
        logger.debug("kerasviz: %s not probed.", one.name, exc_info=True)
        return False
    cells, places, shape = found
    if not len(cells):
        return False
    return _agrees(cells, places, shape)


def _fields(
    probe: Probe,
    one: ImageMap,
    fed: FloatArray,
    others: Mapping[str, AnyArray],
) -> tuple[FloatArray, FloatArray, Size]:
    """Return some cells, their places, and the map's height and width."""
    images = tf.constant(fed[:_IMAGES], tf.float32)
    beside = {name: tf.constant(x[:_IMAGES]) for name, x in others.items()}
    first = tf.constant(0)
    traced = tf.function(
        _Gradients(probe, one), autograph=False
    ).get_concrete_function(images, beside, first, first)
    run = keeping_state(probe.model, traced)
    shape = tuple(run(images, beside, first, first)[1].numpy().tolist())
    asked = [
        np.unique(np.linspace(0, n - 1, _CELLS).astype(int)) for n in shape
    ]
    cells: list[tuple[int, ...]] = []
    places: list[FloatArray] = []
    for cell in itertools.product(*asked):
        row, column = (tf.constant(int(at)) for at in cell)
        field = run(images, beside, row, column)[0].numpy()
        if np.isfinite(field).all() and field.any():
            cells.append(cell)
            places.append(_middle(field, shape))
    return np.array(cells, float), np.array(places), shape


class _Gradients:
    """What of the images a cell depends on, and the map's height and width."""

    def __init__(self, probe: Probe, one: ImageMap) -> None:
        self._probe, self._map = probe, one

    def __call__(
        self, fed: tf.Tensor, others: Any, row: tf.Tensor, column: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        probe, located = self._probe, self._map.located
        layer = located.layer
        spec = probe.spec
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(fed)
            image = tf.cast(fed, spec.dtypes[spec.image])
            packed = spec.pack(image, others)
            calls = [probe.num_calls(layer)]
            run = forward(probe.model, packed, [layer], stop_after=calls)
            tensor = run.activation(0, layer, image, self._map.call)
            features = as_features(located, tensor, spec)
            one = tf.gather(tf.gather(features, row, axis=1), column, axis=1)
            draw = np.random.default_rng(0)
            signs = draw.choice([-1.0, 1.0], [fed.shape[0], one.shape[-1]])
            value = tf.reduce_sum(one * tf.constant(signs, tf.float32))
        gradient = tape.gradient(value, fed, unconnected_gradients="zero")
        field = tf.reduce_sum(tf.square(gradient), axis=[0, 3])
        return field, tf.shape(features)[1:3]


def _middle(field: FloatArray, shape: Size) -> FloatArray:
    """Return the place (y, x) around which most of a field lies.

    The mean over a window of three cells around the peak of the field, which
    is smoothed by a cell: what lies far away does not count.
    """
    size = np.array(field.shape)
    cell = np.maximum(1, np.rint(size / shape)).astype(int)
    smooth = _smoothed(_smoothed(field, cell[0], 0), cell[1], 1)
    peak = np.array(np.unravel_index(np.argmax(smooth), smooth.shape))
    y, x = np.indices(field.shape)
    reach = np.maximum(1, 1.5 * cell)
    is_near = (np.abs(y - peak[0]) <= reach[0]) & (
        np.abs(x - peak[1]) <= reach[1]
    )
    near = np.where(is_near, field, 0)
    total = max(near.sum(), np.finfo(near.dtype).tiny)
    middle = np.array([(near * y).sum(), (near * x).sum()]) / total
    return np.asarray((middle + 0.5) / size)


def _smoothed(field: FloatArray, width: int, axis: int) -> FloatArray:
    window = np.ones(width) / width
    return np.apply_along_axis(np.convolve, axis, field, window, mode="same")


def _agrees(cells: FloatArray, places: FloatArray, shape: Size) -> bool:
    """Return whether places follow their cells as in the plain place.

    Args:
        cells: (n, 2) row and column.
        places: (n, 2) y and x, in fractions of the image.
        shape: Height and width of the map.
    """
    plain = (cells + 0.5) / shape
    terms = np.column_stack([np.ones(len(cells)), plain - 0.5])
    found, _, rank, _ = np.linalg.lstsq(terms, places - 0.5, rcond=None)
    is_followed = np.abs(found[1:] - np.eye(2)) <= _STRETCH
    most = np.maximum(_MOST_OFF / np.array(shape), _LEAST_OFF)
    is_centred = np.abs(found[0]) <= most
    return bool(rank == 3 and is_followed.all() and is_centred.all())
