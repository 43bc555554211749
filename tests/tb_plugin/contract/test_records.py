"""Laws of the records that both sides exchange."""

import dataclasses
import json
import math
from typing import Any

import pytest

from tb_plugin import contract
from tb_plugin.contract import Capture, HeldOut, UnknownSchemaError
from tb_plugin.contract.decode import ContractError
from tests import known_records
from tests.known_content import Plan

PLAN = Plan(captures=4, targets=2, exemplars=True)
RECORDS: list[Capture | HeldOut] = [
    *(
        known_records.capture_record(PLAN, kind, capture)
        for kind in contract.KINDS
        for capture in range(PLAN.captures)
    ),
    known_records.held_out_record(PLAN),
]
PATTERNS = known_records.capture_record(PLAN, "filter_patterns", 1)
MAPS = known_records.capture_record(PLAN, "grad_cam", 1)
OUTPUT = ("outcome", "output")
PARTS = ("maps", 0, "parts")
SHARES = ("maps", 0, "shares")
EXEMPLARS = ("patterns", 0, "exemplars")
MARGIN = ("patterns", 0, "margin_px")
DETECTIONS = ("row_confidence", "row_box", "row_overlap")
OF_EXEMPLARS = ("sample", "num_sampled", "num_strongest")
OF_LABELS = ("label_value", "label_loss")
MAY_BE_MISSING = (  # as from older logs
    OUTPUT,
    PARTS,
    SHARES,
    EXEMPLARS,
    ("shortcuts",),
    MARGIN,
    *((*EXEMPLARS, name) for name in OF_EXEMPLARS),
    *(("outcome", name) for name in DETECTIONS),
    *(("outcome", name) for name in OF_LABELS),
    ("happened",),
    ("not_finite",),
    ("num_not_finite",),
)


def fields_of(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the place of every key in a JSON object, in the first items."""
    if isinstance(value, list):
        return fields_of(value[0], (*place, 0)) if value else []
    if not isinstance(value, dict):
        return []
    places = [(*place, key) for key in value]
    return places + [
        inner
        for key, item in value.items()
        if key not in ("measures", "layer_measures")
        for inner in fields_of(item, (*place, key))
    ]


def without(record: Capture | HeldOut, place: tuple[Any, ...]) -> str:
    """Return the JSON of a record with one field taken away."""
    value = json.loads(record.to_json())
    owner = value
    for key in place[:-1]:
        owner = owner[key]
    del owner[place[-1]]
    return json.dumps(value)


def all_places() -> list[tuple[Capture | HeldOut, tuple[Any, ...]]]:
    """Return every field of one record of each shape."""
    shapes = [PATTERNS, MAPS, RECORDS[-1]]
    return [
        (record, place)
        for record in shapes
        for place in fields_of(json.loads(record.to_json()))
        if place not in MAY_BE_MISSING
    ]


@pytest.mark.parametrize("record", RECORDS)
def test_reading_what_was_written_gives_the_same_record(
    record: Capture | HeldOut,
) -> None:
    assert type(record).from_json(record.to_json()) == record


@pytest.mark.parametrize(("record", "place"), all_places())
def test_a_missing_field_is_named(
    record: Capture | HeldOut, place: tuple[Any, ...]
) -> None:
    expected = "schema" if place == ("schema",) else f"has no {place[-1]}"
    with pytest.raises(ContractError, match=expected):
        type(record).from_json(without(record, place))


def test_a_log_from_before_the_output_had_a_name_is_read() -> None:
    found = Capture.from_json(without(MAPS, OUTPUT))
    assert found.outcome == dataclasses.replace(MAPS.outcome, output=None)


def test_a_log_from_before_heatmaps_had_parts_is_read() -> None:
    value = json.loads(MAPS.to_json())
    for layer in value["maps"]:
        del layer["parts"], layer["shares"]
    found = Capture.from_json(json.dumps(value))
    plain = dataclasses.replace(MAPS.maps[0], parts=(), shares=())
    assert found.maps[0] == plain


@pytest.mark.parametrize("shares", [[], [[0.5]], [[1.0], [0.0], [0.0]]])
def test_shares_that_are_not_of_the_parts_and_rows_are_refused(shares) -> None:
    value = json.loads(MAPS.to_json())
    value["maps"][0]["shares"] = shares
    with pytest.raises(ContractError, match="differ in length"):
        Capture.from_json(json.dumps(value))


def test_a_log_from_before_patterns_were_cropped_is_read() -> None:
    assert Capture.from_json(without(PATTERNS, MARGIN)) == PATTERNS


@pytest.mark.parametrize("margin", [-1, 2**16, 1.5, None, "8"])
def test_a_margin_that_is_no_width_is_refused(margin) -> None:
    value = json.loads(PATTERNS.to_json())
    value["patterns"][0]["margin_px"] = margin
    with pytest.raises(ContractError, match="margin"):
        Capture.from_json(json.dumps(value))


def test_a_log_from_before_exemplars_is_read() -> None:
    found = Capture.from_json(without(PATTERNS, EXEMPLARS))
    plain = dataclasses.replace(PATTERNS.patterns[0], exemplars=None)
    assert found.patterns[0] == plain


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"image": [[0]]}, "columns of exemplars differ in length"),
        ({"hash": [["a"]] * 8}, "rows of exemplars differ in length"),
        ({"box": [[0.5] * 11] * 8}, "boxes and exemplars differ"),
        ({"label": [[3, 0, 0]] * 8}, "an unknown class"),
        ({"mix_class": [[-1, 0]] * 8}, "an unknown class"),
        ({"mix_count": [[-1, 0]] * 8}, "is negative"),
        ({"mix_total": [-1] * 8}, "is negative"),
        ({"histogram": [[0] * 257] * 8}, "more than 256 bins"),
        ({"histogram": [[-1]] * 8}, "is negative"),
        ({"classes": [], "class_count": []}, "an unknown class"),
        ({"class_count": [1]}, "rows of exemplars differ in length"),
        ({"class_count": [-1, 1, 1]}, "is negative"),
        ({"num_images": -1}, "is negative"),
        ({"height": "1"}, "height is not float"),
        ({"num_sampled": -1}, "a sample is not of 0 to 4096 images"),
        ({"num_sampled": 4097}, "a sample is not of 0 to 4096 images"),
        ({"sample": 7}, "sample is not str"),
        ({"num_strongest": -1}, "more of the strongest exemplars"),
        ({"num_strongest": 4}, "more of the strongest exemplars"),
    ],
)
def test_exemplars_that_do_not_fit_each_other_are_refused(
    changes: dict[str, Any], message: str
) -> None:
    value = json.loads(PATTERNS.to_json())
    value["patterns"][0]["exemplars"].update(changes)
    with pytest.raises(ContractError, match=message):
        Capture.from_json(json.dumps(value))


def test_exemplars_of_other_filters_are_refused() -> None:
    value = json.loads(PATTERNS.to_json())
    found = value["patterns"][0]["exemplars"]
    for name, column in found.items():
        if isinstance(column, list) and not name.startswith("class"):
            found[name] = column[1:]
    with pytest.raises(ContractError, match="of other filters"):
        Capture.from_json(json.dumps(value))


def test_more_exemplars_than_columns_are_refused() -> None:
    value = json.loads(PATTERNS.to_json())
    value["patterns"][0]["exemplars"]["sheet"]["columns"] = 2
    with pytest.raises(ContractError, match="more exemplars than columns"):
        Capture.from_json(json.dumps(value))


def test_a_log_from_before_shortcuts_were_searched_is_read() -> None:
    found = Capture.from_json(without(MAPS, ("shortcuts",)))
    assert found == dataclasses.replace(MAPS, shortcuts=None)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"box": [0.5, 0.5, 1.0]}, "has not four edges"),
        ({"box": [0.5, 0.5, 1.0, 1.5]}, "is not from 0 to 1"),
        ({"turned": -0.5}, "is not from 0 to 1"),
        ({"others": 1e99}, "is not from 0 to 1"),
        ({"left": None}, "left is not float"),
        ({"class_index": -1}, "is below 0"),
        ({"num_own": -1}, "is below 0"),
        ({"num_pasted": 1.5}, "num_pasted is not int"),
        ({"is_shortcut": 1}, "is_shortcut is not bool"),
        ({"class_name": 7}, "class_name is not str"),
    ],
)
def test_places_that_no_search_gives_are_refused(
    changes: dict[str, Any], message: str
) -> None:
    value = json.loads(MAPS.to_json())
    value["shortcuts"]["places"][0].update(changes)
    with pytest.raises(ContractError, match=message):
        Capture.from_json(json.dumps(value))


def test_more_places_than_a_search_tries_are_refused() -> None:
    value = json.loads(MAPS.to_json())
    value["shortcuts"]["places"] *= 101
    with pytest.raises(ContractError, match="more than 100 places"):
        Capture.from_json(json.dumps(value))
    value["shortcuts"] |= {"places": [], "num_images": -1}
    with pytest.raises(ContractError, match="fewer than 0 images"):
        Capture.from_json(json.dumps(value))


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ((0.75, 0.75, 1.0, 1.0), "lower-right corner"),
        ((0.0, 0.1, 0.25, 0.35), "upper-left corner"),
        ((0.4, 0.7, 0.65, 0.95), "lower edge"),
        ((0.0, 0.4, 0.25, 0.65), "left edge"),
        ((0.375, 0.375, 0.625, 0.625), "middle"),
    ],
)
def test_a_place_is_named_as_a_person_would(box, words: str) -> None:
    [place] = known_records.shortcuts(PLAN, box=box, class_name="").places
    assert place.where == words
    assert f"Pasting the {words} of class 1 turns 12%" in place.sentence()


def test_a_long_name_of_a_class_is_cut() -> None:
    [place] = known_records.shortcuts(PLAN, class_name="x" * 10_000).places
    assert len(place.sentence()) < 250


def detected(**columns: Any) -> str:
    """Return the JSON of a record whose rows explain detections."""
    value = json.loads(MAPS.to_json())
    count = len(value["outcome"]["row_image"])
    found = {
        "row_confidence": [0.75] * count,
        "row_box": [[0.1, -0.25, 1.5, 0.5]] + [None] * (count - 1),
        "row_overlap": [None] * count,
    }
    value["outcome"].update({**found, **columns})
    return json.dumps(value)


def test_the_detections_of_rows_are_read_as_written() -> None:
    found = Capture.from_json(detected())
    assert found.outcome is not None
    assert found.outcome.row_box[:2] == ((0.1, -0.25, 1.5, 0.5), None)
    assert Capture.from_json(found.to_json()) == found


def test_a_log_from_before_detections_were_told_is_read() -> None:
    value = json.loads(MAPS.to_json())
    for name in DETECTIONS:
        del value["outcome"][name]
    assert Capture.from_json(json.dumps(value)) == MAPS


COUNT = len(MAPS.outcome.row_image) if MAPS.outcome else 0


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"row_box": [[0, 0, 1]] + [None] * (COUNT - 1)}, "not four edges"),
        ({"row_box": [[]] * COUNT}, "not four edges"),
        ({"row_box": [[0, 0, 1, None]] * COUNT}, r"row_box\[0\]\[3\] is not"),
        ({"row_box": ["left"] * COUNT}, r"row_box\[0\] is not a list"),
        ({"row_box": [None]}, "columns of detections differ"),
        ({"row_confidence": []}, "columns of detections differ"),
        ({"row_overlap": [0.5] * (COUNT + 1)}, "columns of detections differ"),
        ({"row_overlap": [10**400] * COUNT}, "too large"),
    ],
)
def test_detections_of_no_sane_shape_are_refused(columns, told) -> None:
    with pytest.raises(ContractError, match=told):
        Capture.from_json(detected(**columns))


@pytest.mark.parametrize("name", OF_LABELS)
def test_an_output_per_label_is_read_as_written_or_refused(name: str) -> None:
    value = json.loads(MAPS.to_json())
    count = len(value["outcome"]["images"])
    value["outcome"][name] = [0.25] * (count - 1) + [None]
    found = Capture.from_json(json.dumps(value))
    assert getattr(found.outcome, name)[-2:] == (0.25, None)
    value["outcome"][name].append(0.5)
    with pytest.raises(ContractError, match="columns of images differ"):
        Capture.from_json(json.dumps(value))


@pytest.mark.parametrize("edge", ["NaN", "1e999", "-Infinity"])
def test_a_box_with_an_edge_that_is_no_number_is_refused(edge: str) -> None:
    text = detected().replace("-0.25", edge)
    with pytest.raises(ContractError, match=r"row_box\[0\]\[1\] is not"):
        Capture.from_json(text)


@pytest.mark.parametrize("schema", [0, 2, 10**6])
def test_another_schema_is_named_and_not_guessed_at(schema: int) -> None:
    record = dataclasses.replace(MAPS, schema=schema)
    with pytest.raises(UnknownSchemaError, match=f"version {schema};"):
        Capture.from_json(record.to_json())


def test_fields_of_a_later_minor_version_are_ignored() -> None:
    value = json.loads(MAPS.to_json())
    value["later"] = value["maps"][0]["later"] = {"any": "thing"}
    assert Capture.from_json(json.dumps(value)) == MAPS


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_measure_that_is_not_finite_is_written_as_null(
    number: float,
) -> None:
    [layer, *_] = PATTERNS.patterns
    measures = {"change": (number, *layer.measures["change"][1:])}
    layer = dataclasses.replace(layer, measures=measures)
    record = dataclasses.replace(PATTERNS, patterns=(layer,))
    [back] = Capture.from_json(record.to_json()).patterns
    assert back.measures["change"][0] is None


def test_times_keep_their_milliseconds() -> None:
    record = dataclasses.replace(MAPS, wall_time=1_764_000_123.456)
    back = Capture.from_json(record.to_json())
    assert back.wall_time == 1_764_000_123.456


@pytest.mark.parametrize("value", ["1e999", "NaN", "-Infinity", '"1"', "true"])
def test_a_number_that_is_none_is_refused(value: str) -> None:
    text = MAPS.to_json().replace('"cost_s":0.25', f'"cost_s":{value}')
    with pytest.raises(ContractError, match=r"Capture\.cost_s is not"):
        Capture.from_json(text)


@pytest.mark.parametrize("value", ["1e3", "9007199254740993", "true", "null"])
def test_an_index_that_is_no_sane_whole_number_is_refused(value: str) -> None:
    text = MAPS.to_json().replace('"index":1', f'"index":{value}')
    with pytest.raises(ContractError, match=r"Capture\.index is"):
        Capture.from_json(text)


def test_the_place_of_a_wrong_value_in_a_column_is_named() -> None:
    value = json.loads(MAPS.to_json())
    value["maps"][1]["maximum"][2] = "large"
    with pytest.raises(ContractError, match=r"maps\[1\]\.maximum\[2\] is not"):
        Capture.from_json(json.dumps(value))


@pytest.mark.parametrize("column", ["objective", "status", "origin", "filters"])
def test_columns_of_unequal_length_are_refused(column: str) -> None:
    [layer, *_] = PATTERNS.patterns
    shorter = getattr(layer, column)[1:]
    with pytest.raises(ContractError, match="columns of filters differ"):
        dataclasses.replace(layer, **{column: shorter})


def test_maps_need_as_many_rows_as_the_outcome() -> None:
    assert MAPS.outcome is not None
    fewer = {
        name: getattr(MAPS.outcome, name)[1:]
        for name in ("row_image", "row_target", "row_class", "row_score")
    }
    outcome = dataclasses.replace(MAPS.outcome, **fewer)
    with pytest.raises(ContractError, match="maps and outcome differ in rows"):
        dataclasses.replace(MAPS, outcome=outcome)


@pytest.mark.parametrize("size", [0, -1, contract.MAX_SIZE + 1])
def test_sizes_that_no_picture_has_are_refused(size: int) -> None:
    with pytest.raises(ContractError, match="a size is not from 1 to"):
        dataclasses.replace(PATTERNS.patterns[0].sheet, tile_width=size)
    with pytest.raises(ContractError, match="a size is not from 1 to"):
        dataclasses.replace(MAPS.maps[0], height=size)


def test_tags_are_those_that_the_contract_lists() -> None:
    assert contract.captures_tag("grad_cam.2") == "kerasviz/captures/grad_cam.2"
    assert contract.held_out_tag("grad_cam") == "kerasviz/held_out/grad_cam"
    assert contract.layer_tag("grad_cam", "a/b") == "kerasviz/grad_cam/a/b"
    assert contract.image_tag("grad_cam", "a/b") == "grad_cam/a/b"


def test_tags_hold_nothing_that_the_rust_loader_cannot_read() -> None:
    tag = contract.layer_tag("grad_cam", 'ü "q" \\ 5%\n')
    assert tag == "kerasviz/grad_cam/ü %22q%22 %5C 5%25%0A"


def test_different_layers_have_different_tags() -> None:
    paths = ['a"', "a%22", "a%2522", "a\\", "a/", "a"]
    tags = {contract.image_tag("grad_cam", path) for path in paths}
    assert len(tags) == len(paths)


def test_weights_that_are_not_finite_are_read_as_written() -> None:
    weight = contract.NotFiniteWeight("conv/kernel", 27, 3, 1)
    told = dataclasses.replace(MAPS, not_finite=(weight,), num_not_finite=70)
    assert Capture.from_json(told.to_json()) == told


@pytest.mark.parametrize(
    ("counts", "num"), [((27, -1, 0), 1), ((27, 28, 0), 1), ((27, 1, 0), 0)]
)
def test_counts_that_cannot_be_are_refused(counts, num) -> None:
    value = json.loads(MAPS.to_json())
    names = ("size", "num_nan", "num_infinite")
    weight = {"path": "conv/kernel", **dict(zip(names, counts, strict=True))}
    value |= {"not_finite": [weight], "num_not_finite": num}
    with pytest.raises(ContractError, match=r"negative|more"):
        Capture.from_json(json.dumps(value))
