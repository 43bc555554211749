"""What speaks for a class in one part of an image, in a segmentation."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import OverMask, grad_cam
from tests.kerasviz_callbacks.networks import zoo
from tests.kerasviz_callbacks.networks.zoo import images

L = keras.layers
FED = images(3)
MASKS = np.zeros((3, 20, 20), bool)
MASKS[0, :5], MASKS[1, 8:, 4:9], MASKS[2, :, 13:] = True, True, True


def test_scores_are_summed_over_the_mask_of_each_image():
    model = _segmentation("softmax")
    found = grad_cam(model, FED, target=OverMask(MASKS, 1))
    logits = _logits(model, FED)[..., 1]
    np.testing.assert_allclose(
        found.scores, (logits * MASKS).sum(axis=(1, 2)), rtol=1e-4
    )
    assert found.row_target == ("class over a mask",) * 3
    assert found.targets.tolist() == [1] * 3


def test_map_is_that_of_the_sum_by_hand():
    model = _segmentation(None)
    found = grad_cam(model, FED, target=OverMask(MASKS, 2))
    for index, mask in enumerate(MASKS.astype("float32")):

        def over_mask(outputs: tf.Tensor, mask=mask) -> tf.Tensor:
            return tf.reduce_sum(outputs[..., 2] * mask, axis=[1, 2])

        alone = grad_cam(model, FED[[index]], target=over_mask)
        np.testing.assert_allclose(found.maps[index], alone.maps[0], rtol=1e-4)


def test_the_prediction_is_explained_where_no_class_is_named():
    model = _segmentation("softmax")
    found = grad_cam(model, FED, target=OverMask(MASKS))
    np.testing.assert_array_equal(found.targets, found.predictions)


def test_a_mask_of_another_size_is_stretched_over_the_output():
    model = _segmentation("sigmoid", channels=1)
    coarse = np.zeros((3, 4, 4), bool)
    coarse[:, 1:, :2] = True
    fine = coarse.repeat(5, axis=1).repeat(5, axis=2)
    small, large = (
        grad_cam(model, FED, target=OverMask(masks, 1))
        for masks in (coarse, fine)
    )
    np.testing.assert_allclose(small.scores, large.scores, rtol=1e-4)


def test_masks_go_with_their_chunk_of_images():
    model = _segmentation("softmax")
    many = np.concatenate([FED] * 13), np.concatenate([MASKS] * 13)
    whole = grad_cam(model, many[0], target=OverMask(many[1], 0))
    alone = grad_cam(model, FED, target=OverMask(MASKS, 0))
    np.testing.assert_allclose(whole.maps[-3:], alone.maps, rtol=1e-4)


def test_what_cannot_be_summed_over_a_mask_is_refused():
    with pytest.raises(ValueError, match="one score per pixel"):
        grad_cam(zoo.functional().model, FED, target=OverMask(MASKS, 1))
    model = _segmentation("softmax")
    with pytest.raises(ValueError, match="masks must be one per image"):
        grad_cam(model, FED, target=OverMask(MASKS[:2], 1))
    with pytest.raises(ValueError, match="from 0 to 2 — got 5"):
        grad_cam(model, FED, target=OverMask(MASKS, 5))


def _segmentation(activation: str | None, channels: int = 3) -> keras.Model:
    inputs = keras.Input((20, 20, 3))
    kernel = keras.initializers.HeNormal(0)
    x = L.Conv2D(8, 3, padding="same", kernel_initializer=kernel)(inputs)
    x = L.ReLU()(x)
    kernel = keras.initializers.HeNormal(2)
    head = L.Conv2D(
        channels,
        3,
        padding="same",
        activation=activation,
        kernel_initializer=kernel,
        name="head",
    )
    return keras.Model(inputs, head(x))


def _logits(model: keras.Model, fed: np.ndarray) -> np.ndarray:
    twin = _segmentation(None)
    twin.set_weights(model.get_weights())
    return twin(fed).numpy()
