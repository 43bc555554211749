"""Decodes a detector's boxes into fractions of the image, if it is known how.

Anchors, strides and variances are not told by a model's outputs, so nothing is
guessed: boxes are decoded by the model's own decoder, or as the user says.

A model's own decoder (`decode_predictions` of KerasHub) ends in a suppression
of boxes that overlap, which hides which box is which. It is run on a stand-in
for the model whose `prediction_decoder` only takes the boxes: they are then in
the order of the scores, as `predict` decodes them.
"""

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from kerasviz_callbacks.heatmaps.scores.detection import (
    BOX_FORMATS,
    BoxFormat,
)
from kerasviz_callbacks.heatmaps.scores.layout import DetectionLayout
from kerasviz_callbacks.model import StandIn, named_outputs

_RELATIVE = "rel_"
# KerasHub's D-FINE hands its decoder yxyx, whatever format it says (0.32), so
# its boxes are read as the network gives them: "normalized bounding boxes in
# center format".
_OF_MODELS = {"DFineObjectDetector": ("pred_boxes", "rel_center_xywh")}


def decoded_boxes(
    model: keras.Model,
    outputs: Any,
    image: tf.Tensor,
    layout: DetectionLayout,
) -> tf.Tensor | None:
    """Return the model's boxes; None if it is not known how to decode them.

    Args:
        model: The model.
        outputs: What it returned; symbolic.
        image: (n, h, w, c) what it was fed; of a known size.
        layout: Where its detections are, and what the user says of its boxes.

    Returns:
        (n, boxes, 4) float32 left, upper, right and lower edge in fractions of
        the image, in the order of the scores.

    Raises:
        ValueError: What the user says does not fit the model.
    """
    size = (image.shape[1], image.shape[2])
    wanted = layout.asked.box_format
    if callable(wanted):
        return _checked(wanted(outputs))
    if wanted is not None:
        boxes = _raw_boxes(model, outputs, layout, wanted)
        return in_fractions(boxes, wanted, size)
    known = _as_model_says(model, outputs, image)
    return None if known is None else in_fractions(*known, size)


def own_decoder(model: keras.Model) -> Any:
    """Return the layer that makes detections of a model's boxes and scores.

    None if the model has none, or it is not one as KerasHub's.
    """
    decoder = getattr(model, "prediction_decoder", None)
    is_callable = callable(getattr(type(model), "decode_predictions", None))
    if not is_callable or _format_of(decoder) not in BOX_FORMATS:
        return None
    return decoder


def undecodable(layout: DetectionLayout) -> str:
    """Return why a box cannot be asked for, and what works."""
    if layout.num_classes is not None:
        what = "a grid's boxes depend on anchors and strides it does not hold"
        formats = ""
    else:
        what = "its outputs do not say how boxes are encoded"
        formats = "such as 'rel_yxyx' if they are edges, or "
    return (
        "box of a Detection needs decoded boxes of the model, and "
        f"{what}. Give Detection(box_format=…), {formats}a function from the "
        "model's outputs to boxes, (n, boxes, 4) with left, upper, right and "
        "lower edge in fractions of the image."
    )


def in_fractions(
    boxes: tf.Tensor, box_format: str, size: tuple[int, int]
) -> tf.Tensor:
    """Return boxes as left, upper, right, lower edge in fractions.

    Args:
        boxes: (..., 4) in `box_format`.
        box_format: One of `BOX_FORMATS`.
        size: (height, width) of the image, in pixels.
    """
    order = box_format.removeprefix(_RELATIVE)
    first, second, third, fourth = tf.unstack(
        tf.cast(boxes, tf.float32), axis=-1
    )
    if order in ("yxyx", "center_yxhw"):
        first, second, third, fourth = second, first, fourth, third
    if order.startswith("center"):
        first, second = first - third / 2, second - fourth / 2
    if order not in ("xyxy", "yxyx"):
        third, fourth = first + third, second + fourth
    edges = tf.stack([first, second, third, fourth], axis=-1)
    if box_format.startswith(_RELATIVE):
        return edges
    height, width = size
    return edges / tf.constant([width, height] * 2, tf.float32)


def _as_model_says(
    model: keras.Model, outputs: Any, image: tf.Tensor
) -> tuple[tf.Tensor, str] | None:
    """Return boxes and their format, of a model that decodes them itself."""
    decoder = own_decoder(model)
    if decoder is None:
        return None
    for one in type(model).__mro__:
        name, box_format = _OF_MODELS.get(one.__name__, ("", ""))
        if isinstance(outputs, Mapping) and name in outputs:
            return outputs[name], box_format
    stand_in = StandIn(
        model, _never_called, prediction_decoder=_Taker(_format_of(decoder))
    )
    try:
        type(model).decode_predictions(stand_in, outputs, image)
    except _BoxesTaken as taken:
        return taken.boxes, taken.box_format
    except Exception:  # of any kind: a decoder that wants more than we have
        return None
    return None


def _never_called(*args: Any, **kwargs: Any) -> Any:
    raise RuntimeError("a decoder of boxes does not call its model")


class _BoxesTaken(BaseException):
    """The boxes are there: skip the rest of the decoder."""

    def __init__(self, boxes: tf.Tensor, box_format: str) -> None:
        super().__init__()
        self.boxes = boxes
        self.box_format = box_format


class _Taker:
    """Stands for the last step of a decoder, and takes what it is given."""

    def __init__(self, box_format: str) -> None:
        self.bounding_box_format = box_format

    def __call__(self, boxes: tf.Tensor, *args: Any, **kwargs: Any) -> Any:
        raise _BoxesTaken(_checked(boxes), self.bounding_box_format)


def _format_of(decoder: Any) -> str:
    return str(getattr(decoder, "bounding_box_format", "")).lower()


def _raw_boxes(
    model: keras.Model, outputs: Any, layout: DetectionLayout, wanted: BoxFormat
) -> tf.Tensor:
    if layout.boxes is None:
        raise ValueError(
            f"box_format={wanted!r} needs an output with the boxes alone, (n, "
            "boxes, 4), and no other that could be it. Give box_format= a "
            "function from the model's outputs to boxes, (n, boxes, 4)."
        )
    return named_outputs(model, outputs)[layout.boxes][1]


def _checked(boxes: Any) -> tf.Tensor:
    shape: Any = getattr(boxes, "shape", ())
    if not tf.is_tensor(boxes) or len(shape) != 3 or shape[-1] != 4:
        came = shape if tf.is_tensor(boxes) else repr(boxes)[:80]
        raise ValueError(
            "A box_format function must return boxes, a tensor of shape (n, "
            f"boxes, 4) — got {came}."
        )
    return tf.cast(boxes, tf.float32)
