"""What is found in a run: in plain words, ranked, never below the noise."""

from dataclasses import replace
from typing import Any

from tb_plugin import findings
from tb_plugin.contract import Capture, Happened
from tb_plugin.findings.finding import Finding, short
from tb_plugin.findings.measures import floors_of
from tests import known_records
from tests.known_content import Plan

PLAN = Plan(captures=8, layers=2)


def captures(kind: Any, plan: Plan = PLAN) -> list[Capture]:
    return [
        known_records.capture_record(plan, kind, i)
        for i in range(plan.captures)
    ]


def found(records: list[Capture]) -> dict[str, Finding]:
    return {each.title: each for each in findings.find(records)}


def patched(record: Capture, **change: Any) -> Capture:
    """Return the record with something else in each pattern layer."""
    layers = tuple(replace(layer, **change) for layer in record.patterns)
    return replace(record, patterns=layers)


def measured(record: Capture, **columns: float | None) -> Capture:
    """Return the record with other measures, alike for all filters."""
    layers = []
    for layer in record.patterns:
        count = len(layer.filters)
        more = {name: (value,) * count for name, value in columns.items()}
        layers.append(replace(layer, measures={**layer.measures, **more}))
    return replace(record, patterns=tuple(layers))


def test_filters_that_fall_silent_are_told_with_the_moment() -> None:
    titles = found(captures("filter_patterns"))
    told = titles["2 layers: 2 of 16 filters never fire since epoch 1 of fit 2"]
    assert (told.tone, told.item) == ("bad", "14")
    assert "backbone/conv0: Filter 14; backbone/conv1: Filter 14." in told.text


def test_statuses_of_different_captures_are_different_findings() -> None:
    records = captures("filter_patterns")
    status = records[-1].patterns[1].status
    late = [
        replace(
            each,
            patterns=(
                each.patterns[0],
                replace(each.patterns[1], status=("live",) * len(status)),
            ),
        )
        for each in records[:-1]
    ]
    titles = found([*late, records[-1]])
    assert (
        "backbone/conv0: 1 of 8 filters never fires since epoch 1 of fit 2"
        in titles
    )
    assert (
        "backbone/conv1: 1 of 8 filters never fires since epoch 3 of fit 2"
        in titles
    )


def in_part(record: Capture, count: int) -> Capture:
    """Return the record as if it had drawn the first filters alone."""
    return replace(
        record,
        patterns=tuple(
            replace(
                layer,
                **{
                    name: getattr(layer, name)[:count]
                    for name in (
                        "filters",
                        "objective",
                        "status",
                        "origin",
                        "origin_step",
                    )
                },
                measures={n: v[:count] for n, v in layer.measures.items()},
                exemplars=None,
            )
            for layer in record.patterns
        ),
    )


def test_filters_that_a_capture_had_no_time_for_are_as_they_were() -> None:
    records = captures("filter_patterns")
    titles = found([*records[:-1], in_part(records[-1], 2)])
    told = "2 layers: 2 of 16 filters never fire since epoch 1 of fit 2"
    assert titles[told].item == "14"
    gap = [*records[:-2], in_part(records[-2], 2), records[-1]]
    assert told in found(gap)


def test_layer_that_was_frozen_and_moves_later_is_told() -> None:
    titles = found(captures("filter_patterns"))
    [title] = [each for each in titles if "began to change" in each]
    assert title.startswith("backbone/conv0 began to change between epoch ")
    assert title.endswith(" and epoch 1 of fit 2")
    assert titles[title].versus == 50 * (PLAN.second_fit - 1)


def test_layers_that_were_unfrozen_together_are_one_event() -> None:
    records = captures("filter_patterns", Plan(captures=8, layers=3))
    layers = [each.patterns for each in records]
    frozen = [
        replace(
            each,
            patterns=tuple(
                replace(of[0], path=layer.path) if place < 2 else layer
                for place, layer in enumerate(of)
            ),
        )
        for each, of in zip(records, layers, strict=True)
    ]
    at = next(
        i
        for i, each in enumerate(frozen)
        if i > 1 and set(each.patterns[0].origin) != {"unchanged"}
    )
    event = Happened("trainable weights: more", 50 * at - 20, at - 1, 0)
    frozen[at] = replace(
        frozen[at], reason="trainable weights: more", happened=(event,)
    )
    titles = found(frozen)
    [title] = [each for each in titles if "began to change" in each]
    assert title.startswith("2 layers began to change between ")
    assert f"unfrozen at epoch {at - 1}" in titles[title].text
    assert "backbone/conv0, backbone/conv1" in titles[title].text


def living(plan: Plan = PLAN) -> list[Capture]:
    """Return captures in which nothing is the matter with any filter."""
    return [
        patched(each, status=("live",) * plan.filters)
        for each in captures("filter_patterns", plan)
    ]


def test_filters_that_became_others_are_told_of_all_layers_and_last() -> None:
    *_, title = found(living())
    assert title == "10 of 16 filters in 2 layers changed substantially"
    *_, title = found(living(replace(PLAN, layers=1)))
    assert title == "5 of 8 filters in backbone/conv0 changed substantially"


def test_filters_that_became_others_show_before_and_after() -> None:
    *_, told = found(living()).values()
    assert [tile.step for tile in told.tiles] == [told.versus, told.step]
    assert told.item == "14"


def test_layer_at_rest_is_told_with_the_moment() -> None:
    told = found(living())["backbone/conv1 has settled since epoch 4"]
    assert told.step == 200


def test_filters_without_a_floor_have_that_of_their_layer() -> None:
    measured_on_two = {"change_floor": [0.1, None, 0.3, None]}
    high = 0.28  # nine in ten of those that are known
    assert floors_of(measured_on_two, 4) == [0.1, high, 0.3, high]
    assert floors_of({}, 2) == floors_of({"change_floor": [None]}, 2) == [0, 0]


def test_change_below_the_floor_is_no_finding() -> None:
    noisy = [
        patched(
            measured(record, correlation_floor=0.1),
            status=("live",) * PLAN.filters,
        )
        for record in captures("filter_patterns")
    ]
    assert not [title for title in found(noisy) if "became" in title]


def test_layers_that_never_change_are_told_together() -> None:
    first = captures("filter_patterns")[0]
    still = [
        replace(
            patched(
                first,
                origin=("unchanged",) * PLAN.filters,
                status=("live",) * PLAN.filters,
            ),
            index=i,
            step=50 * i,
        )
        for i in range(4)
    ]
    [(title, told)] = found(still).items()
    assert title == "2 layers: unchanged since the baseline"
    assert "backbone/conv0, backbone/conv1" in told.text
    assert told.tone == "bad"


def test_layer_whose_weights_are_not_known_is_not_said_to_be_still() -> None:
    unknown = [
        measured(
            record,
            weight_change_baseline=None,
            correlation_floor=1.0,
            correlation_baseline=0.5,
        )
        for record in captures("filter_patterns")
    ]
    assert not [title for title in found(unknown) if "unchanged" in title]


def test_attention_that_moves_is_one_finding_for_images_alike() -> None:
    titles = found(captures("grad_cam"))
    [told] = [f for t, f in titles.items() if t.startswith("Attention moved")]
    assert "from the upper-left corner to the box at epoch 3" in told.title
    assert len(told.images) == PLAN.images
    assert "became right" in told.text
    assert told.tiles[1].image in told.images


def test_faint_heatmaps_look_at_no_place() -> None:
    def told(*shares: float) -> list[str]:
        """Return the moves where maps have such shares of their scale."""
        records = []
        for record, share in zip(captures("grad_cam"), shares, strict=False):
            maps = tuple(
                replace(layer, maximum=(4.0 * share,) * len(layer.maximum))
                for layer in record.maps
            )
            records.append(replace(record, maps=maps))
        return [title for title in found(records) if "Attention" in title]

    # It moves to the box at epoch 3.
    assert "at epoch 3" in told(1, 1, 1, 1)[0]
    assert "at epoch 3" in told(1, 1, 0.2, 0.2)[0]
    assert not told(1, 1, 1, 0.19) and not told(1, 1, 0.19, 1)


def test_images_of_a_finding_are_counted_by_whoever_shows_it() -> None:
    records = captures("grad_cam")[:3]
    layers = [
        replace(layer, status=("no_evidence",) * len(layer.status))
        for layer in records[-1].maps
    ]
    records[-1] = replace(records[-1], maps=tuple(layers))
    assert len(found(records)["A blank heatmap"].images) == PLAN.images


def test_share_of_right_answers_is_told_from_first_to_last() -> None:
    title = "Held-out images right: 20% → 100% from the baseline to epoch 3"
    assert found(captures("grad_cam"))[f"{title} of fit 2"].tone == "good"


def of_shares(*num_right: int) -> list[Capture]:
    """Return captures in which so many of ten images are right."""
    records = []
    for i, count in enumerate(num_right):
        record = captures("grad_cam")[i]
        assert record.outcome is not None
        number = len(record.outcome.images)
        correct = tuple(place < count for place in range(number))
        label = (0,) * number
        outcome = replace(record.outcome, correct=correct, label=label)
        records.append(replace(record, outcome=outcome))
    return records


def test_the_largest_step_is_one_on_the_way() -> None:
    [told] = [
        each
        for title, each in found(of_shares(1, 2, 5, 2, 4)).items()
        if "→ 67% from the baseline" in title
    ]
    assert "The largest step, 33% to 83%, was at epoch 2." in told.text
    assert (told.versus, told.step) == (50, 100)


def test_fall_of_the_accuracy_is_a_warning_though_it_ends_above_its_start() -> (
    None
):
    told = found(of_shares(1, 5, 5, 2, 2))
    title = "Held-out images right fell: 83% → 33% from epoch 1 to epoch 3"
    assert told[title].tone == "bad"
    assert (told[title].versus, told[title].step) == (50, 150)
    assert "33% are right in the newest" in told[title].text


def test_fall_of_the_accuracy_that_was_made_good_asks_for_care() -> None:
    told = found(of_shares(1, 5, 2, 6))
    [fall] = [each for title, each in told.items() if "fell" in title]
    assert fall.tone == "care"


def test_accuracy_that_only_rises_or_falls_from_the_start_is_told_once() -> (
    None
):
    for shares in [(1, 3, 6), (6, 3, 1), (1, 5, 4)]:
        titles = found(of_shares(*shares))
        assert not [each for each in titles if "fell" in each]


def test_images_that_are_wrong_at_the_end_are_told() -> None:
    titles = found(captures("grad_cam")[:4])
    told = titles["1 image of 6 is wrong at epoch 3"]
    assert told.text == "None of them was right in any capture."


def test_right_answer_for_another_reason_is_told() -> None:
    titles = found(captures("grad_cam")[:3])
    [told] = [f for t, f in titles.items() if "looks elsewhere" in t]
    assert told.tone == "care"
    assert "20%" in told.text


def test_one_capture_tells_nothing() -> None:
    assert findings.find(captures("filter_patterns")[:1]) == []


def test_log_without_measures_gives_findings_of_statuses_alone() -> None:
    bare = [patched(each, measures={}) for each in captures("filter_patterns")]
    titles = found(bare)
    assert titles
    assert not [t for t in titles if "became" in t or "settled" in t]


def test_warnings_come_first_and_no_layer_fills_the_list() -> None:
    ranked = findings.find(captures("filter_patterns") + captures("grad_cam"))
    weights = [each.weight for each in ranked]
    order = [(each.tone != "bad", -each.weight) for each in ranked]
    assert order == sorted(order)
    assert {each.tone for each in ranked} > {"bad", "good"}
    of_layers = [(each.kind, each.path) for each in ranked]
    most = max(of_layers.count(each) for each in of_layers)
    assert most <= findings.findings.MAX_PER_LAYER
    assert all(0 <= each <= 1 for each in weights)


def test_every_finding_is_of_a_layer_that_is_there() -> None:
    records = captures("filter_patterns") + captures("grad_cam")
    for each in findings.find(records):
        at = next(
            record
            for record in records
            if (record.stream, record.step) == (each.stream, each.step)
        )
        layers = (*at.patterns, *at.maps)
        assert each.path in [layer.path for layer in layers]


def test_a_long_name_keeps_its_start_and_its_end() -> None:
    name = "efficientnet/" + "block/" * 20 + "expand_conv"
    cut = short(name)
    assert len(cut) == 60
    assert cut.startswith("efficientnet/block/")
    assert cut.endswith("…/block/block/expand_conv")
    assert short(name[:60]) == name[:60]


def test_names_of_a_hostile_log_stay_short() -> None:
    long = Plan(captures=3, layers=1, prefix="x" * 5000)
    for each in findings.find(captures("filter_patterns", long)):
        assert len(each.title) < 200
