"""The layer that is explained is a map of the image that all paths cross."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import TokenLayout, filter_patterns, grad_cam
from kerasviz_callbacks.commands.layers.tree import layer_tree
from kerasviz_callbacks.model.dependence import crossings
from kerasviz_callbacks.model.input import model_input
from kerasviz_callbacks.model.layers import find_layer
from kerasviz_callbacks.model.maps import TokenGrid, last_map, map_at
from kerasviz_callbacks.model.probe import (
    Probe,
    probe_model,
    spread_layers,
)

L = keras.layers
SIZE = (32, 48, 3)


@functools.cache
def probed(model: keras.Model) -> Probe:
    return probe_model(model, model_input(model, None), SIZE)


def classifier(image, features) -> keras.Model:
    pooled = L.GlobalAveragePooling2D()(features)
    return keras.Model(image, L.Dense(3, activation="softmax")(pooled))


@functools.cache  # no test changes it
def vision_transformer(pooling: str = "token") -> keras.Model:
    """Return patches of 8 px, a class token, two blocks of attention.

    Its weights are NumPy's, so that they are the same with every Keras.
    """
    image = keras.Input(SIZE)
    patches = L.Conv2D(16, 8, strides=8, name="patches")(image)
    tokens = L.Reshape((24, 16))(patches)
    if pooling == "token":
        first = L.Dense(16, name="class_token")(tokens[:, :1] * 0.0)
        tokens = L.Concatenate(axis=1, name="joined")([first, tokens])
    for block in (1, 2):
        normal = L.LayerNormalization()(tokens)
        mixed = L.MultiHeadAttention(2, 8, name=f"attention_{block}")(
            normal, normal
        )
        tokens = L.Add(name=f"after_attention_{block}")([tokens, mixed])
        wide = L.Dense(32, activation="gelu")(L.LayerNormalization()(tokens))
        tokens = L.Add(name=f"block_{block}")([tokens, L.Dense(16)(wide)])
    tokens = L.LayerNormalization(name="last_norm")(tokens)
    if pooling == "token":
        pooled = tokens[:, 0]
    else:
        pooled = L.GlobalAveragePooling1D()(tokens)
    model = keras.Model(image, L.Dense(3)(pooled))
    rng = np.random.default_rng(3)
    for weight in model.weights:
        if weight.path.endswith("kernel"):
            scale = weight.shape[0] ** -0.5
            weight.assign(rng.normal(0, scale, weight.shape))
    return model


def test_all_paths_cross_what_no_edge_leads_past():
    with tf.Graph().as_default():
        source = tf.zeros([2])
        stem = tf.exp(source)
        left, right = tf.sin(stem), tf.cos(stem)
        joined = left + right
        skipped = joined + tf.exp(tf.tanh(joined))
        found = crossings(source, tf.negative(skipped))
    assert {t.op.name for t in (source, stem, joined, skipped)} < found
    assert left.op.name not in found
    assert right.op.name not in found


def test_a_sum_written_as_plus_is_explained_not_its_branch():
    image = keras.Input(SIZE)
    trunk = L.Conv2D(4, 3, padding="same", name="trunk")(image)
    branch = L.Conv2D(4, 3, padding="same", name="branch")(trunk)
    chosen = last_map(probed(classifier(image, trunk + branch)))
    assert chosen.located.path.startswith("add")
    assert not isinstance(chosen.located.layer, keras.Layer)
    assert chosen.is_crossed


def test_scores_of_classes_that_are_only_enlarged_are_not_explained():
    image = keras.Input(SIZE)
    features = L.Conv2D(8, 3, strides=4, activation="relu", name="features")
    scores = L.Conv2D(5, 1, name="scores")(features(image))
    enlarged = L.UpSampling2D(4, interpolation="bilinear")(scores)
    chosen = last_map(probed(keras.Model(image, L.Softmax()(enlarged))))
    assert chosen.located.path == "features"


def test_what_comes_out_of_a_bottleneck_is_no_map_of_the_image():
    image = keras.Input(SIZE)
    encoded = L.Conv2D(4, 3, strides=4, activation="relu", name="encoded")(
        image
    )
    code = L.Dense(6)(L.Flatten()(encoded))
    decoded = L.Reshape((4, 6, 2))(L.Dense(48, activation="relu")(code))
    model = classifier(image, L.Conv2D(4, 3, name="decoded")(decoded))
    assert last_map(probed(model)).located.path == "encoded"
    with pytest.raises(ValueError, match=r"'decoded'.*Take 'encoded'"):
        map_at(probed(model), find_layer(model, "decoded"))


def test_the_last_place_where_patches_reach_a_class_token_is_explained():
    chosen = last_map(probed(vision_transformer()))
    assert chosen.located.path == "block_1"  # the input of the last attention
    assert chosen.grid == TokenGrid(4, 6, prefix=1)


def test_pooled_tokens_are_explained_as_late_as_they_can_be():
    chosen = last_map(probed(vision_transformer("mean")))
    assert chosen.located.path == "last_norm"
    assert chosen.grid == TokenGrid(4, 6, prefix=0)


def test_patterns_are_of_the_patches_and_of_units_in_between():
    probe = probed(vision_transformer())
    chosen = [one.path for one in spread_layers(probe, 4)]
    assert chosen[0] == "patches"
    units = [probe.model.get_layer(path).units for path in chosen[1:]]
    assert units == [32, 32]  # the wide layer of each MLP


def test_patterns_are_of_patches_that_a_dense_layer_embeds():
    image = keras.Input(SIZE)
    patches = L.Reshape((24, 192))(image)
    tokens = L.Dense(16, name="patches")(patches)
    wide = L.Dense(32, name="wide")(L.Dense(16, name="narrow")(tokens))
    pooled = L.GlobalAveragePooling1D()(L.Dense(16)(wide))
    probe = probed(keras.Model(image, L.Dense(3)(pooled)))
    chosen = [one.path for one in spread_layers(probe, 4)]
    assert chosen == ["patches", "wide"]


def conv_next() -> keras.Model:
    """Return blocks of a depthwise convolution and an MLP, place by place."""
    image = keras.Input(SIZE)
    x = L.Conv2D(8, 4, strides=4, name="stem")(image)
    for block in range(3):
        options = {"padding": "same", "name": f"gather_{block}"}
        if block:
            y = L.DepthwiseConv2D(7, **options)(x)
        else:  # as keras.applications writes it
            y = L.Conv2D(8, 7, groups=8, **options)(x)
        y = L.Dense(32, name=f"wide_{block}")(L.LayerNormalization()(y))
        y = L.Dense(8, name=f"narrow_{block}")(L.Activation("gelu")(y))
        x = L.Add()([x, y])
    return classifier(image, x)


def test_patterns_are_of_the_units_of_an_mlp_on_a_map():
    chosen = [one.path for one in spread_layers(probed(conv_next()), 4)]
    assert chosen == ["stem", "wide_0", "wide_1", "wide_2"]


def test_units_on_a_map_are_drawn_and_marked_with_their_number():
    model = conv_next()
    found = filter_patterns(model, "wide_1", [31], steps=2)
    assert found.filters == (31,) and found.status == ("live",)
    cells = {line.split()[0]: line.split() for line in layer_tree(model)[3:-3]}
    assert cells["wide_1"][-3:] == ["32", "auto", "yes"]
    assert cells["narrow_1"][-1] == "yes" and "auto" not in cells["narrow_1"]
    assert cells["gather_1"][-3:] == ["8", "yes", "yes"]


def test_queries_keys_and_values_in_one_layer_are_no_units():
    """Swin makes them in windows, of which an image has many."""
    image = keras.Input(SIZE)
    tokens = L.Reshape((24, 16))(L.Conv2D(16, 8, strides=8, name="cut")(image))
    parts = keras.ops.split(L.Dense(48, name="qkv")(tokens), 3, axis=-1)
    mixed = L.Attention()(parts)
    mixed = L.Dense(32, activation="gelu", name="wide")(mixed)
    model = keras.Model(image, L.Dense(3)(L.GlobalAveragePooling1D()(mixed)))
    chosen = [one.path for one in spread_layers(probed(model), 4)]
    assert chosen == ["cut", "wide"]


def test_gates_of_whole_channels_are_no_units():
    image = keras.Input(SIZE)
    x = L.Conv2D(8, 3, name="conv")(image)
    means = L.GlobalAveragePooling2D(keepdims=True)(x)
    gates = L.Dense(8, activation="sigmoid")(L.Dense(2)(means))
    probe = probed(classifier(image, x * gates))
    assert [one.path for one in spread_layers(probe, 4)] == ["conv"]


def test_the_tree_marks_what_is_taken_of_a_transformer():
    lines = layer_tree(vision_transformer())
    marks = {line.split()[0]: line.split()[-2:] for line in lines if line}
    assert marks["block_1"][-1] == "auto"
    assert marks["patches"] == ["auto", "yes"]


def test_tokens_of_a_model_that_scales_bytes_itself_are_found():
    """Pixels up to 1 are next to nothing there, and normalized to noise."""
    keras.utils.set_random_seed(3)
    image = keras.Input((64, 64, 3))
    patches = L.Conv2D(32, 8, 8)(L.Rescaling(1 / 255)(image))
    tokens = L.Reshape((64, 32))(patches)
    for block in (1, 2):
        normal = L.LayerNormalization()(tokens)
        mixed = L.MultiHeadAttention(2, 16)(normal, normal)
        tokens = L.Add()([tokens, mixed])
        wide = L.Dense(64, activation="gelu")(L.LayerNormalization()(tokens))
        tokens = L.Add(name=f"block_{block}")([tokens, L.Dense(32)(wide)])
    pooled = L.GlobalAveragePooling1D()(tokens)
    model = keras.Model(image, L.Dense(4)(pooled))
    probe = probe_model(model, model_input(model, None), (64, 64, 3))
    chosen = last_map(probe)
    assert chosen.located.path == "block_2"
    assert chosen.grid == TokenGrid(8, 8)


def test_a_grid_that_is_given_is_taken_or_refused():
    model = vision_transformer("mean")
    x = np.random.default_rng(0).uniform(size=(2, *SIZE)).astype("float32")
    given = grad_cam(model, x, layer="last_norm", tokens=TokenLayout((4, 6), 0))
    assert given.maps.shape == (2, 4, 6)
    with pytest.raises(ValueError, match="form no grid"):
        grad_cam(model, x, layer="last_norm", tokens=TokenLayout((5, 5)))
    with pytest.raises(ValueError, match=r"grid must be.*got \(0, 2\)"):
        grad_cam(model, x, tokens=TokenLayout((0, 2)))
    with pytest.raises(ValueError, match=r"prefix must be 0.*got -1"):
        grad_cam(model, x, tokens=TokenLayout(prefix=-1))


def test_attention_scores_are_refused_with_what_to_take():
    image = keras.Input(SIZE)
    tokens = L.Reshape((24, 16))(L.Conv2D(16, 8, strides=8)(image))
    mixed, scores = L.MultiHeadAttention(4, 8, name="attention")(
        tokens, tokens, return_attention_scores=True
    )
    seen = L.Conv2D(2, 1, name="of_scores")(scores)
    pooled = L.GlobalAveragePooling1D()(L.Add(name="sum")([tokens, mixed]))
    both = L.Concatenate()([pooled, L.GlobalAveragePooling2D()(seen)])
    model = keras.Model(image, L.Dense(3)(both))
    with pytest.raises(ValueError, match=r"map of the image.*'of_scores'"):
        map_at(probed(model), find_layer(model, "of_scores"))


@pytest.mark.parametrize("pooling", ["token", "mean"])
def test_tokens_are_explained_as_an_independent_computation_does(pooling):
    model = vision_transformer(pooling)
    x = np.random.default_rng(0).uniform(size=(2, *SIZE)).astype("float32")
    ours = grad_cam(model, x)
    tapped = model.get_layer(ours.layer)
    split = keras.Model(model.input, [tapped.output, model.output])
    with tf.GradientTape() as tape:
        tokens, scores = split(x, training=False)
        best = tf.reduce_max(scores, axis=1)
    gradient = tape.gradient(best, tokens)
    laid = [np.reshape(t[:, -24:], (2, 4, 6, 16)) for t in (tokens, gradient)]
    weights = laid[1].mean(axis=(1, 2), keepdims=True)
    raw = (weights * laid[0]).sum(axis=-1)  # zero is what the mean token has
    expected = np.maximum(raw - raw.mean(axis=(1, 2), keepdims=True), 0)
    np.testing.assert_allclose(ours.maps, expected, rtol=1e-4, atol=1e-6)


def test_pooled_tokens_are_noted_with_the_patches_before_attention():
    model = vision_transformer("mean")
    x = np.random.default_rng(0).uniform(size=(2, *SIZE)).astype("float32")
    [note] = [n for n in grad_cam(model, x).notes if "attention" in n]
    assert "tokens of 'last_norm'" in note
    before = model.layers[2].name  # a Reshape
    assert f"layers={before!r} with method='hires_cam'" in note
    patches = grad_cam(model, x, layer=before, method="hires_cam")
    assert patches.maps.shape == (2, 4, 6)
    assert not any("attention" in n for n in patches.notes)
    token = grad_cam(vision_transformer(), x)  # its last attention chooses
    assert not any("attention" in n for n in token.notes)


def test_a_sharp_spot_moves_the_heat_of_tokens_with_it():
    """The law that tokens lie where their patches lie."""
    model = vision_transformer("mean")
    spots = [(0, 0), (1, 4), (3, 5)]
    x = np.full((4, *SIZE), 0.5, "float32")
    for image, (row, column) in zip(x[1:], spots, strict=True):
        image[8 * row : 8 * row + 8, 8 * column : 8 * column + 8] = 1
    maps = grad_cam(model, x, target=0).maps  # for which a spot is evidence
    for index, spot in enumerate(spots, 1):
        changed = np.abs(maps[index] - maps[0])
        assert changed.max() > 0
        assert np.unravel_index(np.argmax(changed), changed.shape) == spot
