"""What `predict` feeds a model with steps of its own is what is fed."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.testing import assert_allclose as close

from kerasviz_callbacks import GradCAM, filter_patterns, grad_cam
from kerasviz_callbacks.images import OwnPreprocess, own_preprocess
from kerasviz_callbacks.model import StandIn, model_input
from tests.kerasviz_callbacks.networks.training import arranged
from tests.kerasviz_callbacks.networks.zoo import images

L = keras.layers
BYTES = np.round(255 * images(3)).astype(np.float32)


def network(of: type[keras.Model], size: int = 20, **options) -> keras.Model:
    """Return a classifier of images from 0 to 1, of a class of model."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((size, size, 3))
    x = L.Conv2D(4, 3, activation="relu", name="conv")(inputs)
    x = L.Dense(3, activation="softmax")(L.GlobalAveragePooling2D()(x))
    return of(inputs, x, **options)


class Scaling(keras.Model):
    def predict_step(self, data):
        return super().predict_step(data / 255.0)

    def train_step(self, data):
        x, y = data
        return super().train_step((x / 255.0, y))


class ByUnpacking(keras.Model):
    def predict_step(self, data):
        x, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        return self(self.scaled(x), training=False)

    def scaled(self, x):
        return keras.ops.cast(x, "float32") / 255.0


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv = L.Conv2D(4, 3, activation="relu")
        self.last = L.Dense(3, activation="softmax")

    def call(self, x):
        return self.last(keras.ops.mean(self.conv(x), axis=(1, 2)))

    def predict_step(self, data):
        return super().predict_step(data / 255.0)


class Plain(keras.Model):
    def predict_step(self, data):
        return super().predict_step(data)


@pytest.mark.parametrize("of", [Scaling, ByUnpacking])
def test_outputs_are_those_that_predict_returns(of):
    model = network(of)
    found = grad_cam(model, BYTES)
    close(found.outputs, model.predict(BYTES, verbose=0), rtol=1e-5)
    plain = grad_cam(network(keras.Model), BYTES / 255)
    close(found.maps, plain.maps, rtol=1e-5)
    assert any(f"predict_step of {of.__name__} as" in n for n in found.notes)


def test_a_model_that_was_never_used_is_fed_as_predict_feeds_it():
    model = Subclassed()
    found = grad_cam(model, BYTES)
    close(found.outputs, model.predict(BYTES, verbose=0), rtol=1e-5)


def test_a_step_that_changes_nothing_is_passed_over():
    model = network(Plain)
    found = grad_cam(model, BYTES / 255)
    close(found.outputs, model.predict(BYTES / 255, verbose=0), rtol=1e-5)
    assert not any("step" in note for note in found.notes)


def test_bytes_are_scaled_as_predict_scales_bytes():
    class Converting(keras.Model):
        def predict_step(self, data):
            data = tf.image.convert_image_dtype(data, tf.float32)
            return super().predict_step(data)

    model = network(Converting)
    pixels = BYTES.astype(np.uint8)
    for given in (pixels, BYTES / 255):
        found = grad_cam(model, given)
        close(found.outputs, model.predict(given, verbose=0), rtol=1e-5)


def test_a_step_may_bring_images_to_the_size_of_the_model():
    class Resizing(keras.Model):
        def predict_step(self, data):
            return super().predict_step(tf.image.resize(data, (12, 12)))

    model = network(Resizing, size=12)
    found = grad_cam(model, BYTES / 255)
    close(found.outputs, model.predict(BYTES / 255, verbose=0), rtol=1e-5)
    assert found.images.shape[1:3] == (20, 20)


def test_a_step_that_crops_shows_what_the_model_sees():
    class Cropping(keras.Model):
        def predict_step(self, data):
            return super().predict_step(data[:, 4:16, 4:16])

    model = network(Cropping, size=12)
    given = BYTES.astype(np.uint8)
    found = grad_cam(model, given)
    np.testing.assert_array_equal(found.images, given[:, 4:16, 4:16])


def test_preprocess_replaces_the_step():
    model = network(Scaling)
    found = grad_cam(model, BYTES, preprocess=lambda x: x / 510)
    close(found.outputs, model(BYTES / 510), rtol=1e-5)
    assert not any("predict_step" in note for note in found.notes)


def test_outputs_that_the_step_changes_are_said_to_be_others():
    class Sharper(keras.Model):
        def predict_step(self, data):
            return keras.ops.round(super().predict_step(data))

    found = grad_cam(network(Sharper), BYTES / 255)
    told = "predict_step of Sharper changes the model's outputs before predict"
    assert any(told in note for note in found.notes)


def test_a_part_of_the_outputs_is_no_other_output():
    class First(keras.Model):
        def predict_step(self, data):
            return {"class": super().predict_step(data)[0]}

    inputs = keras.Input((20, 20, 3))
    x = L.Conv2D(4, 3, activation="relu", name="conv")(inputs)
    y = L.Dense(3, activation="softmax")(L.GlobalAveragePooling2D()(x))
    model = First(inputs, [y, x])
    found = grad_cam(model, BYTES / 255, output=0, layer="conv")
    assert not any("predict_step" in note for note in found.notes)


def test_a_step_that_calls_the_model_twice_says_so():
    class Flipping(keras.Model):
        def predict_step(self, data):
            return (self(data) + self(data[:, :, ::-1])) / 2

    found = grad_cam(network(Flipping), BYTES / 255)
    assert any("calls the model 2 times" in note for note in found.notes)


class Wild(keras.Model):
    def predict_step(self, data):
        raise KeyError("no such thing")


class Around(keras.Model):
    def predict_step(self, data):
        return self.get_layer("conv")(data)


class Predicting(keras.Model):
    def predict(self, x, **kwargs):
        return super().predict(x / 255.0, **kwargs)


@pytest.mark.parametrize(
    ("of", "name"),
    [(Wild, "predict_step"), (Around, "predict_step"), (Predicting, "predict")],
)
def test_where_it_is_not_known_what_is_fed_that_is_said(of, name):
    told = f"What {name} of {of.__name__} feeds the model could not be traced"
    found = grad_cam(network(of), BYTES / 255)
    assert any(told in note for note in found.notes)
    given = grad_cam(network(of), BYTES, preprocess=lambda x: x / 255)
    assert not any(told in note for note in given.notes)


class Training(keras.Model):
    def train_step(self, data):
        x, y = data
        return super().train_step((x / 255.0, y))


class Augmenting(keras.Model):
    def train_step(self, data):
        x, y = data
        return super().train_step((tf.image.random_flip_left_right(x), y))


class Adversarial(keras.Model):
    """Trains a part by itself; nothing of it is to be run beside training."""

    def train_step(self, data):
        x, _ = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(self.get_layer("conv")(x))
        self.optimizer.apply(
            tape.gradient(loss, self.trainable_variables[:2]),
            self.trainable_variables[:2],
        )
        return {"loss": loss}


def test_training_on_other_images_than_predict_feeds_is_said():
    told = "train_step of Training changes images before the model gets them"
    for of, is_told in ((Training, True), (Augmenting, False)):
        notes = grad_cam(network(of), BYTES / 255).notes
        assert any(told in note for note in notes) == is_told
        assert any("train_step" in note for note in notes) == is_told


@pytest.mark.parametrize("of", [Scaling, Training, Augmenting, Adversarial])
def test_training_with_steps_of_its_own_is_not_changed(of, tmp_path):
    weights, states = [], []
    labels = np.array([0, 1, 2])
    for watched in (False, True):
        model = network(of)
        model.compile("adam", "sparse_categorical_crossentropy")
        options = arranged({"budget": None, "on_error": "raise"})
        seen = BYTES if of is Scaling else BYTES / 255
        callbacks = [GradCAM(tmp_path, seen, verbose=0, **options)]
        model.fit(
            BYTES, labels, verbose=0, epochs=2, callbacks=callbacks * watched
        )
        weights.append(model.get_weights())
        states.append([v.numpy() for v in model.optimizer.variables])
    for one, other in zip(*weights, strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(*states, strict=True):
        np.testing.assert_array_equal(one, other)


def test_patterns_pass_through_the_step():
    model = network(Scaling)
    assert isinstance(own_preprocess(model, model_input(model)), OwnPreprocess)
    found = filter_patterns(model, "conv", [0], steps=2)
    plain = filter_patterns(
        network(keras.Model),
        "conv",
        [0],
        steps=2,
        preprocess=lambda x: x / 255.0,
    )
    np.testing.assert_array_equal(found.images, plain.images)


def test_a_stand_in_leaves_the_model_alone():
    class Counting(keras.Model):
        def predict_step(self, data):
            self.count = 3
            return self.doubled(data) + self.count

        def doubled(self, data):
            return 2 * self(data)

    model = network(Counting)
    stand_in = StandIn(model, lambda x: x + 1)
    assert isinstance(stand_in, Counting)
    assert Counting.predict_step(stand_in, 5) == 15
    assert not hasattr(model, "count")
    assert stand_in.name == model.name
