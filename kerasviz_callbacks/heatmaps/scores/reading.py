"""Reads what an output is: from its loss, then its graph, then its shape.

| output             | its loss is             | it is                         |
|--------------------|-------------------------|-------------------------------|
| (n, k)             | of classes or sides     | classes                       |
|                    | of values, no softmax   | values: a box, an embedding   |
|                    | none that is known      | classes, unless pooled,       |
|                    |                         | rectified or of unit length   |
| (n, 1)             | of sides                | binary                        |
|                    | of values               | one value                     |
|                    | none that is known      | binary behind a sigmoid, else |
|                    |                         | one value                     |
| (n, h, w, k)       | of classes or sides     | pixels                        |
|                    | of values, no softmax   | an image, no classes          |
|                    | none that is known      | pixels behind a softmax, or a |
|                    |                         | sigmoid if it has not the     |
|                    |                         | image's shape                 |
| anything else      |                         | other                         |

What is guessed is said (`Reading.note`); what is not clear has to be asked for
(`Reading.unclear`).
"""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import tensorflow as tf

from kerasviz_callbacks.arrays import ImageShape
from kerasviz_callbacks.model import (
    ChosenOutput,
    OutputLoss,
    ends_in_features,
    find_logits,
    is_sigmoid,
)

Form: TypeAlias = Literal[
    "classes", "binary", "value", "values", "pixels", "other"
]

_ONE_SCORE = "a callable that takes the output and returns one score per image"


@dataclass(frozen=True)
class Reading:
    """What an output is, as far as its loss, graph and shape tell.

    Attributes:
        form: Form of the output, see the table above; `other` is none of them.
        num_classes: Number of classes a target can name; None if there are no
            classes.
        has_logits: Whether the scores are logits: found in the graph, or the
            output itself.
        name: Name of the output; None if none is chosen.
        loss: What the loss says; None if nothing.
        is_raw: Whether the scores are the output itself.
        unclear: Why it has no predicted class, and what to do; "" if it has.
        note: What was guessed, and how to say it; "" if nothing.
        num_values: Number of values that a target can name; None if they are
            classes.
    """

    form: Form
    num_classes: int | None
    has_logits: bool
    name: str | None = None
    loss: OutputLoss | None = None
    is_raw: bool = True
    unclear: str = ""
    note: str = ""
    num_values: int | None = None

    @property
    def has_probabilities(self) -> bool:
        """Whether the scores are what a loss takes for probabilities."""
        if self.has_logits or self.loss is None:
            return False
        return self.loss.kind != "values" and not self.loss.around_zero


@dataclass(frozen=True)
class ReadOutput:
    """An output that was read, and the scores behind it; symbolic.

    Attributes:
        reading: What the output is.
        outputs: (n, k) float32 model outputs, averaged over pixels; (n, 0) if
            the form is `other`.
        scores: (n, k) or (n, h, w, k) float32, logits if found.
    """

    reading: Reading
    outputs: tf.Tensor
    scores: tf.Tensor


def read_output(
    chosen: ChosenOutput, image_shape: ImageShape, *, is_named: bool
) -> ReadOutput:
    """Return what an output is, with the scores behind it; symbolic.

    Args:
        chosen: The output.
        image_shape: (h, w, c) of the images.
        is_named: Whether the user gave labels or names of classes, so that
            nothing needs to be guessed.
    """
    found = None if _is_of_values(chosen) else find_logits(chosen.tensor)
    scores = tf.cast(chosen.tensor if found is None else found, tf.float32)
    outputs = tf.cast(chosen.tensor, tf.float32)
    if outputs.shape.rank == 1:
        outputs, scores = outputs[:, None], scores[:, None]
    reading = _reading(chosen, scores, image_shape, found is not None)
    if is_named and reading.form in ("classes", "pixels", "binary"):
        reading = replace(reading, unclear="", note="")
    if reading.form == "pixels":
        outputs = tf.reduce_mean(outputs, axis=[1, 2])
    elif reading.form == "other":
        outputs = tf.zeros([tf.shape(outputs)[0], 0])
    return ReadOutput(reading, outputs, scores)


def no_output(num_images: tf.Tensor) -> ReadOutput:
    """Return the output of a model none of whose outputs is chosen."""
    nothing = tf.zeros([num_images, 0])
    return ReadOutput(Reading("other", None, False), nothing, nothing)


def _reading(
    chosen: ChosenOutput,
    scores: tf.Tensor,
    image_shape: ImageShape,
    has_activation: bool,
) -> Reading:
    loss = chosen.loss
    is_softmax = has_activation and not is_sigmoid(chosen.tensor)
    if loss is not None and loss.kind == "values" and is_softmax:
        loss = None
    form = _form(scores, loss, has_activation)
    count = None if form in ("value", "values", "other") else scores.shape[-1]
    reading = Reading(
        form,
        2 if count == 1 else count,
        has_activation or (loss is not None and loss.from_logits),
        chosen.name,
        loss,
        not has_activation,
        num_values=scores.shape[-1] if form == "values" else None,
    )
    if loss is not None and loss.kind == "values":
        return replace(reading, unclear=_no_classes(reading, scores))
    if form == "pixels":
        return _read_pixels(reading, scores, image_shape, is_softmax)
    if loss is not None or is_softmax or form == "other":
        return reading
    if form == "classes" and ends_in_features(chosen.tensor):
        return replace(reading, unclear=_features(reading))
    return replace(reading, note=_guess(reading))


def _is_of_values(chosen: ChosenOutput) -> bool:
    """Return whether the output is trained as values.

    A softmax is one of classes, whatever it is trained with.
    """
    if chosen.loss is None or chosen.loss.kind != "values":
        return False
    is_raw = find_logits(chosen.tensor) is None
    return is_raw or is_sigmoid(chosen.tensor)


def _form(
    scores: tf.Tensor, loss: OutputLoss | None, has_activation: bool
) -> Form:
    channels, kind = scores.shape[-1], loss.kind if loss else None
    if scores.shape.rank == 4 and channels is not None:
        is_pixels = has_activation or channels > 1 or kind == "sides"
        return "pixels" if is_pixels and kind != "values" else "other"
    if scores.shape.rank != 2 or channels is None:
        return "other"
    if channels > 1:
        return "values" if kind == "values" else "classes"
    if kind in ("sides", "values"):
        return "binary" if kind == "sides" else "value"
    return "binary" if has_activation else "value"


def _read_pixels(
    reading: Reading,
    scores: tf.Tensor,
    image_shape: ImageShape,
    is_softmax: bool,
) -> Reading:
    loss, channels = reading.loss, scores.shape[-1]
    if is_softmax or (loss is not None and loss.kind == "classes"):
        return reading
    if loss is None and reading.is_raw:
        return replace(reading, unclear=_linear_pixels(channels))
    if tuple(scores.shape[1:]) == tuple(image_shape):
        if loss is not None and channels == 1:
            return replace(reading, note=_mask_or_image(reading))
        return replace(reading, unclear=_like_the_image(reading, channels))
    return reading if loss else replace(reading, note=_guess(reading))


def _no_classes(reading: Reading, scores: tf.Tensor) -> str:
    loss = reading.loss.name if reading.loss else ""
    if reading.form == "value":
        return ""
    what = f"The output {reading.name!r}, {tuple(scores.shape)}, is trained"
    what += f" with {loss}: it gives values and no scores of classes."
    if reading.form == "values":
        return f"{what} Give target= the index of one of them, or {_ONE_SCORE}."
    return f"{what} Give target= {_ONE_SCORE}, such as the error."


def _linear_pixels(channels: int) -> str:
    return (
        f"The output gives {channels} numbers per pixel without a softmax or "
        "sigmoid, so it is not clear that they are classes. Give target= "
        "a class index if they are, target=Detection(num_classes=…) if it is a "
        "grid of detections, else a callable."
    )


def _like_the_image(reading: Reading, channels: int) -> str:
    return (
        f"The output {reading.name!r} has the shape of the image and may be a "
        f"reconstruction of it: it is not clear that its {channels} channel"
        f"{'s are' if channels > 1 else ' is one of'} classes. Give target= a "
        f"class index if so, else {_ONE_SCORE}, such as the error."
    )


def _mask_or_image(reading: Reading) -> str:
    return (
        f"The output {reading.name!r} has the shape of the image; it is taken "
        "for a mask. If it is a reconstruction, give target= a callable."
    )


def _features(reading: Reading) -> str:
    return (
        f"The output {reading.name!r} gives {reading.num_classes} numbers that "
        "are pooled, rectified or of unit length, and no loss says that they "
        "are scores of classes: features have no predicted class. Compile the "
        "model with its loss, or give target= a class index if they are, else "
        f"{_ONE_SCORE}."
    )


def _guess(reading: Reading) -> str:
    taken = {
        "classes": f"scores of {reading.num_classes} classes",
        "binary": "the probability of class 1",
        "value": "a value, and no class",
        "pixels": "classes of pixels",
    }[reading.form]
    return (
        "The model has no loss that says what it gives: the output "
        f"{reading.name!r} is taken for {taken}. If that is wrong, compile "
        "the model with its loss or give target= a callable."
    )
