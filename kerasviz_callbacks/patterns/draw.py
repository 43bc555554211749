"""A model and filters in, the patterns they answer to most out.

The engine of the `FilterPatterns` callback for one picture, without training.
"""

from typing import Any

import keras
import numpy as np

from kerasviz_callbacks.arrays import FloatArray, Range
from kerasviz_callbacks.images.pixel_range import TensorPreprocess, as_range
from kerasviz_callbacks.model.arguments import Filters, Size, as_size, as_steps
from kerasviz_callbacks.model.input import Shape
from kerasviz_callbacks.patterns.preparation import (
    load_images,
    prepare_patterns,
)
from kerasviz_callbacks.patterns.request import PatternRequest
from kerasviz_callbacks.patterns.result import Patterns
from kerasviz_callbacks.presets.preset import Preset, find_preset

__all__ = ["Patterns", "filter_patterns"]


def filter_patterns(
    model: keras.Model,
    layer: str | keras.Layer,
    filters: Filters,
    *,
    preset: str | Preset = "steady",
    start: FloatArray | None = None,
    seed: int = 0,
    steps: int | None = None,
    size: Size = None,
    preprocess: TensorPreprocess | None = None,
    value_range: Range | None = None,
    input: str | int | None = None,
    images: Any = None,
) -> Patterns:
    """Draw, for each filter, the image that it answers to most.

    Args:
        model: any Keras model on TensorFlow; nothing of it changes.
        layer: its path, short name, or the layer itself.
        filters: which filters; an int draws that many, spread evenly over the
            layer. A filter that is there again starts from other noise.
        preset: how: `"steady"` gives pictures that depend on the weights and
            little else; `"recipe"` follows Chollet's book.
        start: (n, h, w, c) float32, the images to climb from: in the units of
            the model's input for `"recipe"`, else as a person looks at them,
            within `value_range`. Default: noise from `seed`.
        seed: of the starting noise, which depends on it, on the layer's path
            and on the filter.
        steps: of the ascent. Default: the preset's.
        size: side of the canvas in px, or (height, width), for a model that
            leaves it open. Default: the model's, else the preset's.
        preprocess: images as a person looks at them → what the model takes,
            on tensors; `"recipe"` climbs in the model's input itself and
            leaves it out.
        value_range: lowest and highest pixel value of such images. Default:
            that of `images`, (0, 1) or (0, 255); without them (0, 255) with
            `preprocess` or where the model rescales bytes itself, else (0, 1).
        input: name or index of the image input, where several could be.
        images: held out, as a person looks at them: an array, a list, paths
            of files or a `tf.data.Dataset`, as for `grad_cam`. With them the
            status tells dead filters from stuck ones, and the result tells
            how strongly images excite each filter, and where. They are fed in
            their own size, whatever the canvas'.

    Returns:
        `Patterns`, one per filter, in the order asked.

    Raises:
        TypeError: an argument of the wrong kind.
        ValueError: no such layer, filter, preset; no image input; sizes that
            the model does not take.
        RuntimeError: the layer cannot be reached or drawn on this device.

    Example:
        >>> filter_patterns(model, "block3_sepconv1", [0, 1, 2]).images.shape
        (3, 150, 150, 3)
    """
    num_steps = as_steps(steps)
    shape = None if start is None else _start_shape(start)
    request = PatternRequest(
        layers=[layer],
        filters=filters,
        preset=find_preset(preset),
        preprocess=preprocess,
        value_range=as_range(value_range),
        size=as_size(size),
        input=input,
        images=images,
    )
    held_out = load_images(model, request)
    prepared = prepare_patterns(model, request, held_out, shape)
    [drawn] = prepared.layers
    if start is not None:
        _check_start(start, drawn.filters, drawn.engine.image_shape)
        start = np.asarray(start, np.float32)
    return drawn.engine.draw(
        drawn.filters,
        start=start,
        seed=seed,
        num_steps=num_steps,
        excitation=prepared.excitation(drawn, prepared.answers()),
    )


def _start_shape(start: FloatArray) -> Shape:
    shape = np.shape(start)
    if len(shape) != 4:
        raise ValueError(
            "start must be (n, h, w, c), one image per filter — got shape "
            f"{shape}."
        )
    return shape[1:]


def _check_start(
    start: FloatArray, filters: tuple[int, ...], image_shape: Shape
) -> None:
    if np.shape(start) != (len(filters), *image_shape):
        raise ValueError(
            f"start must be {(len(filters), *image_shape)}, one image per "
            f"filter — got shape {np.shape(start)}."
        )
    if not np.all(np.isfinite(start)):
        raise ValueError("start must be finite — got NaN or infinite values.")
