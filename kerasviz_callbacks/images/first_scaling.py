"""Finds the scale and offset that a model applies to pixels first.

Whether a Rescaling layer, `preprocess_input` of `keras.applications` inside the
model, or `x / 255` does it: the traced graph begins with operations that keep a
pixel a pixel, scaled and shifted. They are followed from the image to where
something else begins, such as a convolution. Black and white then show what
they do, with no need to know what each one is:

| becomes 0     | one deviation    | the model takes           |
|---------------|------------------|---------------------------|
| far from 0    | any              | 0 to 255: a mean of bytes |
| any           | 64 and more      | 0 to 255: it divides      |
| -1            | 0 to 1, or bytes | -1 to 1                   |
| from 0 to 1   | up to 1          | 0 to 1                    |
"""

from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray, Range
from kerasviz_callbacks.images.pixels import BYTES, SHARES
from kerasviz_callbacks.model import (
    Located,
    Probe,
    dependents,
    forward,
    is_convolution,
    keeping_state,
)

_WHITE = 255.0
_SURELY_BYTES = 2.0  # no mean of pixels from -1 to 1 is beyond it
_DIVIDES = 64.0  # as pixels from 0 to 255 are divided, and others are not
# Operations whose result is linear in all inputs, however many are pixels.
_LINEAR = frozenset(
    "Cast Identity Neg AddV2 Add Sub Pack Unpack ConcatV2 ReverseV2 Transpose "
    "Reshape ExpandDims Squeeze Pad PadV2 MirrorPad ResizeBilinear "
    "ResizeNearestNeighbor AvgPool StopGradient StridedSlice Split "
    "GatherV2 BiasAdd".split()
)
# Those that are linear in one input: any, or the first alone.
_LINEAR_IN_ONE = frozenset({"Mul"})
_LINEAR_IN_FIRST = frozenset({"RealDiv"})


def range_taken(probe: Probe) -> Range | None:
    """Return the pixel range that the model's first operations take.

    Returns:
        (low, high); None if they do not tell, or contradict each other.
    """
    found = {_range_of(*pair) for pair in _scalings(probe)} - {None}
    return found.pop() if len(found) == 1 else None


def _range_of(scale: FloatArray, offset: FloatArray) -> Range | None:
    """Return the range of pixels x of which scale * x + offset is made."""
    if np.allclose(scale, 1) and np.allclose(offset, 0):
        return None
    zero, deviation = -offset / scale, 1 / np.abs(scale)
    is_bytes = (np.abs(zero) > _SURELY_BYTES) | (deviation >= _DIVIDES)
    if is_bytes.any():
        return BYTES if is_bytes.all() else None
    top = scale + offset
    if np.allclose(zero, -1) and np.allclose(top, top[0]):
        return (-1.0, 1.0) if np.isclose(top[0], [1, _WHITE]).any() else None
    is_small = deviation.max() <= 1 and zero.min() >= 0 and zero.max() < 1
    return SHARES if is_small else None


def _scalings(probe: Probe) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield the scales and offsets of what pixels have become, flat."""
    shape = (1, *probe.image_shape)
    traced = tf.function(
        lambda images: _last_pixels(probe, images), autograph=False
    ).get_concrete_function(tf.TensorSpec(shape, tf.float32))
    run = keeping_state(probe.model, traced)
    try:
        black = run(tf.zeros(shape))
        white = run(tf.fill(shape, _WHITE))
    except tf.errors.OpError:
        return  # the model checks its pixels, and refuses these: not known
    for low, high in zip(black, white, strict=True):
        offset = np.asarray(low, np.float32).reshape(-1)
        scale = (np.asarray(high, np.float32).reshape(-1) - offset) / _WHITE
        is_pixel = scale != 0  # and no padding
        if is_pixel.any():
            yield scale[is_pixel], offset[is_pixel]


def _last_pixels(probe: Probe, images: tf.Tensor) -> list[tf.Tensor]:
    """Return the traced tensors that hold pixels and enter something else."""
    spec = probe.spec
    image = tf.cast(images, spec.dtypes[spec.image])
    stop = _first_convolution(probe)
    forward(
        probe.model,
        spec.pack(image, {}),
        [] if stop is None else [stop.layer],
        stop_after=None if stop is None else [1],
    )
    reached = dependents(images)
    pixels, last = {images.op.name}, []
    for operation in images.graph.get_operations():
        if operation.name not in reached or operation is images.op:
            continue
        inputs = [x for x in operation.inputs if x.op.name in reached]
        held = [x for x in inputs if x.op.name in pixels]
        if len(held) == len(inputs) and _is_linear(operation, inputs):
            pixels.add(operation.name)
        else:
            last += held
    return list({id(x): x for x in last}.values())


def _is_linear(operation: tf.Operation, inputs: list[tf.Tensor]) -> bool:
    """Return whether the result is linear in these inputs of the operation."""
    if operation.type in _LINEAR_IN_FIRST:
        return len(inputs) == 1 and inputs[0] is operation.inputs[0]
    if operation.type in _LINEAR_IN_ONE:
        return len(inputs) == 1
    return operation.type in _LINEAR


def _first_convolution(probe: Probe) -> Located | None:
    """Return the first convolution that sees the image, to stop there."""
    for call in probe.calls:
        if call.sees_image and is_convolution(call.located.layer):
            return call.located
    return None
