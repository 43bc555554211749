"""Checks that a model gets pixels in the range that it was trained on.

A model that gets pixels in another range sees next to nothing, or one blaze,
and so do its heatmaps. What reveals the expected range, if anything:

| the model has              | it reveals                      | a mismatch is |
|----------------------------|---------------------------------|---------------|
| a Rescaling layer          | the range that it scales from   | an error      |
| an adapted Normalization   | mean and deviation of pixels    | an error      |
| other operations that      | that it takes bytes, if it      | an error      |
| scale pixels first         | does; see `first_scaling`       |               |
| a BatchNormalization that  | deviation of its activations    | a note        |
| was trained                | during training                 |               |

The input of such a layer is measured by running the model up to there. A
mismatch is a factor that only 255, 127.5 and the like explain; -1 to 1 instead
of 0 to 1 is none. A model without any such layer is trusted, and so is an
untrained one.

`check_preprocess` applies the same idea to a `preprocess` function. Its
expected range is not declared either, with one exception: the functions of
`keras.applications` take bytes. For others a factor reveals it: a function that
divides by 64 or more was made for bytes, one that multiplies by as much for 0
to 1.
"""

from typing import Any

import numpy as np

from kerasviz_callbacks.arrays import AnyArray, FloatArray
from kerasviz_callbacks.images.first_layers import (
    FirstActivation,
    first_activations,
)
from kerasviz_callbacks.images.first_scaling import range_taken
from kerasviz_callbacks.images.pixels import BYTES
from kerasviz_callbacks.model import Probe

_BYTES = "0 to 255"
_GIVE_BYTES = "Give bytes, or preprocess=lambda images: images * 255."
_SMALL = "0 to 1 or -1 to 1"
_LARGE = 16.0  # no pixel from -1 to 1 is far beyond it, and most bytes are
_FACTOR = 16.0  # in deviations of pixels: between 1 and 127.5
# Moving statistics that began at 1 lag behind by up to 1 / sqrt(1 - momentum),
# 32 for a momentum of 0.999, however short the training was.
_NORM_FACTOR = 32.0
# (scale, offset) of Rescaling layers that take small pixels: onto -1 to 1, 0 to
# 1, -0.5 to 0.5 and 0 to 255, from 0 to 1 or from -1 to 1.
_FROM_SMALL = ((2, -1), (0.5, 0.5), (1, -0.5), (255, 0), (127.5, 127.5))
# Of the widths of the two ranges: between 1 and 127.5.
_PREPROCESS_FACTOR = 64.0
_SURELY_BYTES = 16.0


def check_range(probe: Probe, fed: FloatArray) -> tuple[str, ...]:
    """Return what looks wrong about the pixel range, in sentences.

    The layers that scale pixels and the first batch normalization are run on
    the images once, for the errors and for the notes.

    Args:
        probe: Probe of the model.
        fed: (n, h, w, c). Images as the model takes them.

    Raises:
        ValueError: If a layer that scales pixels sees another range than it
            takes; with the layer, its range and the range that it would see.
    """
    notes: tuple[str, ...] = ()
    for first in first_activations(probe, fed):
        _check_scaling(first, fed)
        if first.kind == "BatchNormalization":
            notes = _norm_notes(first, fed)
    if _are_small(fed) and range_taken(probe) == BYTES:
        raise ValueError(
            "images must be in the range that the model takes: it scales "
            f"pixels from {_BYTES} first — it is given {fed.min():.3g} to "
            f"{fed.max():.3g}. {_GIVE_BYTES}"
        )
    return notes


def _check_scaling(first: FirstActivation, fed: FloatArray) -> None:
    layer, values = first.located.layer, first.values
    wanted = None
    if first.kind == "Rescaling":
        values = (values - np.asarray(layer.offset)) / layer.scale
        wanted = _wanted_by_rescaling(layer, values)
    if first.kind == "Normalization" and not layer.invert:
        mean, deviation = _statistics(layer)
        wanted = _wanted_by_normalization(layer, values)
        values = values * deviation + mean
    if wanted is not None:
        raise _mismatch(first, wanted, values, fed)


def _wanted_by_rescaling(layer: Any, seen: FloatArray) -> str | None:
    if _takes_bytes(layer) and _are_small(seen):
        return _BYTES
    pair = [np.mean(value) for value in (layer.scale, layer.offset)]
    is_from_small = any(np.allclose(pair, known) for known in _FROM_SMALL)
    return _SMALL if is_from_small and _largest(seen) > _LARGE else None


def _wanted_by_normalization(layer: Any, values: FloatArray) -> str | None:
    mean, deviation = _statistics(layer)
    spread, seen = float(np.std(values)), values * deviation + mean
    if _takes_bytes(layer) and _are_small(seen) and spread < 1 / _FACTOR:
        return _BYTES
    is_small = max(_largest(mean), _largest(deviation)) < 1
    is_fresh = not np.any(mean)
    if is_small and not is_fresh and _largest(seen) > _LARGE:
        return _SMALL if spread > _FACTOR else None
    return None


def _takes_bytes(layer: Any) -> bool:
    """Return whether the layer rescales or normalizes pixels from 0 to 255."""
    kind = type(layer).__name__
    if kind == "Rescaling":
        return bool(np.max(np.abs(layer.scale)) <= 1 / 64)
    if kind == "Normalization" and getattr(layer, "mean", None) is not None:
        return bool(np.max(np.abs(np.asarray(layer.mean))) > 2)
    return False


def _mismatch(
    first: FirstActivation, wanted: str, seen: FloatArray, fed: FloatArray
) -> ValueError:
    if wanted == _BYTES:
        todo = _GIVE_BYTES
    else:
        todo = "Scale them as for training, in preprocess=…, once."
    return ValueError(
        "images must be in the range that the model takes: its layer "
        f"{first.located.path!r} ({first.kind}) expects pixels from {wanted} "
        f"— it would see {seen.min():.3g} to {seen.max():.3g}; the model is "
        f"given {fed.min():.3g} to {fed.max():.3g}. {todo}"
    )


def _norm_notes(first: FirstActivation, fed: FloatArray) -> tuple[str, ...]:
    layer = first.located.layer
    ratio = _spread_ratio(layer, first.values)
    if ratio is None or 1 / _NORM_FACTOR < ratio < _NORM_FACTOR:
        return ()
    if ratio > 1:
        told, what = f"{ratio:.0f} times as much as", "smaller"
    else:
        told, what = f"1/{1 / ratio:.0f} as much as", "larger"
    return (
        f"At the start, activations at {first.located.path} varied {told} "
        "they did while the weights were trained: on pixels of a "
        f"{what} range, it seems, than {fed.min():.3g} to {fed.max():.3g}, "
        "which the model is given. Check images and preprocess.",
    )


def _spread_ratio(layer: Any, values: FloatArray) -> float | None:
    """Return the deviation of the activations over that in training."""
    axis = layer.axis % values.ndim
    others = tuple(i for i in range(values.ndim) if i != axis)
    spread = np.std(values, axis=others, dtype=np.float64)
    gamma = np.ones_like(spread)
    if layer.gamma is not None:
        gamma = np.abs(np.asarray(layer.gamma, np.float64))
    variance = np.asarray(layer.moving_variance)
    is_trained = bool(np.any(np.asarray(layer.moving_mean)))
    ratios = spread / np.maximum(gamma, 1e-12)
    # A moving variance above 1, where it began, is a bound of the true one.
    is_sure = (gamma > 1e-3) & ((ratios > 1) | (variance > 1))
    if not is_trained or not is_sure.any() or not np.isfinite(spread).all():
        return None
    return float(np.median(ratios[is_sure]))


def _statistics(layer: Any) -> tuple[FloatArray, FloatArray]:
    variance = np.asarray(layer.variance, np.float32)
    return np.asarray(layer.mean, np.float32), np.sqrt(variance)


def _are_small(values: FloatArray) -> bool:
    """Return whether values are from -1 to 1, and not only black and white."""
    size = np.abs(values)
    # What was rescaled and scaled back is off by some rounding.
    return bool(size.max() <= 1.001 and ((size > 0.01) & (size < 0.99)).any())


def _largest(values: FloatArray) -> float:
    return float(np.max(np.abs(values)))


def check_preprocess(
    values: AnyArray, fed: FloatArray, preprocess: Any
) -> None:
    """Raise if the images have another range than `preprocess` takes.

    Args:
        values: (n, h, w, c). Images as given.
        fed: What `preprocess` returned for them.
        preprocess: The function.

    Raises:
        ValueError: With both ranges.
    """
    low, high = float(values.min()), float(values.max())
    width, fed_width = high - low, float(fed.max()) - float(fed.min())
    if values.shape[-1] not in (1, 3):
        return  # of such images any range is sound
    is_share = low >= 0 and high <= 1 and bool(np.any(values % 1 != 0))
    wanted = None
    if is_share and (
        fed_width * _PREPROCESS_FACTOR < width or _is_of_keras(preprocess)
    ):
        is_changed = fed.shape != values.shape or not np.allclose(fed, values)
        wanted = "0 to 255" if is_changed else None
    if high > _SURELY_BYTES and fed_width > width * _PREPROCESS_FACTOR:
        wanted = "0 to 1"
    if wanted is not None:
        raise ValueError(
            f"images must be in the range that preprocess takes, {wanted}, it "
            f"seems — got {low:.3g} to {high:.3g}, of which it makes "
            f"{fed.min():.3g} to {fed.max():.3g}. Give the other range, or "
            "change preprocess."
        )


def _is_of_keras(preprocess: Any) -> bool:
    module = str(getattr(preprocess, "__module__", ""))
    return module.startswith("keras.") and ".applications" in module
