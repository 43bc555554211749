"""One callback draws patterns and heatmaps of one set of images."""

import inspect

import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import (
    CaptureOptions,
    EverySteps,
    FilterPatterns,
    GradCAM,
    KerasViz,
)
from kerasviz_callbacks.callbacks.keras_viz import _OF_HEATMAPS, _OF_PATTERNS
from tb_plugin.contract import HeldOut, held_out_tag
from tests.kerasviz_callbacks.logs.written import captures, newest_blobs
from tests.kerasviz_callbacks.networks.training import (
    X,
    Y,
    fit,
    plain_network,
)

QUICK = {"filters": 2, "steps": 2, "preset": "recipe"}


def watching(log_dir, images=X[:3], labels=Y[:3, 0], **options) -> KerasViz:
    settings = {"verbose": 0, "budget": None, "filter_patterns": QUICK}
    settings["options"] = CaptureOptions(on_error="raise")
    return KerasViz(log_dir, images, labels, **{**settings, **options})


def hashes(log_dir, stream: str) -> list[str]:
    text, *_ = newest_blobs(log_dir, "python", held_out_tag(stream))
    return [image.hash for image in HeldOut.from_json(text).images]


def test_both_are_drawn_as_by_two_callbacks(tmp_path):
    draw = watching(tmp_path / "one")
    fit(plain_network(), draw)
    streams = [(c.stream, c.step) for c in captures(tmp_path / "one")]
    expected = [
        (stream, step)
        for stream in ("filter_patterns", "grad_cam")
        for step in (0, 4, 8)
    ]
    assert streams == expected
    assert [type(one) for one in draw.callbacks] == [GradCAM, FilterPatterns]


def test_training_is_the_same_with_it(tmp_path):
    def trained(*callbacks):
        model = plain_network()
        model.set_weights(
            [np.full(w.shape, 0.1, "float32") for w in model.get_weights()]
        )
        losses = fit(model, *callbacks).history
        return losses, [w.tobytes() for w in model.get_weights()]

    assert trained(watching(tmp_path, every=EverySteps(1))) == trained()


def test_a_shuffled_dataset_is_read_once_for_both(tmp_path):
    data = tf.data.Dataset.from_tensor_slices((X, Y[:, 0])).shuffle(16)
    draw = watching(tmp_path, data.take(5), None)
    fit(plain_network(), draw, epochs=1)
    found = hashes(tmp_path, "grad_cam")
    assert len(found) == 5
    assert found == hashes(tmp_path, "filter_patterns")


def test_two_callbacks_that_look_at_different_images_say_so(tmp_path, caplog):
    options = {"layers": "conv2", "verbose": 0, "budget": None}
    for name, others in (("other", X[2:4]), ("fewer", X[:1])):
        caplog.clear()
        patterns = FilterPatterns(tmp_path / name, others, **QUICK, **options)
        heatmaps = GradCAM(tmp_path / name, X[:3], **options)
        fit(plain_network(), patterns, heatmaps, epochs=1)
        told = "different held-out images" in caplog.text
        assert told == (name == "other")


@pytest.mark.parametrize(
    ("left_out", "kind"),
    [("filter_patterns", "grad_cam"), ("grad_cam", "filter_patterns")],
)
def test_false_leaves_one_out(tmp_path, left_out, kind):
    fit(plain_network(), watching(tmp_path, **{left_out: False}), epochs=1)
    assert {c.stream for c in captures(tmp_path)} == {kind}


def test_something_must_be_drawn():
    with pytest.raises(ValueError, match="Something must be drawn"):
        watching("logs", filter_patterns=False, grad_cam=False)


def test_layers_go_to_both_unless_one_has_its_own(tmp_path):
    own = {**QUICK, "layers": "conv1"}
    draw = watching(tmp_path, layers="conv2", filter_patterns=own)
    fit(plain_network(), draw, epochs=1)
    last = captures(tmp_path)
    assert [layer.path for layer in last[0].patterns] == ["conv1"]
    assert [layer.path for layer in last[-1].maps] == ["conv2"]


def test_a_layer_that_one_cannot_draw_names_the_way(tmp_path):
    with pytest.raises(ValueError, match=r'filter_patterns=\{"layers": …\}'):
        fit(plain_network(), watching(tmp_path, layers="head"))


@pytest.mark.parametrize("name", ["filter_patterns", "grad_cam"])
def test_an_unknown_key_names_those_that_are_valid(name):
    with pytest.raises(TypeError, match=rf"{name} takes .*layers.*got 'images"):
        watching("logs", **{name: {"images": X}})


def test_an_argument_of_one_says_into_which_dict_it_goes():
    with pytest.raises(TypeError, match=r'filter_patterns=\{"filters": 4\}'):
        KerasViz("logs", X, filters=4)
    with pytest.raises(TypeError, match=r'grad_cam=\{"target": .label.\}'):
        KerasViz("logs", X, target="label")


def test_every_argument_of_the_two_can_be_given():
    both = inspect.signature(KerasViz).parameters
    for made, known in (
        (FilterPatterns, _OF_PATTERNS),
        (GradCAM, _OF_HEATMAPS),
    ):
        assert set(inspect.signature(made).parameters) <= {*both, *known}


def test_it_draws_by_hand(tmp_path):
    draw = watching(tmp_path)
    draw.set_model(plain_network())
    draw.draw(0)
    draw.draw(3)
    draw.on_train_end()
    assert {c.step for c in captures(tmp_path)} == {0, 3}
