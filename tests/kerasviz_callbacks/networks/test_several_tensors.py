"""A layer that returns several tensors: the one that is explained is drawn."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import TokenLayout, filter_patterns, grad_cam
from tests.kerasviz_callbacks.networks.zoo import images

L = keras.layers
FED = images(3)


class Masked(L.Layer):
    """Features, and the mask that they were multiplied by."""

    def __init__(self, is_mask_first: bool, **options) -> None:
        super().__init__(**options)
        self.is_mask_first = is_mask_first
        start = keras.initializers.HeNormal(0)
        options = {"padding": "same", "kernel_initializer": start}
        self.conv = L.Conv2D(8, 3, activation="relu", **options)
        self.to_mask = L.Conv2D(1, 1, activation="sigmoid", **options)

    def call(self, inputs):
        features = self.conv(inputs)
        mask = self.to_mask(features)
        features = features * mask
        if self.is_mask_first:
            return mask, features
        return {"features": features, "mask": mask}


@pytest.mark.parametrize("is_mask_first", [False, True])
@pytest.mark.parametrize("layer", ["masked", None])
def test_the_tensor_that_the_score_uses_is_drawn(is_mask_first, layer):
    model, features, _ = _network(is_mask_first)
    found = grad_cam(model, FED, layer=layer)
    assert found.layer == "masked"
    np.testing.assert_allclose(
        found.maps, _maps(model, features, found.targets), rtol=1e-3, atol=1e-6
    )


def test_each_output_explains_the_tensor_that_it_uses():
    model, _, mask = _network(is_mask_first=True, has_mask_head=True)
    found = grad_cam(model, FED, layer="masked", output="area")
    seen = keras.Model(model.input, mask)(FED).numpy()[..., 0]
    share = found.maps / found.maps.max()
    np.testing.assert_allclose(share, seen / seen.max(), rtol=1e-4)


def test_it_is_said_which_is_taken_where_several_are_used(caplog):
    model, features, _ = _network(is_mask_first=True, is_mask_used=True)
    found = grad_cam(model, FED, layer="masked")
    np.testing.assert_allclose(
        found.maps, _maps(model, features, found.targets), rtol=1e-3, atol=1e-6
    )
    assert "number 1, (None, 20, 20, 8), is taken, not (None, 20" in caplog.text


def test_patterns_are_of_the_tensor_that_the_outputs_use():
    model, _, _ = _network(is_mask_first=True)
    drawn = filter_patterns(model, "masked", [7], steps=1, preset="recipe")
    assert drawn.filters == (7,)


def test_attention_scores_are_not_taken_for_the_layer():
    keras.utils.set_random_seed(11)  # tokens that are mixed may lose places
    inputs = keras.Input((20, 20, 3))
    tokens = L.Reshape((25, 8))(L.Conv2D(8, 4, strides=4)(inputs))
    attention = L.MultiHeadAttention(2, 4, name="attention")
    mixed, scores = attention(tokens, tokens, return_attention_scores=True)
    both = [L.Flatten()(mixed), L.Flatten()(scores)]
    head = L.Dense(4, activation="softmax")(L.Concatenate()(both))
    model = keras.Model(inputs, head)
    found = grad_cam(
        model, FED, layer="attention", tokens=TokenLayout((5, 5), 0)
    )
    assert found.maps.shape == (3, 5, 5)  # of the tokens, not 2 heads x 25


def _network(is_mask_first, *, is_mask_used=False, has_mask_head=False):
    """Return a network, its features and its mask."""
    inputs = keras.Input((20, 20, 3))
    returned = Masked(is_mask_first, name="masked")(inputs)
    mask, features = (
        returned if is_mask_first else (returned["mask"], returned["features"])
    )
    x = L.GlobalAveragePooling2D()(features)
    area = L.GlobalAveragePooling2D()(mask)
    if is_mask_used:
        x = L.Concatenate()([x, area])
    start = keras.initializers.HeNormal(1)
    logits = L.Dense(3, kernel_initializer=start, name="last")(x)
    outputs = {"kind": L.Softmax()(logits)}
    if has_mask_head:
        outputs["area"] = area
    single = outputs if has_mask_head else outputs["kind"]
    return keras.Model(inputs, single), features, mask


def _maps(model, features, targets) -> np.ndarray:
    """Return Grad-CAM of the features by hand."""
    seen = keras.Model(model.input, features)(FED)
    kernel = tf.transpose(model.get_layer("last").kernel)[:, :8] / (20 * 20)
    weights = tf.gather(kernel, targets)[:, None, None]
    return np.maximum(tf.reduce_sum(seen * weights, -1), 0)
