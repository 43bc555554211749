"""What is said of places that decide a class, since when and until when."""

from dataclasses import replace
from typing import Any

from tb_plugin import findings
from tb_plugin.contract import Capture, ShortcutSearch
from tb_plugin.findings.finding import Finding
from tests import known_records
from tests.known_content import Plan

PLAN = Plan(captures=5)
PROOF = {"turned": 0.875, "left": 1.0, "is_shortcut": True}
NAME = known_records.shortcuts(PLAN).places[0].label


def run(*searches: ShortcutSearch | None) -> list[Capture]:
    """Return captures of heatmaps with these searches for shortcuts."""
    return [
        replace(
            known_records.capture_record(PLAN, "grad_cam", i),
            fit=0,
            epoch=i,
            shortcuts=one,
        )
        for i, one in enumerate(searches)
    ]


def place(**numbers: Any) -> ShortcutSearch:
    return known_records.shortcuts(PLAN, **numbers)


NOTHING = replace(place(), places=())
SKIPPED = replace(NOTHING, num_images=0, skipped="No time.")


def found(captures: list[Capture]) -> list[Finding]:
    return [each for each in findings.find(captures) if "Pasting" in each.title]


def test_a_shortcut_is_the_first_warning_with_its_numbers() -> None:
    captures = run(NOTHING, place(), place(**PROOF), SKIPPED, place(**PROOF))
    [told] = found(captures)
    assert findings.find(captures)[0] == told
    assert told.tone == "bad"
    assert told.title == (
        f"Pasting the lower-right corner of {NAME} turns 88% of the "
        f"other images into {NAME} since epoch 2"
    )
    assert "elsewhere in the same images turns 0%" in told.text
    assert "With it blurred, 100% of 4 images" in told.text
    assert "At epoch 1 it turned 12%." in told.text
    assert (told.versus, told.step) == (captures[1].step, captures[4].step)


def test_before_and_after_are_two_heatmaps_of_one_image() -> None:
    [told] = found(run(NOTHING, place(**PROOF)))
    assert "At the baseline it was not found." in told.text
    before, after = told.tiles
    assert before.image == after.image
    assert before.step < after.step
    assert told.item is not None


def test_a_shortcut_that_is_gone_is_good_news_with_both_numbers() -> None:
    captures = run(
        NOTHING, place(**PROOF), place(turned=0.75, is_shortcut=True), place()
    )
    [told] = found(captures)
    assert told.tone == "good"
    assert "turned 88% of the other images" in told.title
    assert told.title.endswith("at epoch 1, 12% at epoch 3")
    assert (told.versus, told.step) == (captures[1].step, captures[3].step)


def test_a_place_that_another_layer_leads_to_is_the_same_place() -> None:
    other = place(**PROOF, path=PLAN.path(1))
    [told] = found(run(NOTHING, place(**PROOF), other))
    assert told.tone == "bad"
    assert told.title.endswith("since epoch 1")
    assert told.path == PLAN.path(1)


def test_a_place_that_two_layers_lead_to_is_said_once_by_the_strongest() -> (
    None
):
    weaker = place(**{**PROOF, "turned": 0.75}, path=PLAN.path(1))
    both = replace(weaker, places=(*place(**PROOF).places, *weaker.places))
    [told] = found(run(NOTHING, both))
    assert "turns 88% of the" in told.title
    assert told.path == PLAN.path(0)


def test_a_place_that_is_not_tried_again_is_not_given_a_number() -> None:
    [told] = found(run(NOTHING, place(**PROOF), NOTHING))
    assert told.title.endswith("at epoch 1, not found at epoch 2")


def test_since_counts_from_the_last_search_without_it() -> None:
    [told] = found(run(place(**PROOF), place(), place(**PROOF), place(**PROOF)))
    assert told.title.endswith("since epoch 2")
    assert told.text.endswith("First found at the baseline.")


def test_what_turned_few_is_no_finding() -> None:
    assert not found(run(place(), place(), SKIPPED))


def test_two_places_and_two_classes_are_told_apart() -> None:
    moved = place(**PROOF, box=(0.0, 0.0, 0.25, 0.25)).places
    other = place(**PROOF, class_index=2, class_name="x").places
    both = replace(place(), places=(*place(**PROOF).places, *moved, *other))
    assert len(found(run(NOTHING, both))) == 3


def test_a_place_keeps_its_story_though_it_shifts_a_little() -> None:
    shifted = place(**PROOF, box=(0.7, 0.65, 0.95, 0.9))
    [told] = found(run(NOTHING, place(**PROOF), shifted))
    assert "since epoch 1" in told.title
