"""What others build on: a change here is a change for every user."""

import inspect
import subprocess
import sys

import pytest

import kerasviz_callbacks

NAMES = {
    "AnyOf",
    "AtSteps",
    "BestValue",
    "CaptureOptions",
    "EveryEpochs",
    "EverySteps",
    "Faithfulness",
    "FilterPatterns",
    "GradCAM",
    "Heatmaps",
    "Interrupted",
    "KerasViz",
    "LayerPath",
    "LearningRateDropped",
    "LogSpaced",
    "LossJumped",
    "LossNotFinite",
    "Moment",
    "Detection",
    "OverMask",
    "Patterns",
    "Preset",
    "SanityCheck",
    "Schedule",
    "Shortcuts",
    "TokenLayout",
    "TrainableChanged",
    "faithfulness_check",
    "filter_patterns",
    "grad_cam",
    "layer_paths",
    "sanity_check",
    "shortcut_check",
}


def test_public_names_are_these():
    assert set(kerasviz_callbacks.__all__) == NAMES
    assert len(kerasviz_callbacks.__all__) == len(NAMES)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_public_name_is_there_and_documented(name):
    assert inspect.getdoc(getattr(kerasviz_callbacks, name))


@pytest.mark.parametrize("name", ["FilterPatterns", "GradCAM", "KerasViz"])
def test_every_callback_takes_the_same_in_the_same_order(name):
    parameters = inspect.signature(getattr(kerasviz_callbacks, name)).parameters
    by_place = [p.name for p in parameters.values() if p.kind != p.KEYWORD_ONLY]
    assert by_place == ["log_dir", "images", "labels"]
    assert len(parameters) - len(by_place) <= 15
    assert parameters["every"].default == 1


@pytest.mark.parametrize(
    ("function", "positional"),
    [
        ("filter_patterns", ["model", "layer", "filters"]),
        ("grad_cam", ["model", "images", "labels"]),
        ("sanity_check", ["model", "images", "labels"]),
        ("layer_paths", ["model"]),
    ],
)
def test_what_is_not_essential_is_given_by_name(function, positional):
    parameters = inspect.signature(
        getattr(kerasviz_callbacks, function)
    ).parameters.values()
    by_place = [p.name for p in parameters if p.kind != p.KEYWORD_ONLY]
    assert by_place == positional


def test_the_command_line_does_not_wait_for_tensorflow():
    code = (
        "import sys, kerasviz_callbacks.commands.main\n"
        "print(sorted({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_a_name_that_is_not_there_is_said_to_be_missing():
    with pytest.raises(AttributeError, match="no attribute 'NoSuchThing'"):
        _ = kerasviz_callbacks.NoSuchThing
    assert set(dir(kerasviz_callbacks)) >= NAMES
