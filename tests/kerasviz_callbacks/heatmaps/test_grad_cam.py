"""`grad_cam` as a user calls it."""

import logging

import keras
import numpy as np
import pytest
from PIL import Image

from kerasviz_callbacks.heatmaps.draw import grad_cam
from kerasviz_callbacks.heatmaps.preparation import (
    HeatmapRequest,
    prepare_heatmaps,
)
from tests.kerasviz_callbacks.networks import zoo
from tests.kerasviz_callbacks.networks.heatmap_reference import (
    assert_close,
    reference_maps,
)
from tests.kerasviz_callbacks.networks.zoo import SIZE, images

NAMES = ["ant", "bee", "cat", "dog"]


@pytest.mark.parametrize("build", zoo.ZOO, ids=lambda build: build.__name__)
def test_the_last_spatial_activation_is_explained_as_the_reference_does(
    build, caplog
):
    specimen, given = build(), images()
    others = {k: np.repeat(v, 3, axis=0) for k, v in specimen.others.items()}
    fed = {specimen.input: given, **others} if others else given
    named = {"input": specimen.input, "output": specimen.output}
    if specimen.auto is not None:
        assert grad_cam(specimen.model, fed, **named).layer == specimen.auto
        named["layer"] = specimen.layer
    found = grad_cam(specimen.model, fed, **named)
    assert found.layer == specimen.layer
    assert found.maps.dtype == np.float32
    assert_close(
        found.maps, reference_maps(specimen, given), specimen.tolerance
    )
    assert found.status == ("ok",) * 3
    assert found.score_kind == "logit"
    assert found.value_kind == "probability"
    assert "range" not in caplog.text  # no false alarm of `fed_range.py`


def test_images_of_another_size_are_taken_where_size_is_open():
    found = grad_cam(zoo.dynamic_size().model, images(2, size=30))
    assert found.maps.shape == (2, 15, 15)
    assert found.overlay().shape == (2, 30, 30, 3)


def test_preprocessed_images_are_fed_and_plain_ones_shown():
    specimen = zoo.functional()
    given = np.rint(images() * 255).astype(np.uint8)
    found = grad_cam(specimen.model, given, preprocess=lambda x: x / 255)
    fed = given.astype("float32") / np.float32(255)
    assert_close(found.maps, reference_maps(specimen, fed), 1e-5)
    np.testing.assert_array_equal(found.images, given)


def test_top_names_the_largest_outputs_in_order():
    found = grad_cam(zoo.functional().model, images(), class_names=NAMES)
    for best, row in zip(found.top(3), found.outputs, strict=True):
        order = np.argsort(-row)[:3]
        assert [index for index, _, _ in best] == order.tolist()
        assert [name for _, name, _ in best] == [NAMES[i] for i in order]
        assert [value for _, _, value in best] == row[order].tolist()


def test_one_image_is_saved_as_its_overlay(tmp_path):
    found = grad_cam(zoo.functional().model, images(1))
    found.save(tmp_path / "one.png")
    with Image.open(tmp_path / "one.png") as file:
        saved = np.asarray(file)
    np.testing.assert_array_equal(saved, found.overlay()[0])


def test_several_images_are_saved_as_a_sheet(tmp_path):
    found = grad_cam(zoo.functional().model, images(4), class_names=NAMES)
    found.save(tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as file:
        width, height = file.size
    assert width > 2 * SIZE
    assert height > 2 * SIZE


def test_what_was_seen_is_logged(caplog):
    with caplog.at_level(logging.INFO):
        grad_cam(zoo.several_inputs().model, images(), input="picture")
    assert "3 images of (20, 20, 3)" in caplog.text
    assert "'facts', are fed zeros" in caplog.text


def test_labels_and_names_are_checked_against_the_model():
    model = zoo.functional().model
    with pytest.raises(ValueError, match=r"labels must be from 0 to 3.*got 4"):
        grad_cam(model, images(), labels=[0, 1, 4])
    with pytest.raises(ValueError, match="class_names must be one per class"):
        grad_cam(model, images(), class_names=NAMES[:3])


def test_a_model_that_cannot_take_the_images_says_so():
    model = keras.Sequential([keras.layers.Conv2D(4, 9), *_head()])
    with pytest.raises(ValueError, match=r"does not take one of \(5, 5, 3\)"):
        grad_cam(model, images(2)[:, :5, :5])


def test_a_model_without_feature_maps_says_so():
    model = keras.Sequential([keras.Input((SIZE, SIZE, 3)), *_head()])
    with pytest.raises(ValueError, match="finds none in"):
        grad_cam(model, images())


def test_a_model_without_an_image_says_what_it_takes():
    model = keras.Sequential([keras.Input((7,)), keras.layers.Dense(3)])
    with pytest.raises(ValueError, match=r"no image input.*\(7,\)"):
        grad_cam(model, images())


def test_two_layers_of_one_path_are_not_drawn_together():
    model = _with_twin_backbones()
    twins = [x for x in model._flatten_layers() if x.name == "conv2"]
    with pytest.raises(ValueError, match="'backbone/conv2', 'backbone/conv2'"):
        prepare_heatmaps(model, HeatmapRequest(images()), twins)
    for layer in twins:
        found = grad_cam(model, images(), layer=layer, target=0)
        assert found.status == ("ok",) * 3


def test_what_is_no_model_is_refused():
    with pytest.raises(TypeError, match=r"must be a keras\.Model"):
        grad_cam(keras.layers.Conv2D(4, 3), images())


def test_a_model_without_a_call_is_told_to_have_one():
    class Gan(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            dense = keras.layers.Dense(1)
            self.critic = keras.Sequential([dense], name="critic")

    with pytest.raises(
        ValueError, match=r"'critic'.*define call\(self, images"
    ):
        grad_cam(Gan(), images())


def _with_twin_backbones() -> keras.Model:
    backbones = [zoo.backbone().model.get_layer("backbone") for _ in range(2)]

    class Twins(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.parts = backbones
            self.pool = keras.layers.GlobalAveragePooling2D()

        def call(self, x):
            return self.pool(self.parts[0](x) + self.parts[1](x))

    return Twins()


def _head() -> list[keras.Layer]:
    return [keras.layers.Flatten(), keras.layers.Dense(3)]
