"""Builds the record of a layer's exemplars, and the sheet of their crops."""

from collections.abc import Sequence

import numpy as np

from kerasviz_callbacks.arrays import AnyArray, FloatArray
from kerasviz_callbacks.patterns import NO_LABEL, NUM_EXEMPLARS, Exemplars
from kerasviz_callbacks.pictures import bare_sheet, rgb
from tb_plugin import contract

_MOST_CLASSES = 8  # of a filter's mix; the rest is the total minus these
_DIGITS = 4  # of boxes and activations: a pixel of 10 000, a part in 10 000
_EXACT_UP_TO_PX = 32  # of a crop: a JPEG block is 8 px


def exemplar_record(
    found: Exemplars, filters: Sequence[int], is_finite: Sequence[bool]
) -> tuple[contract.Exemplars, bytes, bytes]:
    """Return the record of some filters' exemplars, their sheet, and responses.

    Args:
        found: The exemplars of the layer.
        filters: Indices of the filters, each among those of `found`.
        is_finite: Whether each of them is: no image activates others.
    """
    rows = [found.filters.index(index) for index in filters]
    names = _Names(found.class_names)
    best = found.best
    count = best.images.shape[1]
    crops = found.crops[rows]
    tiles = rgb(crops.reshape(-1, *crops.shape[2:]))
    is_exact = max(tiles.shape[1:3]) <= _EXACT_UP_TO_PX
    blob, sheet = bare_sheet(
        tiles,
        "png" if is_exact else "jpeg",
        columns=count,
        are_photographs=True,
    )
    of_classes = found.tally.class_mix()
    mixes = [
        of_classes[row] if is_sound else []
        for row, is_sound in zip(rows, is_finite, strict=True)
    ]
    sound = np.array(is_finite)
    histogram = found.tally.histogram
    counts = np.where(sound[:, None], histogram.counts()[rows], 0)
    responses = found.responses.of(rows, sound)
    there = (best.images[rows] >= 0) & sound[:, None]

    def each(values: AnyArray) -> list[AnyArray]:
        pairs = zip(rows, there, strict=True)
        return [values[row][is_there] for row, is_there in pairs]

    # Classes are numbered as they are met: labels and mixes come first.
    labels = tuple(names.of(row) for row in each(best.labels))
    mix_class = tuple(
        tuple(names.index(label) for label, _ in mix[:_MOST_CLASSES])
        for mix in mixes
    )
    record = contract.Exemplars(
        sheet=sheet,
        num_images=found.tally.num_images,
        is_of_pool=found.is_of_pool,
        height=found.field.height,
        width=found.field.width,
        label=labels,
        mix_class=mix_class,
        classes=names.used(),
        class_count=tuple(found.tally.class_count(x) for x in names.labels()),
        image=tuple(tuple(row.tolist()) for row in each(best.images)),
        hash=tuple(
            tuple(f"{int(one):016x}" for one in row)
            for row in each(best.hashes)
        ),
        activation=tuple(map(_numbers, each(best.values))),
        box=tuple(_rounded(row) for row in each(found.boxes)),
        histogram=tuple(map(tuple, counts.tolist())),
        low=_numbers(np.where(sound, histogram.low[rows], np.nan)),
        high=_numbers(np.where(sound, histogram.high[rows], np.nan)),
        mix_count=tuple(
            tuple(count for _, count in mix[:_MOST_CLASSES]) for mix in mixes
        ),
        mix_total=tuple(sum(n for _, n in mix) for mix in mixes),
        sample=responses.digest,
        num_sampled=responses.values.shape[1],
        num_strongest=NUM_EXEMPLARS if count > NUM_EXEMPLARS else 0,
    )
    return record, blob, responses.as_bytes()


def exemplar_measures(
    found: Exemplars, filters: Sequence[int], is_finite: Sequence[bool]
) -> dict[str, FloatArray]:
    """Return the measures of filters that come from exemplars, by name.

    NaN for filters that are not finite.
    """
    rows = [found.filters.index(index) for index in filters]
    columns = {
        "active_share": found.tally.active_share(),
        "class_selectivity": found.tally.selectivity(),
    }
    return {
        name: np.where(is_finite, column[rows], np.nan)
        for name, column in columns.items()
    }


class _Names:
    """Names of classes, numbered as they occur.

    A record repeats few of many names, and needs no other for what they mean.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._indices: dict[int, int] = {}

    def index(self, label: int) -> int:
        return self._indices.setdefault(int(label), len(self._indices))

    def of(self, labels: AnyArray) -> tuple[int | None, ...]:
        return tuple(
            None if label == NO_LABEL else self.index(label)
            for label in labels.tolist()
        )

    def labels(self) -> tuple[int, ...]:
        return tuple(self._indices)

    def used(self) -> tuple[str, ...]:
        return tuple(
            self._names[label] if label < len(self._names) else f"class {label}"
            for label in self._indices
        )


def _numbers(values: AnyArray) -> tuple[float | None, ...]:
    return tuple(
        float(f"{value:.{_DIGITS}g}") if np.isfinite(value) else None
        for value in values.astype(float).tolist()
    )


def _rounded(boxes: FloatArray) -> tuple[float, ...]:
    return tuple(round(edge, _DIGITS) for edge in boxes.reshape(-1).tolist())
