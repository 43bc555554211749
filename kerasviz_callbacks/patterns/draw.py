"""`filter_patterns`: draws patterns of a model once, without training."""

import logging
from typing import Any

import keras
import numpy as np

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.images import TensorPreprocess
from kerasviz_callbacks.model import (
    FiltersLike,
    Shape,
    as_steps,
    generators_kept,
    says_moved,
    traces_of,
)
from kerasviz_callbacks.patterns.preparation import (
    load_images,
    prepare_patterns,
)
from kerasviz_callbacks.patterns.request import MOVED_TO_PRESET, PatternRequest
from kerasviz_callbacks.patterns.result import Patterns
from kerasviz_callbacks.presets import Preset, find_preset

__all__ = ["Patterns", "filter_patterns"]

logger = logging.getLogger(__name__)


@says_moved("filter_patterns", MOVED_TO_PRESET)
@generators_kept()
def filter_patterns(
    model: keras.Model,
    layer: str | keras.Layer,
    filters: FiltersLike = 8,
    *,
    images: Any = None,
    preset: str | Preset = "steady",
    steps: int | None = None,
    preprocess: TensorPreprocess | None = None,
    input: str | int | None = None,
    start: FloatArray | None = None,
    num_images: int | None = None,
) -> Patterns:
    """Draw, for each filter, the image that maximally activates it.

    Args:
        model: A Keras model on TensorFlow. Nothing of it changes. What was
            traced of it is kept in it, so that the next call is faster; nothing
            that saves or copies it sees that.
        layer: Path or short name of the layer, or the layer itself.
        filters: Indices of the filters. An int draws that many, spread evenly
            over the layer. A filter that is repeated starts from other noise.
            Defaults to 8.
        images: Raw held-out images, in any form that `grad_cam` takes. They let
            the status distinguish dead filters from ones that were not
            optimized, and the result says how strongly images activate each
            filter, and where.
            They are fed in their own size, whatever the size of the canvas.
        preset: Method. `"steady"` (the default) draws patterns that depend on
            the weights and little else; `"recipe"` follows Chollet's book. A
            `Preset`, such as `Preset.steady(size=96, seed=3)`, has another
            size, seed or range of pixels.
        steps: Number of ascent steps. Defaults to the preset's.
        preprocess: Function from raw images to the model's input, on tensors.
            `"recipe"` optimizes the model's input itself and does not use it.
            Defaults to the model's own preprocessor if `predict` uses one, as
            in tasks of KerasHub.
        input: Name or index of the image input, if several inputs could be an
            image.
        start: (n, h, w, c) float32. Images to start the ascent from: model
            inputs for `"recipe"`, raw images within the range of pixels
            otherwise. Defaults to noise from the preset's `seed`.
        num_images: How many of the images to use, if more are given; see
            `grad_cam`. Defaults to None, all.

    Returns:
        `Patterns`, one per filter, in the order of `filters`.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If there is no such layer, filter or preset, the model has
            no image input, or does not accept the size.
        RuntimeError: If the layer cannot be reached, or not be drawn on this
            device.

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
        input=input,
        images=images,
        num_images=num_images,
    )
    held_out = load_images(model, request)
    prepared = prepare_patterns(model, request, held_out, shape, traces_of)
    for note in prepared.notes:
        logger.warning("kerasviz: %s", note)
    [drawn] = prepared.layers
    if start is not None:
        _check_start(start, drawn.filters, drawn.engine.image_shape)
        start = np.asarray(start, np.float32)
    return drawn.engine.draw(
        drawn.filters,
        start=start,
        seed=request.preset.seed,
        num_steps=num_steps,
        excitation=prepared.excitation(
            drawn, prepared.activations(), drawn.filters, {}
        ),
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
