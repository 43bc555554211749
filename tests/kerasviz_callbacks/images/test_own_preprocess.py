"""Models whose `fit` and `predict` preprocess, such as tasks of KerasHub."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import (
    FilterPatterns,
    GradCAM,
    Preset,
    filter_patterns,
    grad_cam,
)
from tests.kerasviz_callbacks.logs.written import captures

L = keras.layers
RAW = np.random.default_rng(0).integers(0, 256, (4, 40, 24, 3), np.uint8)


class Task(keras.Model):
    """Preprocesses in `predict` and not in `call`, as tasks of KerasHub do."""

    def __init__(self, preprocessor, side=16):
        image = keras.Input((side, side, 3))
        x = L.Conv2D(4, 3, activation="relu", name="c")(image)
        x = L.Dense(3, activation="softmax")(L.GlobalAveragePooling2D()(x))
        super().__init__(image, x)
        self._own = (preprocessor,)  # a tuple: no layer of the model

    @property
    def preprocessor(self):
        return self._own[0]

    def preprocess_samples(self, x, y=None, sample_weight=None):
        x = x if self.preprocessor is None else self.preprocessor(x)
        return keras.utils.pack_x_y_sample_weight(x, y, sample_weight)

    def predict(self, x, **options):
        batches = tf.data.Dataset.from_tensor_slices(x).batch(32)
        batches = batches.map(self.preprocess_samples)
        return super().predict(batches, verbose=0, **options)


def task(side=16, **resizing):
    keras.utils.set_random_seed(0)
    scaling = L.Rescaling(1 / 127.5, offset=-1.0)
    resize = L.Resizing(16, 16, **resizing)
    return Task(lambda images: scaling(resize(images)), side)


def test_images_are_fed_as_predict_feeds_them(caplog):
    model = task()
    found = grad_cam(model, RAW)
    np.testing.assert_allclose(found.outputs, model.predict(RAW), atol=1e-6)
    np.testing.assert_array_equal(found.images, RAW)
    assert "the model's own preprocessor, function, as in" in caplog.text


def test_a_preprocess_that_is_given_wins():
    model, images = task(), RAW[:, :16, :16]
    raw = grad_cam(model, images, preprocess=lambda images: images)
    called = model(images.astype(np.float32))
    np.testing.assert_allclose(raw.outputs, called, atol=1e-6)


def test_a_task_without_a_preprocessor_is_fed_raw():
    images = RAW[:, :16, :16]
    model = Task(None)
    found = grad_cam(model, images)
    np.testing.assert_allclose(found.outputs, model.predict(images), atol=1e-6)


def test_a_preprocessor_that_call_uses_is_not_used_twice():
    class Inside(keras.Model):
        def __init__(self):
            super().__init__()
            self.preprocessor = L.Rescaling(1 / 255)
            self.convolution = L.Conv2D(3, 3, activation="relu")

        def call(self, x):
            x = self.convolution(self.preprocessor(x))
            return keras.ops.softmax(keras.ops.mean(x, axis=(1, 2)))

    model = Inside()
    predicted = model.predict(RAW, verbose=0)
    found = grad_cam(model, RAW)
    np.testing.assert_allclose(found.outputs, predicted, atol=1e-6)


def test_images_that_are_cropped_are_shown_as_the_model_sees_them(caplog):
    found = grad_cam(task(crop_to_aspect_ratio=True), RAW)
    assert found.images.shape == (4, 16, 16, 3)
    middle = RAW[:, 8:32]  # 24 rows of 40, the width of the image
    means = middle.mean(axis=(1, 2)) - found.images.mean(axis=(1, 2))
    assert np.abs(means).max() < 12
    np.testing.assert_array_equal(found.images[:, 0, 0], middle[:, 0, 0])
    assert "crops, pads or turns" in caplog.text


def test_padding_is_shown_as_padding():
    found = grad_cam(task(pad_to_aspect_ratio=True), RAW)
    assert (found.images[:, :, 0] == 0).all()
    assert (found.images[:, :, 8] > 0).any()


def test_boxes_on_images_that_are_cropped_are_refused(tmp_path):
    boxes = np.tile([0.0, 0.0, 0.5, 0.5], (4, 1))
    callback = GradCAM(str(tmp_path), RAW, regions=boxes, verbose=0)
    callback.set_model(task(crop_to_aspect_ratio=True))
    with pytest.raises(ValueError, match="boxes and masks must lie on"):
        callback.draw(0)
    callback.set_model(task())
    callback.draw(0)


def test_patterns_are_raw_images_in_front_of_the_preprocessor(tmp_path):
    drawn = filter_patterns(task(), "c", 4, steps=8)
    assert -1 <= drawn.raw.min() < -0.5
    assert 0.5 < drawn.raw.max() <= 1
    callback = FilterPatterns(
        str(tmp_path), layers="c", filters=1, steps=1, verbose=0
    )
    callback.set_model(task())
    callback.draw(0)
    [capture] = captures(tmp_path)
    assert sum("own preprocessor" in note for note in capture.notes) == 1


def test_a_canvas_of_a_model_of_open_size_is_what_the_preprocessor_makes():
    model = task(side=None)
    assert filter_patterns(model, "c", 1, steps=1).raw.shape[1:3] == (16, 16)
    with pytest.raises(ValueError, match="size must be 16 x 16 px"):
        filter_patterns(model, "c", 1, preset=Preset.steady(size=32))


def test_images_that_the_preprocessor_does_not_take_say_so():
    def refuse(images):
        raise TypeError("no")

    with pytest.raises(ValueError, match=r"own preprocessor.*TypeError: no"):
        grad_cam(Task(refuse), RAW)


def test_a_task_of_keras_hub_is_fed_as_predict_feeds_it():
    hub = pytest.importorskip("keras_hub")
    converter = hub.layers.ViTImageConverter(
        image_size=(32, 32), scale=1 / 127.5, offset=-1.0
    )
    model = hub.models.ViTImageClassifier(
        backbone=hub.models.ViTBackbone(
            image_shape=(32, 32, 3),
            patch_size=8,
            num_layers=2,
            num_heads=2,
            hidden_dim=16,
            mlp_dim=32,
        ),
        num_classes=3,
        preprocessor=hub.models.ViTImageClassifierPreprocessor(
            image_converter=converter
        ),
    )
    predicted = model.predict(RAW, verbose=0)
    found = grad_cam(model, RAW)
    np.testing.assert_allclose(found.outputs, predicted, atol=1e-5)
    assert found.images.shape == (4, 32, 32, 3)  # cropped by default
