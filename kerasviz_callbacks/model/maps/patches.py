"""Tries which positions of a layer respond to which places of the image.

Noise is shown, and the same noise with a bright patch at each of nine places.
What a patch changes tells where a position looks; the gradient of the outputs
tells which positions they rest on. Nothing of the model changes.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.model.dependence import beyond_codes
from kerasviz_callbacks.model.maps.feature_maps import channels_last
from kerasviz_callbacks.model.output import named_outputs
from kerasviz_callbacks.model.probe import LayerCall, Probe
from kerasviz_callbacks.model.tap import forward
from kerasviz_callbacks.model.unchanged import keeping_state

# Of the brightest pixel. A model that scales bytes itself sees next to nothing
# of pixels up to 1, and its normalizations then blow up rounding.
BRIGHTNESSES = (1.0, 255.0)
_PATCHES = 3  # along each side of the image
_FOLLOWS = 0.6  # correlation of a position with the patch it responds to


def follows_the_image(
    responses: FloatArray, *, is_upright: bool = False
) -> bool:
    """Return whether positions respond to patches at corresponding places.

    Args:
        responses: (patches, h, w) response of each position to each patch,
            patches row by row.
        is_upright: Whether the map must lie as the image does. Otherwise it
            may be turned or mirrored.
    """
    return following(responses, is_upright=is_upright) > _FOLLOWS


def following(responses: FloatArray, *, is_upright: bool = False) -> float:
    """Return the correlation of positions with the patches they respond to.

    Args:
        responses: As `follows_the_image` takes them.
        is_upright: Likewise.

    Returns:
        The lower of the rows' and the columns' correlation; if the map need
        not be upright, of its size and whichever way round it lies. 0 if no
        position responds.
    """
    total = responses.sum(axis=0)
    alive = total > 0
    if alive.sum() < 2:
        return 0.0
    places = np.indices((_PATCHES, _PATCHES)).reshape(2, -1)
    centers = np.tensordot(places, responses, 1)[:, alive] / total[alive]
    positions = np.indices(total.shape)[:, alive]
    varying = [i for i in range(2) if np.ptp(positions[i])]
    if not varying:
        return 0.0
    straight = [_alike(positions[i], centers[i]) for i in varying]
    if is_upright:
        return min(straight)
    turned = [abs(_alike(positions[i], centers[1 - i])) for i in varying]
    return max(min(map(abs, straight)), min(turned))


def _alike(one: FloatArray, other: FloatArray) -> float:
    if not np.ptp(one) or not np.ptp(other):
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def responses_to_patches(
    probe: Probe,
    calls: Sequence[LayerCall],
    outputs: Sequence[int],
    bright: float,
) -> list[tuple[FloatArray, FloatArray]]:
    """Try bright patches; return what they change, and gradients.

    Args:
        probe: Probe of the model.
        calls: Calls to look at.
        outputs: Indices of the outputs whose gradient is taken.
        bright: Value of the brightest pixel, one of `BRIGHTNESSES`.

    Returns:
        Per call: (patches, positions…) change of each position's activations,
        0 where all that comes there is a code of the whole image, and
        (positions…) size of the gradient of the outputs there.
    """
    chosen = list(
        {id(c.located.layer): c.located.layer for c in calls}.values()
    )
    ordinals = [probe.ordinal(call) for call in calls]
    spec = probe.spec

    def run(images: tf.Tensor) -> list[tuple[tf.Tensor, tf.Tensor]]:
        image = tf.cast(images, spec.dtypes[spec.image])
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            passed = forward(
                probe.model,
                spec.pack(image, {}),
                chosen,
                on_call=lambda _, answer: tape.watch(
                    [x for x in answer.tensors if x.dtype.is_floating]
                ),
            )
            score = _score(probe, passed.outputs, outputs)
        index = {id(layer): i for i, layer in enumerate(chosen)}
        taken = [
            passed.answers[index[id(call.located.layer)]][ordinal].tensors[
                call.place
            ]
            for call, ordinal in zip(calls, ordinals, strict=True)
        ]
        gradients = tape.gradient(score, taken)
        placeless = beyond_codes(images)
        return [
            (
                _changes(probe, call, x) * float(x.op.name not in placeless),
                _sizes(probe, call, x, g),
            )
            for call, x, g in zip(calls, taken, gradients, strict=True)
        ]

    images = tf.constant(_patched(probe, bright))
    signature = tf.TensorSpec(images.shape, images.dtype)
    traced = tf.function(run, autograph=False).get_concrete_function(signature)
    found = keeping_state(probe.model, traced)(images)
    return [(x.numpy(), g.numpy()) for x, g in found]


def _score(probe: Probe, outputs: object, wanted: Sequence[int]) -> tf.Tensor:
    """Return a number that depends on all of the wanted outputs."""
    rng = np.random.default_rng(0)
    parts = []
    for index, (_, tensor) in enumerate(named_outputs(probe.model, outputs)):
        if index in wanted and tensor.dtype.is_floating:
            signs = rng.choice((-1.0, 1.0), tensor.shape[-1] or 1)
            weights = tf.constant(signs, tf.float32)
            parts.append(tf.reduce_sum(tf.cast(tensor, tf.float32) * weights))
    return tf.add_n(parts) if parts else tf.constant(0.0)


def _changes(probe: Probe, call: LayerCall, tensor: tf.Tensor) -> tf.Tensor:
    values = _with_channels_last(probe, call, tf.cast(tensor, tf.float32))
    return tf.reduce_sum(tf.abs(values[1:] - values[:1]), axis=-1)


def _sizes(
    probe: Probe,
    call: LayerCall,
    tensor: tf.Tensor,
    gradient: tf.Tensor | None,
) -> tf.Tensor:
    given = tf.zeros_like(tensor) if gradient is None else gradient
    values = _with_channels_last(probe, call, tf.cast(given, tf.float32))
    return tf.reduce_sum(tf.abs(values), axis=[0, -1])


def _with_channels_last(
    probe: Probe, call: LayerCall, tensor: tf.Tensor
) -> tf.Tensor:
    return channels_last(tensor, call.located.layer, probe.spec)


def _patched(probe: Probe, bright: float) -> FloatArray:
    """Return noise, and the same with a bright patch at each place."""
    height, width, channels = probe.image_shape
    rng = np.random.default_rng(0)
    noise = rng.uniform(0, bright / 2, (height, width, channels))
    images = [noise]
    rows = np.linspace(0, height, _PATCHES + 1).astype(int)
    columns = np.linspace(0, width, _PATCHES + 1).astype(int)
    for top, bottom in pairwise(rows):
        for left, right in pairwise(columns):
            patched = noise.copy()
            patched[top:bottom, left:right] += bright / 2
            images.append(patched)
    return np.asarray(images, np.float32)
