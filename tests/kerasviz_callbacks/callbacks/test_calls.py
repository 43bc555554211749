"""A call is as one guesses, and one of an earlier version says the new way."""

import keras
import pytest

from kerasviz_callbacks import (
    CaptureOptions,
    FilterPatterns,
    GradCAM,
    Preset,
    filter_patterns,
    grad_cam,
)
from tb_plugin.contract import HeldOut, held_out_tag
from tests.kerasviz_callbacks.logs.written import newest_blobs
from tests.kerasviz_callbacks.networks.training import (
    X,
    drawing,
    fit,
    plain_network,
)

LAYER = keras.layers.Conv2D(4, 3, name="conv1")


@pytest.mark.parametrize("named", [["conv1"], ["conv1", "conv2"], [LAYER]])
@pytest.mark.parametrize("callback", [FilterPatterns, GradCAM])
def test_layers_in_the_place_of_images_are_said_to_be_a_keyword(
    callback, named
):
    for given in (named, named[0]):
        with pytest.raises(TypeError, match="layers is a keyword now") as seen:
            callback("logs", given)
    assert f"{callback.__name__}(log_dir, layers=" in str(seen.value)


def test_paths_of_images_are_no_layers(tmp_path):
    (tmp_path / "photos").mkdir()
    FilterPatterns("logs", ["missing.png"])
    FilterPatterns("logs", str(tmp_path / "photos"))


def test_more_than_three_by_place_says_what_to_name():
    with pytest.raises(TypeError, match=r"got 1 more by place.*class_names=…"):
        GradCAM("logs", X[:2], [0, 1], ["a", "b"])


@pytest.mark.parametrize(
    ("keyword", "value", "now"),
    [
        ("seed", 3, r"preset=Preset.steady\(seed=3\)"),
        ("noise_floor", False, r"preset=Preset.steady\(noise_floor=False\)"),
        ("on_error", "raise", r"options=CaptureOptions\(on_error='raise'\)"),
        ("on_capture", print, r"options=CaptureOptions\(on_capture=…\)"),
    ],
)
def test_an_old_keyword_says_where_it_is_now(keyword, value, now):
    with pytest.raises(TypeError, match=now):
        FilterPatterns("logs", **{keyword: value})


@pytest.mark.parametrize(
    ("keyword", "now"),
    [
        ("boxes", "regions="),
        ("masks", "regions="),
        ("grid", r"tokens=TokenLayout\(grid="),
        ("sanity_check", r"CaptureOptions\(sanity_check=True\)"),
    ],
)
def test_an_old_keyword_of_heatmaps_says_where_it_is_now(keyword, now):
    with pytest.raises(TypeError, match=now):
        GradCAM("logs", X[:2], **{keyword: True})


def test_functions_say_it_too():
    with pytest.raises(TypeError, match=r"preset=Preset.steady\(size=32\)"):
        filter_patterns(None, "conv1", 8, size=32)
    with pytest.raises(TypeError, match=r"TokenLayout\(prefix=1\)"):
        grad_cam(None, X, prefix_tokens=1)


def test_a_keyword_that_is_nearly_right_is_suggested():
    with pytest.raises(TypeError, match=r"'layer'. Did you mean layers="):
        FilterPatterns("logs", layer="conv1")
    with pytest.raises(TypeError, match="no argument 'xyz' — it has log_dir"):
        FilterPatterns("logs", xyz=1)


def test_heatmaps_without_images_say_that_they_need_some():
    with pytest.raises(TypeError, match="GradCAM needs images to explain"):
        GradCAM("logs")


def test_options_must_be_options():
    with pytest.raises(TypeError, match="options must be CaptureOptions"):
        FilterPatterns("logs", options={"baseline": False})
    with pytest.raises(ValueError, match="grace_s must be a number"):
        CaptureOptions(grace_s=-1)


def test_a_field_that_no_preset_has_is_refused_with_those_it_has():
    with pytest.raises(TypeError, match=r"Preset.steady takes name.*got sede"):
        Preset.steady(sede=3)
    assert Preset.recipe(seed=3).name == "recipe"


@pytest.mark.parametrize("verbose", [3, -1, "auto", None])
def test_verbose_is_0_1_or_2(verbose):
    with pytest.raises(ValueError, match="verbose must be 0"):
        FilterPatterns("logs", verbose=verbose)


def test_every_may_be_the_word_epoch(tmp_path):
    draw = drawing(tmp_path, every="epoch")
    fit(plain_network(), draw)
    assert draw.recorder.num_recorded == 3


def test_labels_and_names_stand_beside_the_images_of_patterns(tmp_path):
    names = {"a": 0, "c": 2, "b": 1}
    draw = drawing(tmp_path, images=X[:2], labels=[0, 2], class_names=names)
    fit(plain_network(), draw, epochs=1)
    tag = held_out_tag("filter_patterns")
    text, *_ = newest_blobs(tmp_path, "python", tag)
    held_out = HeldOut.from_json(text)
    assert held_out.class_names == ("a", "b", "c")
    assert [image.label for image in held_out.images] == [0, 2]
