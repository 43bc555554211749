"""What a `predict_step` or `train_step` of a model's own does to images.

`predict` calls `predict_step`, and that calls the model. A step of the user's
own may scale or resize images before, and change the outputs after. It is run
on a stand-in for the model while a graph is traced: what the stand-in is
called with is what the model would be fed, as a function of the image; and
what the step makes of given outputs is what `predict` would return. The model
itself is neither called nor changed.

| what the step does                    | what is done about it                |
|---------------------------------------|--------------------------------------|
| `predict_step` changes images         | they are fed as it makes them        |
| `predict_step` changes outputs        | a note: those before are told        |
| `predict_step` cannot be traced, never| a note: images are fed as given      |
| calls the model, or `predict` is one  |                                      |
| of the user's own                     |                                      |
| `train_step` changes images, without  | a note: `predict` does not           |
| chance, and `predict_step` does not   |                                      |
"""

import contextlib
import inspect
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import AnyArray, FloatArray
from kerasviz_callbacks.images.own_preprocess import OwnPreprocess
from kerasviz_callbacks.model import ModelInput, Probe, StandIn

_PERMUTED = [0, 2, 3, 1]


@dataclass(frozen=True)
class StepPreprocess(OwnPreprocess):
    """What `predict_step` does to images, as a function to the model's input.

    Attributes:
        model: The model.
        spec: The inputs of the model; None if it is not built yet.
    """

    @property
    def name(self) -> str:
        """Name of the step."""
        return _named(self.model, "predict_step")

    @property
    def words(self) -> str:
        """What it is, in words."""
        return self.name

    def on_arrays(self, images: AnyArray) -> FloatArray:
        """Return the input of the model, of arrays.

        In their own type as `predict` feeds them; as float32 if the step does
        not take that, as many do arithmetic with floats.
        """
        try:
            return super().on_arrays(images)
        except ValueError:
            if images.dtype == np.float32:
                raise
            return super().on_arrays(images.astype(np.float32))

    def _fed(self, images: tf.Tensor) -> tf.Tensor:
        fed = _fed_by(self.model, "predict_step", self.spec, images)
        if fed is None:
            raise ValueError("it does not call the model on them")
        return fed


def own_preprocess(
    model: keras.Model, spec: ModelInput | None
) -> OwnPreprocess | None:
    """Return what `predict` does to images first; None if it feeds them raw."""
    if _offers_samples(model):
        is_callable = callable(getattr(model, "preprocessor", None))
        return OwnPreprocess(model, spec) if is_callable else None
    if not _is_own(model, "predict_step"):
        return None
    found = _Step(model, "predict_step", spec)
    return StepPreprocess(model, spec) if found.changes_images else None


def step_notes(
    probe: Probe, *, has_preprocess: bool, tells_outputs: bool
) -> tuple[str, ...]:
    """Return where images or outputs are others than in `fit` or `predict`.

    Args:
        probe: Probe of the model.
        has_preprocess: Whether the user says what is fed.
        tells_outputs: Whether outputs are told as the model gives them.
    """
    model, spec, notes = probe.model, probe.spec, []
    if not has_preprocess:
        notes += _fed_notes(model, spec)
    if tells_outputs and _is_own(model, "predict_step"):
        notes += _output_notes(probe)
    return tuple(notes)


def _fed_notes(model: keras.Model, spec: ModelInput) -> list[str]:
    if _offers_samples(model):
        return []
    for name in ("predict", "make_predict_function"):
        if _is_own(model, name):
            return [_unknown(_named(model, name))]
    changes = False
    if _is_own(model, "predict_step"):
        step = _Step(model, "predict_step", spec)
        if not step.is_known:
            return [_unknown(step.name)]
        changes = step.changes_images
    if changes or not _is_own(model, "train_step"):
        return []
    step = _Step(model, "train_step", spec)
    if not step.changes_images or step.is_random:
        return []
    return [
        f"{step.name} changes images before the model gets them, and predict "
        "does not: images are fed as predict feeds them. Give preprocess=… if "
        "they are to be fed as in training."
    ]


def _output_notes(probe: Probe) -> list[str]:
    """Return a note if `predict` returns other numbers than the model."""
    name = _named(probe.model, "predict_step")
    found: list[tuple[bool, int]] = []

    def trace(image: tf.Tensor, outputs: Any) -> tf.Tensor:
        calls = []

        def answer(*args: Any, **kwargs: Any) -> Any:
            calls.append(args)
            return outputs

        packed = probe.spec.pack(image, {})
        returned = _run(probe.model, "predict_step", packed, answer)
        known = {id(x) for x in keras.tree.flatten(outputs)}
        flat = keras.tree.flatten(returned)
        found.append((all(id(x) in known for x in flat), len(calls)))
        return tf.constant(0)

    shape = [None, *probe.image_shape]
    try:
        tf.function(trace, autograph=False).get_concrete_function(
            tf.TensorSpec(shape, tf.float32), probe.returned
        )
    except Exception:  # of the user's code: whatever it likes
        return [
            f"What {name} makes of the model's outputs could not be traced: "
            "they are shown as the model outputs them."
        ]
    [(is_same, num_calls)] = found
    if num_calls > 1:
        return [
            f"{name} calls the model {num_calls} times: its first call is "
            "shown."
        ]
    if is_same or not num_calls:
        return []
    return [
        f"{name} changes the model's outputs before predict returns them: they "
        "are shown as the model outputs them."
    ]


class _Step:
    """What one step of a model feeds it, as far as tracing tells.

    It is traced for bytes and for floats: `tf.image.convert_image_dtype` scales
    the one and leaves the other, and many steps take only one of them.

    Args:
        model: The model.
        method: Name of the step.
        spec: The inputs of the model; None if it is not built yet.

    Attributes:
        name: Name of the step, in words.
        is_known: Whether it is known what the model is fed.
        changes_images: Whether that is not the image itself.
        is_random: Whether chance takes part in it.
    """

    def __init__(
        self, model: keras.Model, method: str, spec: ModelInput | None
    ) -> None:
        self.name = _named(model, method)
        self.is_known = self.changes_images = self.is_random = False

        def trace(image: tf.Tensor) -> tf.Tensor:
            fed = _fed_by(model, method, spec, image)
            if fed is not None:
                self.is_known = True
                self._compare(image, fed)
            return tf.constant(0)

        shape = (None,) * 3 if spec is None else spec.image_shape
        for dtype in (tf.float32, tf.uint8):
            # The user's code may raise whatever it likes.
            with contextlib.suppress(Exception):
                tf.function(trace, autograph=False).get_concrete_function(
                    tf.TensorSpec([None, *shape], dtype)
                )

    def _compare(self, image: tf.Tensor, fed: tf.Tensor) -> None:
        seen: set[str] = set()
        ahead = [fed]
        while ahead:
            tensor = ahead.pop()
            if tensor is image or tensor.op.name in seen:
                continue
            seen.add(tensor.op.name)
            self.changes_images |= tensor.op.type not in _ALIKE
            self.is_random |= "Random" in tensor.op.type
            ahead += tensor.op.inputs


_ALIKE = ("Cast", "Identity")


def _fed_by(
    model: keras.Model, method: str, spec: ModelInput | None, image: tf.Tensor
) -> tf.Tensor | None:
    """Return the image that a step calls its model with first; symbolic."""

    def answer(*args: Any, **kwargs: Any) -> Any:
        raise _Called(args[0] if args else kwargs.get("inputs"))

    packed = image if spec is None else spec.pack(image, {})
    index = 0 if spec is None else spec.image
    try:
        _run(model, method, packed, answer)
    except _Called as called:
        flat, given = (
            keras.tree.flatten(called.inputs),
            keras.tree.flatten(packed),
        )
        if len(flat) != len(given) or not all(map(tf.is_tensor, flat)):
            return None
        if flat[index] is given[index]:
            return image
        is_first = spec is not None and spec.channels_first
        fed = flat[index]
        return tf.transpose(fed, _PERMUTED) if is_first else fed
    return None


def _run(model: keras.Model, method: str, packed: Any, answer: Any) -> Any:
    """Run a step on a stand-in for its model, on data as Keras gives it."""
    data: Any = keras.utils.pack_x_y_sample_weight(packed)
    if method == "train_step":
        first = keras.tree.flatten(packed)[0]
        data = (packed, tf.zeros([tf.shape(first)[0]]))
    stand_in = StandIn(model, answer, optimizer=_Out())
    with keras.StatelessScope():
        return getattr(type(model), method)(stand_in, data)


class _Called(BaseException):
    """The step has called its model: skip the rest of it."""

    def __init__(self, inputs: Any) -> None:
        super().__init__()
        self.inputs = inputs


class _Out:
    """Stands for an optimizer; a step that gets there has not been caught."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("a step that is traced must not train")


def _is_own(model: keras.Model, method: str) -> bool:
    """Return whether a method is the user's and not one of Keras."""
    own = inspect.getattr_static(type(model), method, None)
    return own is not inspect.getattr_static(keras.Model, method, None)


def _offers_samples(model: keras.Model) -> bool:
    """Return whether `predict` maps images through `preprocess_samples`."""
    offers = getattr(model, "preprocess_samples", None)
    return _is_own(model, "predict") and callable(offers)


def _named(model: keras.Model, method: str) -> str:
    return f"{method} of {type(model).__name__}"


def _unknown(name: str) -> str:
    return (
        f"What {name} feeds the model could not be traced: images are fed as "
        "given. Give preprocess=… if predict changes them."
    )
