"""What a user wants drawn in, what the model allows out, or an error."""

import keras
import tensorflow as tf

from kerasviz_callbacks.model.arguments import (
    Filters,
    Size,
    as_filters,
    as_size,
)
from kerasviz_callbacks.model.input import ModelInput, Shape, check_forward_pass
from kerasviz_callbacks.model.layers import Located
from kerasviz_callbacks.model.probe import Probe
from kerasviz_callbacks.presets.preset import Preset


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
