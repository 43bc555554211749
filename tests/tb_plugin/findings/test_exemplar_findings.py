"""What became of filters, by the images that activate them."""

from dataclasses import replace
from typing import Any

import pytest

from tb_plugin import findings
from tb_plugin.contract import Capture
from tests import known_records
from tests.known_content import Plan

PLAN = Plan(captures=4, layers=1, filters=4, exemplars=True)
DOTS, STRIPES, CHECKS = 0, 1, 2
NO_CLASS = {
    "mix_class": ((0, 1, 2),) * 4,
    "mix_count": ((4, 4, 4),) * 4,
    "mix_total": (12,) * 4,
}


def of(texture: int, count: int = 9, of_all: int = 10) -> dict[str, Any]:
    """Return the columns of filters that see one texture, and a little else."""
    return {
        "mix_class": ((texture, (texture + 1) % 3),) * 4,
        "mix_count": ((count, of_all - count),) * 4,
        "mix_total": (of_all,) * 4,
    }


def captures(*changes: dict[str, Any]) -> list[Capture]:
    """Return a capture for each of the changes of exemplars and measures."""
    made = []
    for index, change in enumerate(changes):
        record = known_records.capture_record(PLAN, "filter_patterns", index)
        [layer] = record.patterns
        columns = dict(change)
        measures = {
            name: (columns.pop(name),) * 4
            for name in ("active_share", "class_selectivity")
            if name in columns
        }
        layer = replace(
            layer,
            exemplars=replace(layer.exemplars, **columns),
            measures={**layer.measures, **measures},
        )
        made.append(replace(record, patterns=(layer,)))
    return made


def titles(*changes: dict[str, Any]) -> str:
    found = findings.find(captures(*changes))
    return "\n".join(each.title for each in found)


def test_a_filter_that_turns_to_stripes_is_found_as_such() -> None:
    said = titles(of(DOTS), of(DOTS), of(STRIPES), of(STRIPES))
    expected = "filter 0 turned from dots to stripes at epoch 2"
    assert f"backbone/conv0: {expected}; 3 other filters changed class" in said


def test_a_filter_that_becomes_selective_is_found_with_its_class() -> None:
    said = titles(
        {**NO_CLASS, "class_selectivity": 0.2},
        {**of(STRIPES), "class_selectivity": 0.6},
    )
    assert "filter 0 became selective for stripes at epoch 1" in said


@pytest.mark.parametrize(
    "before, after",
    [
        ({**NO_CLASS, "class_selectivity": 0.31}, of(STRIPES)),
        (NO_CLASS, {**of(STRIPES), "class_selectivity": 0.6}),
        (
            {**NO_CLASS, "class_selectivity": 0.2},
            {**NO_CLASS, "class_selectivity": 0.6},
        ),
        (
            {**NO_CLASS, "class_selectivity": 0.2},
            {**of(STRIPES), "class_selectivity": 0.49},
        ),
    ],
    ids=["not vague", "not known", "of no class", "not selective"],
)
def test_what_is_not_selective_by_all_thresholds_is_not_told(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert "selective" not in titles(before, after)


@pytest.mark.parametrize(
    "after",
    [
        {**NO_CLASS, "mix_count": ((5, 4, 3),) * 4},
        of(STRIPES, 7, 8),
        {**of(STRIPES), "class_count": (10, 30, 0)},
        {**of(STRIPES, 5, 9), "num_images": 24, "class_count": (8, 8, 8)},
        {**of(STRIPES), "class_count": (14, 5, 21)},
        {**of(STRIPES), "num_images": 9},
    ],
    ids=[
        "less than half",
        "too few",
        "as often among all",
        "as many by chance",
        "more than there are",
        "drawn from fewer",
    ],
)
def test_a_class_that_means_nothing_is_not_told(after: dict[str, Any]) -> None:
    assert "turned" not in titles(of(DOTS), after)


def test_filters_that_wake_up_and_fall_silent_are_found() -> None:
    quiet, awake = {"active_share": 0.01}, {"active_share": 0.1}
    assert "filter 0 woke up at epoch 1" in titles(quiet, awake)
    assert "filter 0 fell silent at epoch 1" in titles(awake, quiet)
    half = {"active_share": 0.09}
    assert "woke" not in titles(quiet, half)
    assert "silent" not in titles(half, quiet)


def test_the_numbers_behind_it_are_told() -> None:
    records = captures({"active_share": 0.0}, {"active_share": 0.25})
    [told] = [f for f in findings.find(records) if "woke" in f.title]
    assert told.text.startswith("Images that activate it 0% → 25%. Filter 2 ")
    assert (told.item, told.step, told.versus) == ("0", 50, 0)


def in_layers(
    shares: dict[str, list[tuple[float, ...]]], dead: tuple[str, ...] = ()
) -> list[findings.Finding]:
    """Return the findings of several layers, each with its filters' shares.

    Args:
        shares: By layer and capture, the share of images that activate each of
            the four filters.
        dead: Layers whose filters are dead in the newest capture.
    """
    made = []
    for index in range(max(map(len, shares.values()))):
        record = known_records.capture_record(PLAN, "filter_patterns", index)
        [layer] = record.patterns
        patterns = []
        for path, rows in shares.items():
            is_dead = path in dead and index == len(rows) - 1
            measures = {**layer.measures, "active_share": rows[index]}
            status = ("dead" if is_dead else "live",) * 4
            patterns.append(
                replace(layer, path=path, measures=measures, status=status)
            )
        made.append(replace(record, patterns=tuple(patterns)))
    return findings.find(made)


AWAKE, SILENT = (0.5,) * 4, (0.0,) * 4


def test_layers_that_fall_silent_in_one_capture_are_one_finding() -> None:
    partly = (0.5, 0.0, 0.5, 0.5)
    found = in_layers(
        {
            "a": [AWAKE, SILENT, SILENT],
            "b": [AWAKE, partly, partly],
            "c": [AWAKE, AWAKE, partly],
        }
    )
    told = [each for each in found if "silent" in each.title]
    assert [each.title for each in told] == [
        "5 filters in 2 layers fell silent at epoch 1",
        "c: filter 2 fell silent at epoch 2",
    ]
    assert told[0].text == (
        "Filter 0 of a: images that activate it 50% → 0%. "
        "a: filters 0, 2, 4, 6; b: filter 2."
    )
    assert (told[0].path, told[0].step, told[0].versus) == ("a", 50, 0)


def test_a_dead_filter_is_not_said_to_have_fallen_silent_too() -> None:
    said = [x.title for x in in_layers({"a": [AWAKE, SILENT]}, dead=("a",))]
    assert "a: 4 of 4 filters never fire since epoch 1" in said
    assert not [title for title in said if "silent" in title]


def test_many_captures_in_which_filters_woke_up_leave_room() -> None:
    rows = [SILENT]
    for i in range(4):
        rows.append((*(0.5,) * (i + 1), *(0.0,) * (3 - i)))
    found = in_layers({"a": rows[:4], "b": [SILENT, *rows[2:5]]})
    assert len([x for x in found if "woke up" in x.title]) == 2


def shared(count: int, num_images: int = 500) -> dict[str, Any]:
    """Return exemplars of which the first two filters share some."""
    rows = [range(100 * i, 100 * i + 9) for i in range(4)]
    rows[1] = [*rows[0][:count], *rows[1][count:]]
    [layer] = captures({})[0].patterns
    assert layer.exemplars is not None
    return {
        "sheet": replace(layer.exemplars.sheet, columns=9),
        "num_images": num_images,
        "image": tuple(map(tuple, rows)),
        "hash": tuple(tuple(map(str, row)) for row in rows),
        "label": ((None,) * 9,) * 4,
        "activation": ((1.0,) * 9,) * 4,
        "box": ((0.5,) * 36,) * 4,
    }


def test_filters_that_share_exemplars_see_the_same() -> None:
    said = titles({}, shared(7))
    assert "backbone/conv0: filters 0 and 2 see the same" in said
    assert "see the same" not in titles({}, shared(6))
    assert "see the same" not in titles({}, shared(9, 80))
