"""Loads and checks the held-out images: one form to show, one to feed.

Users give raw, displayable images. `shown` is what is drawn under a heatmap.
`fed` is the model's input: the same values as float32, passed through
`preprocess` if there is one. The two are never confused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import keras
import numpy as np

from kerasviz_callbacks.arrays import (
    AnyArray,
    ByteArray,
    FloatArray,
    ImageShape,
    IntArray,
    counted,
)
from kerasviz_callbacks.images.own_preprocess import (
    OwnPreprocess,
    measured_frame,
)
from kerasviz_callbacks.images.pixels import (
    as_bytes,
    content_hashes,
    span_of,
    to_look_at,
)
from kerasviz_callbacks.images.range_check import check_preprocess
from kerasviz_callbacks.images.sources import (
    SharedImages,
    Unreadable,
    UsedImages,
    Wanted,
    read_images,
    wanted_of,
)
from kerasviz_callbacks.model import ModelInput, Shape, model_input

Preprocess: TypeAlias = Callable[[FloatArray], Any]


@dataclass(frozen=True)
class HeldOutImages:
    """Images that the model is evaluated on again and again.

    Attributes:
        shown: (n, H, W, 1 or 3) uint8. Raw images.
        fed: (n, h, w, c) float32. Input of the model.
        others: Values of the model's other inputs by name, (n, …) each.
        hashes: Hash of each image's content; see `content_hashes`.
        names: Name of each image: its file, or its ordinal.
        labels: (n,) class index per image; None if none were given.
        words: How many they are, and what was chosen, in words.
        class_names: Names of the classes that came with them; () for none.
        span: Values of black and white in the images as given.
        seen: Number, size and range of the images, in a sentence.
        notes: What was done that may surprise, in sentences.
        used: Which of the given images they are. Anything else that is given
            per image is checked against all of them, and then cut.
        is_reframed: Whether the model's own preprocessor crops, pads or turns
            the images: `shown` is then what the model sees of them.
        raw_size: Height and width of the images as given.
    """

    shown: ByteArray
    fed: FloatArray
    others: Mapping[str, AnyArray]
    hashes: tuple[str, ...]
    names: tuple[str, ...]
    labels: IntArray | None
    words: str
    class_names: tuple[str, ...]
    span: tuple[float, float]
    seen: str
    notes: tuple[str, ...]
    used: UsedImages
    is_reframed: bool = False
    raw_size: tuple[int, int] = (0, 0)

    @property
    def fed_shape(self) -> ImageShape:
        """(h, w, c) of the images as the model takes them."""
        height, width, channels = self.fed.shape[1:]
        return height, width, channels

    @property
    def other_shapes(self) -> dict[str, Shape]:
        """Shapes of the other inputs' values by name, without the batch."""
        return {name: value.shape[1:] for name, value in self.others.items()}

    def check_places(self, what: str) -> None:
        """Raise ValueError if places in the images as given are not in `shown`.

        Args:
            what: The argument that names places, for the message.
        """
        if self.is_reframed:
            raise ValueError(
                f"{what} must lie on images that the model's own preprocessor "
                "only resizes — it crops, pads or turns these. Give images "
                f"that are cropped already, with their {what}."
            )


def read_once(
    images: Any,
    model: keras.Model,
    *,
    labels: Any = None,
    input: str | int | None = None,
    output: str | int | None = None,
    unreadable: Unreadable = "raise",
    num_images: int | None = None,
    class_names: Any = None,
) -> SharedImages:
    """Return the user's images read, for whoever cannot read them again.

    Args:
        images: As for `load_held_out`.
        model: The model that they are for.
        labels: Class index per image, or one-hot; or of several outputs.
        input: Name of the image among several inputs.
        output: Name of the output that labels are of.
        unreadable: `"raise"`, or `"skip"` to skip files that cannot be read.
        num_images: How many of the images; None for all.
        class_names: Names of all classes, as the user gave them.

    Raises:
        TypeError, ValueError: If the images cannot be read; the message says
            what to do.
    """
    is_shared = isinstance(images, SharedImages)
    shared: SharedImages = images if is_shared else SharedImages(images)
    read_images(
        shared,
        model_input(model, input) if model.built else None,
        input,
        unreadable,
        labels=labels,
        wanted=wanted_of(model, num_images, output, class_names),
    )
    return shared


def load_held_out(
    images: Any,
    spec: ModelInput | None,
    *,
    labels: Any = None,
    preprocess: Preprocess | OwnPreprocess | None = None,
    input: str | int | None = None,
    unreadable: Unreadable = "raise",
    wanted: Wanted | None = None,
) -> HeldOutImages:
    """Return the user's images, checked against the model's input.

    Args:
        images: Raw images: an array (n, h, w, c) or (n, h, w), a list of
            arrays, paths of files, or a `tf.data.Dataset`; a dict by input name
            for a model with several inputs.
        spec: The inputs of the model; None if it is not built yet.
        labels: Class index per image, or one-hot; or of several outputs.
        preprocess: Function from (n, h, w, c) float32 in the given range to the
            model's input, called once on all images, with its own copy; or
            the model's own.
        input: Name of the image among several inputs.
        unreadable: `"raise"`, or `"skip"` to skip files that cannot be read.
        wanted: How many of the images, and which labels. Defaults to all.

    Raises:
        TypeError, ValueError: If the images cannot be used; the message says
            what to do.
    """
    source = read_images(
        images, spec, input, unreadable, labels=labels, wanted=wanted
    )
    _check_values(source.values, "images")
    pixels, seen = as_bytes(source.values)
    fed = fed_images(source.values, preprocess)
    if preprocess is not None:
        check_preprocess(source.values, fed, preprocess)
    if spec is not None:
        check_size(fed, spec, preprocess)
    used = source.used
    others = _others(source.others, spec, used)
    words = source.words or counted(len(fed), "image")
    shown, frame_notes = shown_images(pixels, preprocess)
    return HeldOutImages(
        shown=shown,
        fed=fed,
        others=others,
        hashes=content_hashes(pixels),
        names=source.names,
        labels=None if source.labels is None else used.cut(source.labels),
        span=span_of(source.values),
        words=words,
        class_names=source.class_names,
        seen=f"{words} of {pixels.shape[1:]}: {seen}.",
        notes=(*source.notes, *frame_notes, *_missing_inputs(others, spec)),
        used=used,
        is_reframed=len(frame_notes) > 1,
        raw_size=pixels.shape[1:3],
    )


def shown_images(
    pixels: ByteArray, preprocess: Preprocess | OwnPreprocess | None
) -> tuple[ByteArray, tuple[str, ...]]:
    """Return the images to look at, and what the model's own does to them."""
    shown = to_look_at(pixels)
    if not isinstance(preprocess, OwnPreprocess):
        return shown, ()
    frame = measured_frame(preprocess, *pixels.shape[1:])
    if frame is None:
        return shown, (preprocess.note,)
    told = (
        f"{preprocess.name} crops, pads or turns the images: they are shown "
        "as the model sees them."
    )
    return frame.framed(shown), (preprocess.note, told)


def fed_images(
    values: AnyArray, preprocess: Preprocess | OwnPreprocess | None
) -> FloatArray:
    """Return raw images as input of the model, (n, h, w, c) float32."""
    fed: Any = np.array(values, np.float32)  # always a copy: some write into it
    if preprocess is None:
        return np.asarray(fed)
    if isinstance(preprocess, OwnPreprocess):
        is_wide = values.dtype == np.float64
        fed = preprocess.on_arrays(fed if is_wide else values)
    else:
        fed = np.asarray(preprocess(fed), np.float32)
    if fed.ndim != 4 or len(fed) != len(values):
        raise ValueError(
            "preprocess must return one image per image, (n, h, w, c) — it "
            f"made {fed.shape} of {values.shape}. It is called on the whole "
            "batch."
        )
    _check_values(fed, "what preprocess returns")
    return np.asarray(fed)


def _check_values(values: AnyArray, what: str) -> None:
    if values.size == 0:
        raise ValueError(
            f"{what} must hold at least one image — got shape {values.shape}. "
            "Give the images to look at."
        )
    finite = np.isfinite(values).reshape(len(values), -1).all(axis=1)
    if not finite.all():
        wrong = ", ".join(map(str, np.flatnonzero(~finite)[:10]))
        raise ValueError(
            f"{what} must be finite — NaN or infinite values are in number "
            f"{wrong} (of {len(values)}, from 0). Remove them."
        )


def check_size(
    fed: FloatArray,
    spec: ModelInput,
    preprocess: Preprocess | OwnPreprocess | None,
) -> None:
    """Raise ValueError unless the model takes images of this size."""
    wanted = spec.image_shape
    pairs = zip(fed.shape[1:], wanted, strict=True)
    if all(size in (None, got) for got, size in pairs):
        return
    what = "images" if preprocess is None else "what preprocess returns"
    if isinstance(preprocess, OwnPreprocess):
        what = f"images behind {preprocess.words.rstrip(',')}"
    if fed.shape[-1] != wanted[-1] is not None:
        todo = "Give as many channels as the model takes."
    else:
        todo = "Resize them with tf.image.resize, or give paths of files."
    raise ValueError(
        f"{what} must be what the model takes, {wanted} (height, width, "
        f"channels) — got {tuple(fed.shape[1:])}. {todo}"
    )


def _others(
    given: Mapping[str, AnyArray], spec: ModelInput | None, used: UsedImages
) -> dict[str, AnyArray]:
    for name, value in given.items():
        if len(value) != used.num_given:
            raise ValueError(
                f"Every input must come with one value per image — input "
                f"{name!r} has {len(value)} for {used.num_given} images."
            )
    cut = {name: used.cut(value) for name, value in given.items()}
    if spec is None:
        return cut
    dtypes = dict(zip(spec.names, spec.dtypes, strict=True))
    return {name: value.astype(dtypes[name]) for name, value in cut.items()}


def _missing_inputs(
    given: Mapping[str, AnyArray], spec: ModelInput | None
) -> tuple[str, ...]:
    names = spec.other_names if spec else ()
    missing = [repr(name) for name in names if name not in given]
    if not missing:
        return ()
    return (
        f"The model's other inputs, {', '.join(missing)}, are fed zeros; "
        "images={input name: values} gives them.",
    )
