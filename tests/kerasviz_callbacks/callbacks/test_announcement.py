"""What is printed is short, aligned, and in right plurals."""

import keras
import numpy as np
import pytest

from kerasviz_callbacks import (
    CaptureOptions,
    EverySteps,
    GradCAM,
    KerasViz,
    LogSpaced,
)
from kerasviz_callbacks.callbacks.announcement import (
    aligned,
    announcement,
    listed,
    reasons,
)
from kerasviz_callbacks.captures import Plan
from tests.kerasviz_callbacks.networks.training import (
    X,
    Y,
    drawing,
    fit,
    plain_network,
)

L = keras.layers


@pytest.mark.parametrize(
    ("paths", "room", "words"),
    [
        (["conv1"], 80, "conv1"),
        (["body/conv1"], 80, "body/conv1"),
        (["conv1", "conv2"], 80, "conv1, conv2"),
        (["body/a", "body/b"], 80, "body/(a, b)"),
        (["body/in/a", "body/out/b"], 80, "body/(in/a, out/b)"),
        (["body/a_1", "body/a_2"], 80, "body/(a_1, a_2)"),
        (["body/long_1", "body/long_2"], 17, "body/long_(1, 2)"),
        (["body/aaaa", "body/bbbb", "body/cccc"], 22, "body/(aaaa, 2 more)"),
    ],
)
def test_what_layers_share_is_written_once(paths, room, words):
    assert listed(paths, room) == words


def test_lines_stand_below_each_other():
    said = aligned("GradCAM", ["one", "two"])
    assert said == "GradCAM         one\n                two"


def test_both_callbacks_say_three_short_lines(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    quick = {"filters": 2, "steps": 2}
    watch = KerasViz("logs", X[:1], Y[:1, 0], filter_patterns=quick)
    fit(_deep_network(), watch, epochs=1)
    lines = capsys.readouterr().out.splitlines()[:6]
    assert max(map(len, lines)) <= 100
    assert lines[0] == "GradCAM         1 image at 1 layer, body/a_long_name_4"
    names = "8 filters of 4 layers, body/a_long_name_(1, 2, 3, 4)"
    more = "pixels 0 to 1, 1 image"
    assert lines[3] == f"FilterPatterns  {names}, steady, {more}"
    assert all(line.startswith(" " * 16) for line in lines[1:3] + lines[4:])
    when = "before training, every epoch, on (un)freezing, on NaN"
    assert when in lines[1] and when in lines[4]
    assert lines[2].endswith("budget 5% → logs/kerasviz")


STEPS = EverySteps(500)


def announced(paths, details, schedule=STEPS):
    what = f"{8 * len(paths)} filters of {len(paths)} layers"
    plan = Plan(paths, what, details=details, reasons=("pixels: as given",))
    lines = announcement(plan, CaptureOptions(), schedule, 0.05, "logs/a")
    said = aligned("FilterPatterns", lines).splitlines()
    assert max(map(len, said)) <= 100
    return [line[16:] for line in said]


CHOSEN = "16 of the first 1,000 images, balanced over 10 classes"


def test_details_that_do_not_fit_stand_before_the_budget():
    paths = tuple(f"block{i}_conv1" for i in range(1, 5))
    said = announced(paths, ("steady", "pixels 0 to 255", "16 images"))
    what = f"32 filters of 4 layers, {', '.join(paths)}"
    assert said[0] == what
    assert said[2] == ("steady, pixels 0 to 255, 16 images; budget 5% → logs/a")


def test_names_give_way_where_details_would_take_a_fourth_line():
    paths = tuple(f"block{i}a_expand_conv" for i in range(2, 6))
    said = announced(paths, ("steady", "pixels 0 to 255", CHOSEN))
    assert said[0] == (
        "32 filters of 4 layers, block2a_expand_conv, 3 more, steady, "
        "pixels 0 to 255"
    )
    assert said[2:] == [f"{CHOSEN}; budget 5% → logs/a"]


def test_reasons_name_all_layers():
    plan = Plan(("a", "b"), "8 filters of 2 layers", reasons=("so",))
    assert reasons(plan) == ["layers: a, b", "why: so"]


def test_a_path_stands_whole_whatever_its_length():
    place = "/a folder with blanks/" + "long/" * 20
    details = ("steady", "pixels 0 to 255", CHOSEN)
    plan = Plan(("conv",), "8 filters of 1 layer", details=details)
    lines = announcement(plan, CaptureOptions(), EverySteps(9), None, place)
    said = aligned("FilterPatterns", lines).splitlines()
    assert said[-1] == f"{' ' * 16}→ {place}"
    assert said[-2].strip() == f"{CHOSEN}; budget none"
    assert max(map(len, said[:-1])) <= 100 and len(said) == 4


def test_a_schedule_of_many_words_takes_more_lines():
    schedule = LogSpaced() | EverySteps(10_000) | EverySteps(70_000)
    said = announced(("conv",), (), schedule)
    assert " ".join(said[1:-1]) == (
        f"before training, {schedule.describe()}, at the end"
    )


def test_verbose_0_prints_nothing(tmp_path, capsys):
    fit(plain_network(), drawing(tmp_path, verbose=0))
    assert capsys.readouterr().out == ""


def test_verbose_2_prints_the_reasons_too(tmp_path, capsys):
    options = CaptureOptions(on_error="raise")
    draw = GradCAM(tmp_path, X[:2], verbose=2, budget=None, options=options)
    fit(plain_network(), draw, epochs=1)
    lines = [line[16:] for line in capsys.readouterr().out.splitlines()]
    at = lines.index("layers: conv2")  # a long path takes a line of its own
    assert lines[at + 1].startswith(
        "why: images as given: 2 images of (16, 16, 3)"
    )
    assert "step 0: baseline: drawn" in lines
    assert "step 4: schedule: drawn" in lines


def _deep_network() -> keras.Model:
    body = keras.Sequential(
        [
            keras.Input(X.shape[1:]),
            *(L.Conv2D(4, 3, name=f"a_long_name_{i}") for i in range(1, 5)),
        ],
        name="body",
    )
    inputs = keras.Input(X.shape[1:])
    x = L.GlobalAveragePooling2D()(body(inputs))
    model = keras.Model(inputs, L.Dense(np.unique(Y).size)(x))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss)
    return model
