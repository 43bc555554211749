"""What a capture looks back on."""

import numpy as np

from kerasviz_callbacks.captures.heatmap_memory import (
    DrawnHeatmaps,
    HeatmapMemory,
)
from kerasviz_callbacks.heatmaps.batch import HeatmapBatch

KEYS = (("a", "label"), ("b", "label"))
RAMP = np.arange(2 * 3 * 4.0).reshape(2, 3, 4)


def drawn(step: int, maps: np.ndarray, keys=KEYS, path="conv") -> DrawnHeatmaps:
    rows = np.arange(len(maps))
    batch = HeatmapBatch(
        maps={path: maps},
        status={path: ("ok",) * len(maps)},
        outputs=np.zeros((len(maps), 0)),
        predictions=rows,
        row_image=rows,
        row_target=("label",) * len(maps),
        is_first=rows >= 0,
        targets=rows,
        scores=np.zeros(len(maps)),
        score_kind="value",
        value_kind="value",
        output=None,
        parts={path: ()},
        shares={path: np.zeros((len(maps), 1))},
        seen={path: np.ones(maps.shape[1:], bool)},
    )
    return DrawnHeatmaps(step, ("weights", step), batch, keys)


def remembering(*captures: DrawnHeatmaps) -> HeatmapMemory:
    memory = HeatmapMemory()
    for capture in captures:
        memory.hold(capture)
        memory.keep()
    return memory


def test_only_what_lies_in_the_log_is_pointed_at():
    memory, first, lost = HeatmapMemory(), drawn(0, RAMP), drawn(4, RAMP)
    memory.hold(first)
    assert memory.repeat(first.source) is None
    memory.keep()
    memory.hold(lost)  # could not be written
    assert memory.repeat(lost.source) is None
    assert memory.repeat(first.source) is first


def test_only_the_newest_capture_is_pointed_at():
    first, second = drawn(0, RAMP), drawn(4, RAMP)
    memory = remembering(first, second)
    assert memory.repeat(first.source) is None
    assert memory.repeat(second.source) is second


def test_baseline_stays_and_the_previous_one_moves_on():
    memory = remembering(
        drawn(0, RAMP), drawn(4, -RAMP), drawn(8, RAMP.max() - RAMP)
    )
    found = memory.changes("conv", drawn(12, RAMP))
    np.testing.assert_allclose(found["rank_correlation_baseline"], 1)
    np.testing.assert_allclose(found["rank_correlation_previous"], -1)


def test_rows_are_compared_with_their_own_image_and_target():
    memory = remembering(drawn(0, np.stack([RAMP[0], -RAMP[0]])))
    other = (("b", "label"), ("a", "margin"))
    found = memory.changes("conv", drawn(4, RAMP, other))
    values = found["rank_correlation_previous"]
    assert values[0] == -1
    assert np.isnan(values[1])


def test_a_layer_or_size_that_is_new_has_no_change():
    memory = remembering(drawn(0, RAMP))
    for now in (drawn(4, RAMP, path="other"), drawn(4, RAMP[:, :2])):
        [path] = now.batch.maps
        for values in memory.changes(path, now).values():
            assert np.isnan(values).all()


def test_a_new_log_begins_anew():
    first = drawn(0, RAMP)
    memory = remembering(first)
    memory.forget()
    assert memory.repeat(first.source) is None
    assert np.isnan(
        memory.changes("conv", first)["centre_shift_baseline"]
    ).all()
