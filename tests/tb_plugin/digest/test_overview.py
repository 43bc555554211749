"""A run summed up: medians, floors, counts; nothing that was not measured."""

from dataclasses import asdict, replace

import pytest
from werkzeug.test import Client

from tb_plugin.digest.overview import layers_payload
from tb_plugin.findings.measures import spread, spread_columns
from tests import known_content as known
from tests import known_measures, known_records
from tests.known_content import Plan
from tests.tb_plugin.serving.asking import ask

RUN = "demo/kerasviz"


def test_spread_is_of_the_numbers_alone() -> None:
    numbers = spread([None, 3.0, 1.0, float("nan"), 2.0])
    assert numbers is not None
    assert (numbers.median, numbers.mean) == (2.0, 2.0)
    assert (numbers.low, numbers.high) == (1.2, 2.8)
    assert spread([None]) is None


def test_spreads_of_many_rows_are_those_of_each() -> None:
    rows = [[3.0, None, 1.0], [], [None], [0.5], [1.0, 2.0, 3.0, 4.5]]
    columns = spread_columns(rows)
    for i, row in enumerate(rows):
        one = spread(row)
        found = {name: column[i] for name, column in columns.items()}
        assert found == (asdict(one) if one else dict.fromkeys(columns))


def test_change_is_one_minus_the_correlation(
    client: Client, plan: Plan
) -> None:
    answer = ask(client, "overview", run=RUN)
    [layer] = [
        each
        for each in answer["layers"]
        if (each["kind"], each["path"]) == ("filter_patterns", plan.path(1))
    ]
    drifts = [known_measures.drift(plan, 1, i, 2) for i in range(plan.filters)]
    medians = layer["measures"]["change_baseline"]["median"]
    assert medians[2] == pytest.approx(
        sorted(drifts)[3] / 2 + sorted(drifts)[4] / 2
    )
    assert medians[0] is None
    assert layer["measures"]["change_floor"]["high"][1] == known_measures.FLOOR


def test_frozen_layer_is_unchanged_and_under_the_floor(
    client: Client, plan: Plan
) -> None:
    answer = ask(client, "overview", run=RUN)
    layer = answer["layers"][0]
    assert layer["unchanged"] == [False, True, True, True, False, False]
    assert layer["is_noise"]["baseline"][:4] == [None, True, True, True]
    assert layer["is_noise"]["baseline"][-1] is False


def test_outcomes_count_right_answers_and_flips(
    client: Client, plan: Plan
) -> None:
    [outcome] = ask(client, "overview", run=RUN)["outcomes"]
    assert outcome["num_correct"] == [
        known.num_correct(plan, i) for i in range(plan.captures)
    ]
    assert outcome["num_flips"] == [0, 1, 1, 1, 1, 1]


def test_run_without_measures_says_so_and_not_zero() -> None:
    record = known_records.capture_record(Plan(layers=1), "filter_patterns", 1)
    bare = replace(record.patterns[0], measures={}, layer_measures={})
    [layer] = layers_payload([replace(record, patterns=(bare,))])
    assert layer["measures"] == layer["layer_measures"] == {}
    assert layer["is_noise"] == {"baseline": [None], "previous": [None]}


def test_overview_of_a_hostile_log_is_an_answer(hostile: Client) -> None:
    answer = ask(hostile, "overview", run="hostile/kerasviz")
    assert answer["run"] == "hostile/kerasviz"
