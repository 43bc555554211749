"""What is worth drawing is chosen, and climbed for where filters end."""

import keras
import numpy as np
import pytest

from kerasviz_callbacks import FilterPatterns, filter_patterns
from kerasviz_callbacks.model import (
    model_input,
    probe_model,
    spread_layers,
    unit_of,
)
from kerasviz_callbacks.model.layers import find_layer
from kerasviz_callbacks.presets import Preset
from tests.kerasviz_callbacks.logs.written import captures

L = keras.layers
SIZE = (32, 32, 3)


def probed(features, image):
    pooled = L.GlobalAveragePooling2D()(features)
    model = keras.Model(image, L.Dense(3)(pooled))
    return probe_model(model, model_input(model, None), SIZE)


def taken(features, image, count=4):
    return [one.path for one in spread_layers(probed(features, image), count)]


def normal(x, name, filters, kernel=1, stride=1, active=True, depth=False):
    """Return a convolution, its normalization and its activation."""
    options = dict(strides=stride, padding="same", name=name)
    if depth:
        x = L.DepthwiseConv2D(kernel, **options)(x)
    else:
        x = L.Conv2D(filters, kernel, **options)(x)
    x = L.BatchNormalization(name=f"{name}_bn")(x)
    return L.ReLU(6, name=f"{name}_relu")(x) if active else x


def test_of_inverted_residuals_the_wide_layers_are_taken():
    image = x = keras.Input(SIZE)
    x = normal(x, "stem", 8, 3, 2)
    for block in range(4):
        given = x
        x = normal(x, f"expand_{block}", 24)
        x = normal(x, f"depth_{block}", None, 3, depth=True)
        x = normal(x, f"project_{block}", 8, active=False)
        x = L.Add()([given, x])
    assert taken(x, image) == [f"expand_{block}" for block in range(4)]


def test_of_each_size_of_map_the_last_of_the_widest_is_taken():
    image = x = keras.Input(SIZE)
    for stage in range(4):
        for layer in range(2):
            x = L.Conv2D(
                8, 3, padding="same", activation="relu", name=f"{stage}_{layer}"
            )(x)
            x = L.Conv2D(4, 1, activation="relu")(x)
        x = L.MaxPooling2D()(x)
    assert taken(x, image) == ["0_1", "1_1", "2_1", "3_1"]


@pytest.mark.parametrize(
    "activate",
    [
        keras.ops.relu,
        keras.ops.silu,
        keras.ops.gelu,
        L.LeakyReLU(),
        L.Activation("swish"),
    ],
    ids=["relu", "silu", "gelu", "LeakyReLU", "swish"],
)
def test_any_nonlinearity_counts(activate):
    image = keras.Input(SIZE)
    x = activate(L.Conv2D(4, 3, name="active")(image))
    x = L.Conv2D(9, 3, name="linear")(x)
    assert taken(x, image, 1) == ["active"]
    assert taken(x, image) == ["active", "linear"]  # there are few


class Mixer(keras.Layer):
    """Calls an activation where no layer and no operation shows it."""

    def __init__(self, activation):
        super().__init__(name="mixer")
        self.active = L.Conv2D(4, 3, name="active")
        self.linear = L.Conv2D(9, 3, name="linear")
        self.activation = activation

    def call(self, x):
        return self.linear(self.activation(self.active(x)))


@pytest.mark.parametrize("name", ["relu", "silu", "gelu", "tanh", "hard_swish"])
def test_a_nonlinearity_inside_a_layer_counts(name):
    image = keras.Input(SIZE)
    x = Mixer(getattr(keras.activations, name))(image)
    assert taken(x, image, 1) == ["mixer/active"]


def test_without_a_nonlinearity_any_convolution_will_do():
    image = keras.Input(SIZE)
    x = L.DepthwiseConv2D(3, name="one")(image)
    assert taken(x, image) == ["one"]
    assert taken(L.Conv2D(4, 3, name="two")(x), image) == ["two"]


def test_a_filter_ends_behind_the_normalization_that_alone_takes_it():
    image = keras.Input(SIZE)
    x = L.Conv2D(4, 3, name="conv")(image)
    y = L.BatchNormalization(name="norm")(x)
    alone = probed(L.ReLU()(y), image)
    conv = find_layer(alone.model, "conv")
    assert unit_of(alone, conv).layer.name == "norm"
    assert unit_of(alone, conv).path == "conv"
    both = probed(L.Add()([x, y]), image)
    assert unit_of(both, conv) == conv


@pytest.fixture
def inverted():
    """Return a model whose normalization turns one filter round."""
    keras.utils.set_random_seed(2)
    image = keras.Input(SIZE)
    x = L.Conv2D(2, 3, name="conv")(image)
    x = L.ReLU(name="relu")(L.BatchNormalization(name="norm")(x))
    model = keras.Model(image, L.Dense(3)(L.GlobalAveragePooling2D()(x)))
    kernel = np.zeros((3, 3, 3, 2), np.float32)
    kernel[1, 1, 0] = 1.0  # both answer to red
    model.get_layer("conv").set_weights([kernel, np.zeros(2, np.float32)])
    norm = model.get_layer("norm")
    norm.gamma.assign([1.0, -1.0])
    norm.beta.assign([0.0, 0.5])
    return model


@pytest.mark.parametrize("layer", ["conv", "norm", "relu"])
def test_a_negative_scale_turns_the_pattern_round(inverted, layer):
    patterns = filter_patterns(inverted, layer, 2)
    red, no_red = patterns.images[..., 0].reshape(2, -1).mean(axis=1)
    assert red > 230 and no_red < 25
    assert patterns.layer == layer
    assert patterns.objective[1] == pytest.approx(0.5, abs=0.1)


def test_the_recipe_climbs_for_the_convolution_itself(inverted):
    patterns = filter_patterns(inverted, "conv", 2, preset=Preset.recipe())
    assert patterns.objective[1] > 0.5


def test_a_relu_of_its_own_that_is_off_is_climbed_for(inverted):
    inverted.get_layer("norm").beta.assign([-0.9, 0.5])
    patterns = filter_patterns(inverted, "relu", [0])
    assert patterns.objective[0] > 0.05


def test_the_record_names_the_convolution_and_follows_its_weights(
    inverted, tmp_path
):
    inverted.compile("sgd", "sparse_categorical_crossentropy")
    callback = FilterPatterns(
        tmp_path, layers="conv", filters=2, steps=2, budget=None, verbose=0
    )
    x = np.random.default_rng(0).uniform(size=(8, *SIZE)).astype("float32")
    inverted.fit(x, np.arange(8) % 3, callbacks=[callback], verbose=0)
    first, last = (capture.patterns[0] for capture in captures(tmp_path))
    assert first.layer_kind == last.layer_kind == "Conv2D"
    assert max(last.measures["weight_change_baseline"]) > 1e-6
