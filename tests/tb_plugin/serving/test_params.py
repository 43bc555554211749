"""Query strings: what is accepted, and what is said of the rest."""

from collections.abc import Callable

import pytest
from tensorboard.errors import InvalidArgumentError
from werkzeug.datastructures import MultiDict

from tb_plugin.contract import MAX_STEP
from tb_plugin.serving import params

LAYER = [("run", "r"), ("kind", "grad_cam"), ("path", "a/b")]
PICTURES = [*LAYER, ("steps", "0,50")]
MEANS = [pair for pair in PICTURES if pair[0] != "kind"]

QUESTIONS: dict[str, tuple[Callable[..., object], list[tuple[str, str]]]] = {
    "captures": (params.run_question, [("run", "r")]),
    "layer": (params.layer_question, LAYER),
    "pictures": (params.pictures_question, PICTURES),
    "class_means": (params.class_means_question, MEANS),
    "held_out": (params.held_out_question, [("run", "r"), ("stream", "s")]),
}
EACH_PARAMETER = [
    (name, key) for name, (_, pairs) in QUESTIONS.items() for key, _ in pairs
]


def test_pictures_question_holds_what_was_asked() -> None:
    question = params.pictures_question(MultiDict([*PICTURES, ("v", "1")]))
    assert question == params.PicturesQuestion(
        params.LayerQuestion("r", "grad_cam", "a/b"), (0, 50), True
    )


def test_class_means_are_those_of_heatmaps() -> None:
    question = params.class_means_question(MultiDict(MEANS))
    assert question == params.PicturesQuestion(
        params.LayerQuestion("r", "grad_cam", "a/b"), (0, 50), False
    )


def test_parameters_that_we_do_not_know_are_ignored() -> None:
    pairs = MultiDict([("run", "r"), ("experimentalPlugin", "x")])
    assert params.run_question(pairs) == "r"


@pytest.mark.parametrize(("name", "key"), EACH_PARAMETER)
def test_a_missing_parameter_is_named(name: str, key: str) -> None:
    ask, pairs = QUESTIONS[name]
    others = [pair for pair in pairs if pair[0] != key]
    with pytest.raises(InvalidArgumentError, match=f"{key} must be given once"):
        ask(MultiDict(others))


@pytest.mark.parametrize(("name", "key"), EACH_PARAMETER)
def test_a_repeated_parameter_is_named(name: str, key: str) -> None:
    ask, pairs = QUESTIONS[name]
    with pytest.raises(InvalidArgumentError, match=f"{key} must .* 2 times"):
        ask(MultiDict([*pairs, (key, dict(pairs)[key])]))


@pytest.mark.parametrize("key", ["run", "path", "v"])
@pytest.mark.parametrize("length", [0, params.MAX_NAME_CHARACTERS + 1])
def test_a_name_has_a_sane_length(key: str, length: int) -> None:
    pairs = MultiDict({**dict(PICTURES), key: "x" * length})
    with pytest.raises(InvalidArgumentError, match=f"{key} must have 1 to"):
        params.pictures_question(pairs)


@pytest.mark.parametrize("kind", ["", "Grad_cam", "grad_cam ", "../x", "\0"])
def test_an_unknown_kind_lists_the_known_ones(kind: str) -> None:
    pairs = MultiDict({**dict(LAYER), "kind": kind})
    with pytest.raises(InvalidArgumentError, match="filter_patterns, grad_cam"):
        params.layer_question(pairs)


@pytest.mark.parametrize(
    "steps",
    ["", ",", "0,", "--1", "1.5", "1e3", "0x1", "٣", " 1", "1 ", "9" * 17, "a"],
)
def test_steps_are_whole_numbers(steps: str) -> None:
    pairs = MultiDict({**dict(PICTURES), "steps": steps})
    with pytest.raises(InvalidArgumentError, match="steps must be whole"):
        params.pictures_question(pairs)


def test_steps_may_be_all_that_a_record_holds() -> None:
    steps = -1, 0, MAX_STEP, -MAX_STEP
    pairs = MultiDict({**dict(PICTURES), "steps": ",".join(map(str, steps))})
    assert params.pictures_question(pairs).steps == steps


def test_steps_are_not_too_many() -> None:
    most = ["1"] * params.MAX_STEPS
    pairs = MultiDict({**dict(PICTURES), "steps": ",".join(most)})
    assert len(params.pictures_question(pairs).steps) == params.MAX_STEPS
    pairs["steps"] += ",1"
    with pytest.raises(InvalidArgumentError, match="steps must be at most 256"):
        params.pictures_question(pairs)


def test_what_is_repeated_in_an_error_is_short() -> None:
    pairs = MultiDict({**dict(LAYER), "kind": "x" * 10_000})
    with pytest.raises(InvalidArgumentError) as caught:
        params.layer_question(pairs)
    assert len(str(caught.value)) < 200
