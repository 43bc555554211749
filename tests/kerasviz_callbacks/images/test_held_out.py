"""What is shown and what is fed, and input that cannot be used."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks.images.held_out import HeldOutImages, load_held_out
from kerasviz_callbacks.model.input import ModelInput, model_input

IMAGES = np.random.default_rng(0).integers(0, 256, (4, 6, 8, 3), np.uint8)


def _spec(*shape: int | None) -> ModelInput:
    image = keras.Input(shape or (6, 8, 3))
    return model_input(keras.Model(image, keras.layers.Identity()(image)))


def _load(images=IMAGES, spec=None, **options) -> HeldOutImages:
    return load_held_out(images, spec or _spec(), **options)


def test_without_preprocess_the_values_are_fed_as_given():
    for images in (IMAGES, IMAGES / 255.0):
        found = _load(images)
        np.testing.assert_allclose(found.fed, images, rtol=1e-6)
        assert found.fed.dtype == np.float32
        np.testing.assert_array_equal(found.shown, IMAGES)


def test_preprocess_does_not_reach_what_is_shown():
    def in_place(x: np.ndarray) -> np.ndarray:
        x /= 127.5
        x -= 1
        return x

    images = IMAGES.astype("float32")
    found = _load(images, preprocess=in_place)
    np.testing.assert_array_equal(found.shown, IMAGES)
    np.testing.assert_array_equal(images, IMAGES)  # the user's own
    np.testing.assert_allclose(found.fed, IMAGES / 127.5 - 1, atol=1e-6)


@pytest.mark.parametrize("name", ["xception", "vgg16", "densenet"])
def test_preprocess_of_keras_applications_gives_what_it_should(name):
    preprocess = getattr(keras.applications, name).preprocess_input
    found = _load(preprocess=preprocess)
    expected = preprocess(IMAGES.astype("float32"))
    np.testing.assert_allclose(found.fed, expected, rtol=1e-6)
    np.testing.assert_array_equal(found.shown, IMAGES)


def test_preprocess_is_called_once_on_all_images():
    shapes = []
    _load(preprocess=lambda x: shapes.append(x.shape) or x)
    assert shapes == [IMAGES.shape]


def test_preprocess_may_resize_and_answer_a_tensor():
    def half(x: np.ndarray) -> tf.Tensor:
        return tf.image.resize(x, (3, 4))

    found = _load(spec=_spec(3, 4, 3), preprocess=half)
    assert found.fed.shape == (4, 3, 4, 3)
    assert found.shown.shape == (4, 6, 8, 3)


@pytest.mark.parametrize(
    "preprocess", [lambda x: x[0], lambda x: x[:2], lambda x: x.mean()]
)
def test_preprocess_that_loses_images_is_refused(preprocess):
    with pytest.raises(ValueError, match="preprocess must return one image"):
        _load(preprocess=preprocess)


def test_preprocess_that_gives_nan_is_refused():
    with pytest.raises(ValueError, match="what preprocess returns must be fin"):
        _load(preprocess=lambda x: x * np.nan)


def test_nan_pixels_are_named_by_image():
    images = IMAGES.astype("float32")
    images[2, 0, 0, 0] = np.nan
    with pytest.raises(ValueError, match=r"NaN .* number 2 \(of 4"):
        _load(images)


@pytest.mark.parametrize("images", [IMAGES[:0], [], tf.data.Dataset.range(0)])
def test_no_images_are_refused(images):
    with pytest.raises(ValueError, match="at least one image"):
        _load(images)


def test_a_wrong_size_tells_both_sizes_and_what_to_do():
    with pytest.raises(ValueError, match=r"\(6, 9, 3\).*\(6, 8, 3\)\. Resize"):
        _load(spec=_spec(6, 9, 3))
    with pytest.raises(ValueError, match=r"\(6, 8, 1\).*as many channels"):
        _load(spec=_spec(6, 8, 1))
    with pytest.raises(ValueError, match="what preprocess returns must be"):
        _load(spec=_spec(6, 9, 3), preprocess=lambda x: x)


def test_any_size_is_taken_where_the_model_leaves_it_open():
    assert _load(spec=_spec(None, None, 3)).fed.shape == IMAGES.shape


def test_what_was_seen_is_said():
    assert _load().seen.startswith("4 images of (6, 8, 3): values from 0 to 2")
    assert _load().notes == ()


def test_labels_come_from_the_dataset_or_the_argument_not_both():
    dataset = tf.data.Dataset.from_tensor_slices((IMAGES, [3, 1, 0, 2]))
    assert _load(dataset).labels.tolist() == [3, 1, 0, 2]
    assert _load(labels=[3, 1, 0, 2]).labels.tolist() == [3, 1, 0, 2]
    assert _load().labels is None
    with pytest.raises(ValueError, match="labels came twice"):
        _load(dataset, labels=[0, 0, 0, 0])


def test_missing_inputs_are_said_to_be_zeros():
    spec = _two_inputs()
    (note,) = load_held_out(IMAGES, spec).notes
    assert "'facts', are fed zeros" in note
    given = load_held_out([IMAGES, np.ones((4, 2))], spec)
    assert given.notes == ()
    assert given.others["facts"].dtype == np.int32


def test_other_inputs_come_one_per_image():
    with pytest.raises(ValueError, match="'facts' has 3 for 4 images"):
        load_held_out(
            {"image": IMAGES, "facts": np.ones((3, 2))}, _two_inputs()
        )


def _two_inputs() -> ModelInput:
    image = keras.Input((6, 8, 3), name="image")
    facts = keras.Input((2,), name="facts", dtype="int32")
    # Keras 3.11 takes an input for an output only behind a layer.
    outputs = [keras.layers.Identity()(each) for each in (image, facts)]
    return model_input(keras.Model([image, facts], outputs))
