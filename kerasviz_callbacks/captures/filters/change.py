"""Measures how the filters of a layer changed between two captures.

| measure                 | 0 or 1 is no change; what it is                    |
|-------------------------|----------------------------------------------------|
| `correlation_S`         | 1: of the shown pictures' pixels                   |
| `spectrum_correlation_S`| 1: of their amplitude spectra, which shifts leave  |
| `weight_change_S`       | 0: length of the difference of the filter's own    |
|                         | weights, as a share of their length then           |
| `held_out_change_S`     | 0: difference of the mean activation on the        |
|                         | held-out images, in standard deviations of its     |
|                         | values on the images at the baseline; signed       |
| `response_correlation_S`| 1: of its largest activations on a sample of the   |
|                         | pool's images: whether it sees the same; see       |
|                         | `LEAST_IMAGES`                                     |
| `cka_S`, of the layer   | 1: linear CKA of the mean activations of all its   |
|                         | filters on the held-out images; see `likeness`     |

S is `previous` or `baseline`. CKA takes the mean over positions: which position
is which differs from image to image, and n x c numbers are all that must be
kept of an earlier capture.

The same measures give the noise floor: `correlation_floor` and
`spectrum_correlation_floor` compare with a pattern of the same weights from a
start moved by a millionth, `…_seed` with one from another seed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from kerasviz_callbacks.arrays import BoolArray, ByteArray, FloatArray
from kerasviz_callbacks.captures.filters.likeness import (
    MIN_IMAGES,
    correlation,
    linear_cka,
    spectrum_correlation,
)
from kerasviz_callbacks.patterns import (
    Excitation,
    Exemplars,
    PreparedLayer,
    Responses,
    own_weights,
)

Measures: TypeAlias = Mapping[str, FloatArray]


@dataclass(frozen=True)
class LayerState:
    """What of a layer in one capture others are compared with.

    Attributes:
        filters: indices of the f filters drawn.
        images: (f, h, w, c) uint8, as shown.
        weights: (f, k) each filter's own; None where the layer has none.
        excitation: of the filters by the held-out images; None without.
        is_finite: (f,) whether the filters are; what is not changes by no
            number.
        responses: of the filters on a sample of the pool; None without.
    """

    filters: tuple[int, ...]
    images: ByteArray
    weights: FloatArray | None
    excitation: Excitation | None
    is_finite: BoolArray
    responses: Responses | None = None


LEAST_IMAGES = 30  # of fewer images a correlation of 0.5 is chance


def state_of(
    layer: PreparedLayer,
    filters: tuple[int, ...],
    images: ByteArray,
    is_finite: Sequence[bool],
    beside: tuple[Excitation | None, Exemplars | None],
) -> LayerState:
    """Return what of a layer later captures are compared with."""
    excitation, exemplars = beside
    responses = None
    if exemplars is not None:
        rows = [exemplars.filters.index(index) for index in filters]
        found = exemplars.responses.of(rows)
        responses = found if found.values.shape[1] >= LEAST_IMAGES else None
    return LayerState(
        filters=filters,
        images=images,
        weights=own_weights(layer.engine.located.named, filters),
        excitation=excitation,
        is_finite=np.array(is_finite),
        responses=responses,
    )


def picture_likeness(
    one: ByteArray, other: ByteArray, name: str
) -> dict[str, FloatArray]:
    """Return both correlations of pictures, under this name."""
    return {
        f"correlation_{name}": correlation(one, other),
        f"spectrum_correlation_{name}": spectrum_correlation(one, other),
    }


def filter_changes(
    now: LayerState, then: LayerState | None, since: str, unit: LayerState
) -> dict[str, FloatArray]:
    """Return the changes of each filter, NaN where there is no such number.

    Args:
        now: the layer now.
        then: at an earlier capture; None where that is not known.
        since: names the capture: `previous` or `baseline`.
        unit: the layer at the baseline, whose spread over the images is the
            unit of `held_out_change`.
    """
    unknown = np.full(len(now.filters), np.nan)
    is_same = then is not None and then.filters == now.filters
    if then is None or not is_same or then.images.shape != now.images.shape:
        names = ("correlation", "spectrum_correlation")
        changes = {f"{name}_{since}": unknown for name in names}
    else:
        changes = picture_likeness(now.images, then.images, since)
    before = then if is_same else None
    changes[f"weight_change_{since}"] = _weight_change(now, before)
    if now.excitation is not None:
        change = _held_out_change(now, before, unit)
        changes[f"held_out_change_{since}"] = change
    if now.responses is not None:
        changes[f"response_correlation_{since}"] = _response_change(now, before)
    was_finite = True if before is None else before.is_finite
    return _of(now.is_finite & was_finite, changes)


def layer_change(
    now: LayerState, then: LayerState | None, since: str
) -> dict[str, float]:
    """Return the change of the layer as a whole; none without images."""
    if now.excitation is None:
        return {}
    before = None if then is None else then.excitation
    if before is None or before.hashes != now.excitation.hashes:
        return {f"cka_{since}": float("nan")}
    alike = linear_cka(now.excitation.features, before.features)
    return {f"cka_{since}": alike}


def no_change(state: LayerState, since: str) -> dict[str, FloatArray]:
    """Return what `filter_changes` says of a layer that did not change."""
    nothing, all_of_it = (
        np.zeros(len(state.filters)),
        np.ones(len(state.filters)),
    )
    changes = {
        f"correlation_{since}": all_of_it,
        f"spectrum_correlation_{since}": all_of_it,
        f"weight_change_{since}": nothing
        if state.weights is not None
        else np.full(len(state.filters), np.nan),
    }
    if state.excitation is not None:
        changes[f"held_out_change_{since}"] = nothing
    if state.responses is not None:
        # A filter that does not vary has no correlation, with itself neither.
        changes[f"response_correlation_{since}"] = _response_change(
            state, state
        )
    return _of(state.is_finite, changes)


def _of(
    is_known: BoolArray, changes: Mapping[str, FloatArray]
) -> dict[str, FloatArray]:
    """Return the changes; NaN for filters of which none is known."""
    return {
        name: np.where(is_known, values, np.nan)
        for name, values in changes.items()
    }


def no_layer_change(state: LayerState, since: str) -> dict[str, float]:
    """Return what `layer_change` says of a layer that did not change."""
    if state.excitation is None:
        return {}
    is_defined = len(state.excitation.features) >= MIN_IMAGES
    return {f"cka_{since}": 1.0 if is_defined else float("nan")}


def _weight_change(now: LayerState, then: LayerState | None) -> FloatArray:
    unknown = np.full(len(now.filters), np.nan)
    if then is None or now.weights is None or then.weights is None:
        return unknown
    if now.weights.shape != then.weights.shape:
        return unknown
    before = then.weights.astype(np.float64)
    length = np.linalg.norm(before, axis=1)
    change = np.linalg.norm(now.weights - before, axis=1)
    return np.asarray(change / np.where(length > 0, length, np.nan))


def _response_change(now: LayerState, then: LayerState | None) -> FloatArray:
    before = None if then is None else then.responses
    if now.responses is None or before is None:
        return np.full(len(now.filters), np.nan)
    if before.digest != now.responses.digest:  # of other images
        return np.full(len(now.filters), np.nan)
    return correlation(*map(_or_nan, (now.responses.values, before.values)))


def _or_nan(values: FloatArray) -> FloatArray:
    """Return NaN for infinity, of which there is no mean."""
    return np.where(np.isfinite(values), values, np.nan)


def _held_out_change(
    now: LayerState, then: LayerState | None, unit: LayerState
) -> FloatArray:
    unknown = np.full(len(now.filters), np.nan)
    if then is None or unit.filters != now.filters:
        return unknown
    means = [_means_on(now.excitation, s.excitation) for s in (now, then, unit)]
    this, that, baseline = means
    if this is None or that is None or baseline is None:
        return unknown
    spread = baseline.std(axis=0)
    change = (this - that).mean(axis=0)
    return np.asarray(change / np.where(spread > 0, spread, np.nan))


def _means_on(
    images: Excitation | None, excitation: Excitation | None
) -> FloatArray | None:
    """Return the (n, f) means, if they are of the same images."""
    if images is None or excitation is None:
        return None
    is_same = images.hashes == excitation.hashes
    return excitation.mean.astype(np.float64) if is_same else None
