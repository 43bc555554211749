"""A run with NaN has one red finding, and no other about what is NaN."""

from dataclasses import replace
from typing import Any

import pytest

from tb_plugin import findings
from tb_plugin.contract import Capture, NotFiniteWeight
from tests import known_records
from tests.known_content import Plan

PLAN = Plan(captures=8, layers=2, exemplars=True)
KERNEL = NotFiniteWeight("model/backbone/conv1/kernel", 432, 432, 0)
MASK = NotFiniteWeight("model/attention/mask", 64, 0, 28)
BROKEN = 4  # the first capture with NaN


def run(**of_all: Any) -> list[Capture]:
    """Return captures of both kinds whose weights are known to be finite."""
    told: dict[str, Any] = {"not_finite": (), **of_all}
    return [
        replace(known_records.capture_record(PLAN, kind, i), **told)
        for i in range(PLAN.captures)
        for kind in ("filter_patterns", "grad_cam")
    ]


def spoiled(
    records: list[Capture], weights: tuple[NotFiniteWeight, ...]
) -> list[Capture]:
    """Return the captures with NaN from one on: no number, no prediction."""
    return [
        each if each.index < BROKEN else _spoiled(each, weights)
        for each in records
    ]


def _spoiled(record: Capture, weights: Any) -> Capture:
    layers = tuple(
        replace(layer, status=("not_finite",) * len(layer.status))
        for layer in record.patterns
    )
    maps = tuple(
        replace(layer, status=("not_finite",) * len(layer.status))
        for layer in record.maps
    )
    outcome = record.outcome
    if outcome is not None:
        nothing = (None,) * len(outcome.images)
        outcome = replace(outcome, prediction=nothing, correct=nothing)
    return replace(
        record,
        patterns=layers,
        maps=maps,
        outcome=outcome,
        not_finite=weights,
        num_not_finite=len(weights or ()),
    )


def test_weights_that_became_nan_are_one_red_finding_and_the_first() -> None:
    found = findings.find(spoiled(run(), (KERNEL,)))
    when = "between epoch 3 of fit 1 and epoch 4"
    assert found[0].title == f"1 weight tensor became NaN {when}"
    assert found[0].tone == "bad"
    assert "model/backbone/conv1/kernel (432 of 432 numbers)" in found[0].text
    assert found[0].path == "backbone/conv1"
    assert len([each for each in found if each.event]) == 1


def test_nothing_is_said_of_captures_with_nan_but_that() -> None:
    records = spoiled(run(), (KERNEL,))
    last = BROKEN * (records[2].step - records[0].step)
    for each in findings.find(records)[1:]:
        assert each.step < last
        assert (each.versus or 0) < last
        words = f"{each.title} {each.text}"
        assert "not finite" not in words
        assert "silent" not in words


def test_weights_that_became_finite_again_are_said_to_be() -> None:
    records = spoiled(run(), (KERNEL,))
    good = [each for each in run() if each.index == PLAN.captures - 1]
    text = findings.find([*records[:-2], *good])[0].text
    assert "All are finite again at epoch" in text


def test_infinity_that_a_model_holds_from_the_start_is_no_finding() -> None:
    known = findings.find(run(not_finite=(MASK,), num_not_finite=1))
    assert not [each for each in known if each.event]
    assert known == findings.find(run())


def test_log_that_does_not_say_which_weights_is_read_by_its_statuses() -> None:
    records = spoiled(run(not_finite=None), ())
    old = [replace(each, not_finite=None) for each in records]
    first, *others = findings.find(old)
    assert first.title.startswith("Activations and gradients became NaN")
    assert first.tone == "bad"
    assert "does not say which" in first.text
    assert not [each for each in others if "not finite" in each.title]


@pytest.mark.parametrize("weights", [(), None])
def test_loss_that_is_nan_is_told_where_the_weights_are_known(weights) -> None:
    records = run(not_finite=weights)
    at = [
        replace(each, reason="loss not finite") if each.index == 2 else each
        for each in records
    ]
    told = [each for each in findings.find(at) if each.event]
    assert [each.tone for each in told] == ["bad"] * (weights is not None)
