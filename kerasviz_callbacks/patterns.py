"""A model and filters in, the patterns they answer to most out.

`PatternEngine` serves one layer for as long as its model's structure lasts;
`filter_patterns` is the same engine for one picture, without training.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arguments import (
    Filters,
    Size,
    as_filters,
    as_size,
    as_steps,
)
from kerasviz_callbacks.arrays import ByteArray, FloatArray
from kerasviz_callbacks.ascent import Ascent, Climbed
from kerasviz_callbacks.canvas import PixelCanvas, Range, channel_note
from kerasviz_callbacks.device_errors import clear_device_errors
from kerasviz_callbacks.fingerprint import digest_of
from kerasviz_callbacks.layers import Located, find_layer, is_channels_first
from kerasviz_callbacks.model_input import (
    ModelInput,
    Shape,
    check_forward_pass,
    model_input,
)
from kerasviz_callbacks.pixel_range import (
    TensorPreprocess,
    as_range,
    as_to_input,
    pixel_range,
)
from kerasviz_callbacks.presets import Preset, find_preset
from kerasviz_callbacks.probe import Probe, probe
from kerasviz_callbacks.transforms import Wobble

# On a CPU chunks near 8 are the fastest at 200 px; a GPU wants more.
CPU_CHUNK = 8
GPU_CHUNK = 64


@dataclass(frozen=True)
class Patterns:
    """The patterns of some filters of one layer.

    Attributes:
        layer: path of the layer.
        filters: indices of the filters.
        preset: name of the method.
        raw: (n, h, w, c) float32, as the model saw them; always finite.
        images: (n, h', w', 1 or 3) uint8, as shown.
        objective: (n,) float32, mean activation that the ascent reached.
        status: per filter: `live`; `flat`: the gradient was zero from the
            start (the filter is dead or stuck; the picture is the start);
            `silent`: the ascent climbed, but the filter still answers zero;
            `not_finite`: the model gave NaN or infinity on the way.
        channels: what the colours are: `rgb`, `grey` or a sentence.
    """

    layer: str
    filters: tuple[int, ...]
    preset: str
    raw: FloatArray
    images: ByteArray
    objective: FloatArray
    status: tuple[str, ...]
    channels: str


class PatternEngine:
    """Draws filters of one layer; traced once, weights are read live.

    Args:
        found: the model, what it takes, and what its forward pass calls.
        located: the layer and its path.
        preset: the method.
        preprocess: from pixels to what the model takes; a `PixelCanvas`, the
            model's input itself, goes without.
        value_range: of pixels; None reads it off the model.
    """

    def __init__(
        self,
        found: Probe,
        located: Located,
        preset: Preset,
        *,
        preprocess: TensorPreprocess | None = None,
        value_range: Range | None = None,
    ) -> None:
        self._model = found.model
        self.located = located
        self.preset = preset
        self.image_shape = found.image_shape
        self.num_filters = _num_filters(located, found)
        self.pixels, self.pixels_note = pixel_range(
            found, value_range, has_preprocess=preprocess is not None
        )
        is_raw = isinstance(preset.canvas, PixelCanvas)
        to_input = as_to_input(None if is_raw else preprocess)
        self._ascent = Ascent(found, located, preset, self.pixels, to_input)

    def fingerprint(self) -> bytes:
        """Return a digest of the weights that the pictures depend on."""
        return digest_of(self._ascent.weights)

    def draw(
        self,
        filters: Sequence[int],
        *,
        start: FloatArray | None = None,
        seed: int = 0,
        num_steps: int | None = None,
    ) -> Patterns:
        """Return the patterns of `filters`, from `start` or from the seed."""
        path, canvas = self.located.path, self.preset.canvas
        if start is None:
            state = canvas.start(path, filters, self.image_shape, seed)
        else:
            state = canvas.state_of(start, self.pixels)
        steps = self.preset.num_steps if num_steps is None else num_steps
        wobble = self.preset.wobble or Wobble()
        draws = wobble.draw(path, filters, steps, seed)
        indices = np.asarray(filters)
        with clear_device_errors(self._model):
            parts = [
                self._ascent(state[part], indices[part], draws[part])
                for part in _chunks(len(filters))
            ]
        return Patterns(
            layer=path,
            filters=tuple(int(index) for index in filters),
            preset=self.preset.name,
            raw=np.concatenate([part.raw for part in parts]),
            images=np.concatenate([part.images for part in parts]),
            objective=np.concatenate([part.objective for part in parts]),
            status=tuple(name for part in parts for name in statuses(part)),
            channels=channel_note(self.image_shape[-1]),
        )

    def seconds_per_filter(self, num_steps: int | None = None) -> float:
        """Measure what one filter costs once traced, from two steps."""
        probed = list(range(min(CPU_CHUNK, self.num_filters)))
        self.draw(probed, num_steps=1)  # traces
        begin = time.perf_counter()
        self.draw(probed, num_steps=2)
        seconds = (time.perf_counter() - begin) / len(probed)
        steps = self.preset.num_steps if num_steps is None else num_steps
        return seconds * steps / 2


def statuses(climbed: Climbed) -> tuple[str, ...]:
    """Return what became of each filter; see `Patterns`."""
    return tuple(
        _status(*flags)
        for flags in zip(
            climbed.has_moved, climbed.is_finite, climbed.peak, strict=True
        )
    )


def _status(has_moved: bool, is_finite: bool, peak: float) -> str:
    if not is_finite:
        return "not_finite"
    if not has_moved:
        return "flat"
    return "silent" if peak == 0 else "live"


def _chunks(count: int) -> list[slice]:
    has_gpu = tf.config.list_logical_devices("GPU")
    size = GPU_CHUNK if has_gpu else CPU_CHUNK
    return [slice(first, first + size) for first in range(0, count, size)]


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
) -> Patterns:
    """Draw, for each filter, the image that it answers to most.

    Args:
        model: any Keras model on TensorFlow; nothing of it changes.
        layer: its path, short name, or the layer itself.
        filters: which filters; an int draws that many, spread evenly over the
            layer.
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
            (0, 255) with `preprocess` or where the model rescales bytes
            itself, else (0, 1).
        input: name or index of the image input, where several could be.

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
    method, num_steps = find_preset(preset), as_steps(steps)
    sides = as_size(size)
    shape = None if start is None else _start_shape(start)
    at_hand = shape if sides is None or shape else (*sides, 3)
    build_if_needed(model, at_hand)
    located = find_layer(model, layer)
    spec = model_input(model, input, at_hand)
    image_shape = canvas_shape(spec, method, size, shape)
    found = probe(model, spec, image_shape)
    check_drawable(found, located)
    engine = PatternEngine(
        found,
        located,
        method,
        preprocess=preprocess,
        value_range=as_range(value_range),
    )
    chosen = choose_filters(filters, engine.num_filters, located.path)
    if start is not None:
        _check_start(start, chosen, image_shape)
        start = np.asarray(start, np.float32)
    return engine.draw(chosen, start=start, seed=seed, num_steps=num_steps)


def choose_filters(
    filters: Filters, num_filters: int, path: str
) -> tuple[int, ...]:
    """Return the indices asked for: a number of them, or which.

    Raises:
        ValueError: an index that the layer does not have, or none at all.
    """
    wanted = as_filters(filters)
    if isinstance(wanted, int):
        count = min(wanted, num_filters)
        return tuple(i * num_filters // count for i in range(count))
    if max(wanted) >= num_filters:
        raise ValueError(
            f"filters must be indices of {path!r}, which has {num_filters} "
            f"(0 to {num_filters - 1}) — got {filters!r}."
        )
    return wanted


def canvas_shape(
    spec: ModelInput,
    preset: Preset,
    size: Size,
    start_shape: Shape | None = None,
) -> tuple[int, int, int]:
    """Return (h, w, c) of the canvas; what the model fixes goes first.

    Raises:
        ValueError: `size` or `start` is not what the model takes.
    """
    height, width, channels = spec.image_shape
    if start_shape is not None:
        wanted: Shape = start_shape
    elif (sides := as_size(size)) is None:
        wanted = (
            height or preset.size_px,
            width or preset.size_px,
            channels or 3,
        )
    else:
        wanted = (*sides, channels or 3)
    pairs = zip(wanted, (height, width, channels), strict=True)
    if any(fixed is not None and got != fixed for got, fixed in pairs):
        raise ValueError(
            f"The canvas must be what the model takes, {spec.image_shape} "
            f"(height, width, channels) — got {tuple(wanted)}. Leave size out."
        )
    return wanted  # type: ignore[return-value]  # no None is left


def check_drawable(found: Probe, located: Located) -> None:
    """Raise if the layer has no filters that ascent could climb for.

    Raises:
        TapError: the layer is never called where a tap can see it.
        ValueError: it answers with something that has no spatial axis, or
            the model takes whole numbers, along which nothing can climb.
    """
    dtype = found.spec.dtypes[found.spec.image]
    if not tf.as_dtype(dtype).is_floating:
        raise ValueError(
            "A pattern needs a gradient to the image, so an image input of "
            f"floats — {found.model.name!r} takes {dtype}. Build it with a "
            "float32 Input; Rescaling takes that as well."
        )
    shape = found.shape(located.layer)
    if len(shape) < 3:
        raise ValueError(
            f"A layer to draw must answer with feature maps — {located.path!r} "
            f"answers with shape {shape}. layer_paths(model) lists the "
            "convolutions."
        )


def build_if_needed(model: keras.Model, shape: Shape | None) -> None:
    """Give a model that was never used its weights, as a first call would.

    Raises:
        ValueError: it has none yet and the size of its images is not known,
            or it has no forward pass.
    """
    if not isinstance(model, keras.Model) or model.built:
        return
    check_forward_pass(model)
    if shape is None:
        raise ValueError(
            f"The model {model.name!r} has no weights yet and does not say "
            "what it takes. Call it once on a batch, build it, or give size "
            "or start."
        )
    if isinstance(model, keras.Sequential):  # a call would fix its batch size
        model.build((None, *shape))
    else:  # a subclassed model has no build that reaches its layers
        model(tf.zeros((1, *shape)), training=False)


def _num_filters(located: Located, found: Probe) -> int:
    shape = found.shape(located.layer)
    count = shape[1 if is_channels_first(located.layer) else -1]
    if count is None:
        raise ValueError(
            f"The number of filters of {located.path!r} is not known: its "
            f"output has shape {shape}. Choose another layer."
        )
    return count


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
