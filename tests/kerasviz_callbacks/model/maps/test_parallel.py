"""Where the answer comes by several paths, all of them are one heatmap."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import CaptureOptions, GradCAM, grad_cam
from tests.kerasviz_callbacks.logs.written import captures

L = keras.layers
SIZE = (32, 48, 3)


def images(count: int = 3) -> np.ndarray:
    rng = np.random.default_rng(1)
    return rng.uniform(size=(count, *SIZE)).astype("float32")


def conv(name: str, strides: int = 1, filters: int = 6):
    return L.Conv2D(
        filters, 3, strides, padding="same", activation="relu", name=name
    )


def ended(image, pooled) -> keras.Model:
    scores = L.Dense(3, name="head")(pooled)
    return keras.Model(image, L.Softmax()(scores))


def pooled(*maps):
    each = [L.GlobalAveragePooling2D()(one) for one in maps]
    return L.Concatenate()(each) if len(each) > 1 else each[0]


def reference(model, x, maps, above):
    """Return signed maps of each tensor, the others held fixed."""
    taken = [keras.Model(model.input, one)(x) for one in maps]
    found = []
    for index, one in enumerate(taken):
        with tf.GradientTape() as tape:
            tape.watch(one)
            given = [one if i == index else t for i, t in enumerate(taken)]
            logits = above(given)
            score = tf.reduce_sum(tf.reduce_max(logits, axis=-1))
        weights = tf.reduce_mean(tape.gradient(score, one), [1, 2])
        raw = tf.einsum("nhwc,nc->nhw", one, weights)
        found.append(raw.numpy())
    return found


def added(raws, size):
    """Return ReLU of the sum, each cell's value shared among small ones."""
    total = 0
    for raw in raws:
        large = tf.image.resize(raw[..., None], size)[..., 0].numpy()
        total = total + large * raw[0].size / (size[0] * size[1])
    return np.maximum(total, 0)


def two_backbones():
    keras.utils.set_random_seed(0)
    image = keras.Input(SIZE)
    coarse = conv("coarse", 2)(conv("coarse_stem", 4)(image))
    fine = conv("fine", 2)(conv("fine_stem", 2)(image))
    return ended(image, pooled(coarse, fine)), [coarse, fine]


def test_two_backbones_are_drawn_together():
    model, tensors = two_backbones()

    def above(given):
        means = [tf.reduce_mean(one, [1, 2]) for one in given]
        return model.get_layer("head")(tf.concat(means, -1))

    found = grad_cam(model, images())
    raws = reference(model, images(), tensors, above)
    assert set(found.parts) == {"coarse", "fine"}
    expected = added(raws, (8, 12))
    np.testing.assert_allclose(found.maps, expected, atol=1e-5 * expected.max())
    amounts = [np.maximum(raw, 0).sum((1, 2)) for raw in raws]
    for name, amount in zip(("coarse", "fine"), amounts, strict=True):
        share = found.shares[:, found.parts.index(name)]
        np.testing.assert_allclose(share, amount / sum(amounts), rtol=1e-4)


def two_answers():
    """Return two backbones with an answer each."""
    keras.utils.set_random_seed(0)
    image = keras.Input(SIZE)
    coarse = conv("coarse", 2)(conv("coarse_stem", 4)(image))
    fine = conv("fine", 2)(conv("fine_stem", 2)(image))
    outputs = {
        name: L.Dense(1, name=name)(pooled(one))
        for name, one in (("a", coarse), ("b", fine))
    }
    return keras.Model(image, outputs), [coarse, fine]


def test_a_function_of_two_answers_is_drawn_on_the_paths_to_both():
    model, tensors = two_answers()

    def above(given):
        means = [tf.reduce_mean(one, [1, 2]) for one in given]
        heads = [model.get_layer(name) for name in ("a", "b")]
        return heads[0](means[0]) - 2 * heads[1](means[1])

    found = grad_cam(
        model, images(), target=lambda out: out["a"][:, 0] - 2 * out["b"][:, 0]
    )
    assert set(found.parts) == {"coarse", "fine"}
    expected = added(reference(model, images(), tensors, above), (8, 12))
    np.testing.assert_allclose(found.maps, expected, atol=1e-5 * expected.max())


@pytest.mark.parametrize(("name", "layer"), [("a", "coarse"), ("b", "fine")])
def test_a_function_that_uses_one_of_two_answers_is_drawn_on_its_path(
    name, layer
):
    model, _ = two_answers()
    found = grad_cam(model, images(), target=lambda out: out[name][:, 0])
    assert (found.layer, found.parts) == (layer, ())
    named = grad_cam(model, images(), output=name, target=lambda out: out[:, 0])
    np.testing.assert_array_equal(found.maps, named.maps)


def test_answers_of_an_early_and_a_late_map_are_drawn_on_both():
    image = keras.Input(SIZE)
    trunk = conv("trunk", 4)(image)
    means = L.Dense(1, name="near")(pooled(trunk))
    far = L.Dense(1, name="far")(pooled(conv("side")(trunk)))
    model = keras.Model(image, [means, far])
    found = grad_cam(
        model, images(), target=lambda out: out[0][:, 0] + out[1][:, 0]
    )
    assert set(found.parts) == {"trunk", "side"}


def test_a_method_that_cannot_add_says_which_answer_it_leaves_out():
    model, _ = two_answers()
    found = grad_cam(
        model,
        images(),
        method="eigen_cam",
        target=lambda out: out["a"][:, 0] + out["b"][:, 0],
    )
    assert any("does not show the evidence" in note for note in found.notes)


def test_branches_give_what_their_concatenation_gives():
    """The same function of the image has the same heatmap."""
    keras.utils.set_random_seed(2)
    image = keras.Input(SIZE)
    left, right = (conv(name, 4)(image) for name in ("left", "right"))
    apart = ended(image, pooled(left, right))
    keras.utils.set_random_seed(2)
    image = keras.Input(SIZE)
    left, right = (conv(name, 4)(image) for name in ("left", "right"))
    joined = ended(image, pooled(L.Concatenate()([left, right])))
    joined.set_weights(apart.get_weights())
    one, other = grad_cam(apart, images()), grad_cam(joined, images())
    assert set(one.parts) == {"left", "right"}
    assert other.parts == ()
    np.testing.assert_allclose(
        one.maps, other.maps, atol=1e-5 * other.maps.max()
    )


def pyramid(is_shared: bool = True):
    """Return a head over three levels, each of which feeds the next."""
    keras.utils.set_random_seed(5)
    image = keras.Input(SIZE)
    p3 = conv("p3", 2)(image)
    p4 = conv("p4", 2)(p3)
    p5 = conv("p5", 2)(p4)
    heads = [conv("shared")] * 3 if is_shared else [lambda x: x] * 3
    maps = [head(x) for head, x in zip(heads, (p3, p4, p5), strict=True)]
    summed = L.Add()([L.GlobalAveragePooling2D()(one) for one in maps])
    return ended(image, summed), maps


def summed_above(model):
    def above(given):
        means = [tf.reduce_mean(one, [1, 2]) for one in given]
        return model.get_layer("head")(tf.add_n(means))

    return above


@pytest.mark.parametrize("layer", [None, "shared"])
def test_every_call_of_a_shared_head_is_drawn(layer):
    model, tensors = pyramid()
    found = grad_cam(model, images(), layer=layer)
    assert found.layer == "shared"
    assert found.parts == tuple(f"shared (call {i})" for i in (1, 2, 3))
    raws = reference(model, images(), tensors, summed_above(model))
    expected = added(raws, (16, 24))
    np.testing.assert_allclose(found.maps, expected, atol=1e-5 * expected.max())


def test_what_comes_by_way_of_another_map_is_not_counted_twice():
    """p3 feeds p4: its part is what it gives the answer by itself."""
    model, tensors = pyramid(is_shared=False)
    found = grad_cam(model, images(), method="hires_cam")
    assert found.layer == "p3 + p4 + p5"
    # Averages are linear: partial evidence over all cells is the score.
    logits = keras.Model(model.input, model.get_layer("head").output)
    bias = model.get_layer("head").bias.numpy()
    assert np.ptp(bias) == 0
    raws = reference(model, images(), tensors, summed_above(model))
    total = sum(raw.sum((1, 2)) for raw in raws)
    np.testing.assert_allclose(
        total, logits(images()).numpy().max(-1), rtol=1e-4
    )
    expected = added(raws, (16, 24))
    plain = grad_cam(model, images())
    np.testing.assert_allclose(plain.maps, expected, atol=1e-5 * expected.max())


def test_a_layer_that_feeds_itself_is_shown_at_its_last_call():
    keras.utils.set_random_seed(1)
    image = keras.Input(SIZE)
    again = conv("again")
    tensor = conv("stem", 2)(image)
    for _ in range(3):
        tensor = again(tensor)
    model = ended(image, pooled(tensor))
    found = grad_cam(model, images(), layer="again")
    assert found.parts == ()

    def above(given):
        return model.get_layer("head")(tf.reduce_mean(given[0], [1, 2]))

    raws = reference(model, images(), [tensor], above)
    expected = np.maximum(raws[0], 0)
    np.testing.assert_allclose(found.maps, expected, atol=1e-5 * expected.max())


def tiled(model_of_tile: keras.Model) -> keras.Model:
    """Return a model that looks at the four quarters of the image."""
    image = keras.Input(SIZE)
    height, width, channels = SIZE[0] // 2, SIZE[1] // 2, SIZE[2]
    rows = L.Reshape((2, height, 2, width, channels))(image)
    tiles = L.Permute((1, 3, 2, 4, 5))(rows)
    tiles = L.Reshape((4, height, width, channels))(tiles)
    answers = L.TimeDistributed(model_of_tile, name="tiles")(tiles)
    return ended(image, L.Flatten()(answers))


def test_tiles_lie_where_they_come_from():
    keras.utils.set_random_seed(3)
    tile = keras.Input((16, 24, 3))
    inner = L.Conv2D(1, 1, use_bias=False, kernel_initializer="ones", name="c")
    per_tile = keras.Model(tile, L.GlobalAveragePooling2D()(inner(tile)))
    model = tiled(per_tile)
    model.get_layer("head").set_weights(
        [np.outer(np.ones(4), [3, 1, 0]), np.zeros(3)]
    )
    spot = np.zeros((1, *SIZE), np.float32)
    spot[0, 20:24, 30:36] = 1  # in the lower right quarter
    whole = grad_cam(model, spot)
    assert whole.layer == "tiles"
    np.testing.assert_array_equal(whole.maps[0] > 0, [[0, 0], [0, 1]])
    found = grad_cam(model, spot, layer="c")
    assert len(found.parts) == 4
    np.testing.assert_allclose(found.shares, [[0, 0, 0, 1]])
    np.testing.assert_allclose(
        found.maps[0] > 0, spot[0].sum(-1) > 0, err_msg="the spot's own place"
    )


def test_a_path_without_a_map_is_named():
    image = keras.Input(SIZE)
    flat = L.Flatten(name="flat")(image)
    both = L.Concatenate()([pooled(conv("conv", 4)(image)), flat])
    found = grad_cam(ended(image, both), images())
    assert found.layer == "conv"
    assert any("does not show" in n and "'flat'" in n for n in found.notes)


def test_a_method_that_cannot_be_added_names_what_it_leaves_out():
    model, _ = two_backbones()
    found = grad_cam(model, images(), method="eigen_cam")
    assert found.parts == ()
    assert any("does not show the evidence" in note for note in found.notes)


def test_a_map_that_all_paths_cross_stays_whole_before_small_steps():
    image = keras.Input(SIZE)
    trunk = conv("trunk", 4)(image)
    sides = [L.Conv2D(4, 1, name=f"side_{i}")(trunk) for i in range(2)]
    found = grad_cam(ended(image, pooled(*sides)), images())
    assert found.layer == "trunk"


def test_layers_that_are_named_are_drawn_one_by_one(tmp_path):
    model, _ = two_backbones()
    fitted(model, tmp_path, layers=["coarse", "fine"])
    assert [one.path for one in captures(tmp_path)[0].maps] == [
        "coarse",
        "fine",
    ]


def test_the_record_has_the_shares_of_every_row(tmp_path):
    model, _ = two_backbones()
    fitted(model, tmp_path)
    capture = captures(tmp_path)[0]
    [layer] = capture.maps
    assert layer.path == " + ".join(layer.parts)
    rows = np.array(layer.shares)
    assert rows.shape == (2, 3)
    np.testing.assert_allclose(rows.sum(axis=0), 1, rtol=1e-5)
    assert not any("by path" in note for note in capture.notes)


def fitted(model, folder, **options) -> None:
    model.compile("sgd", "sparse_categorical_crossentropy")
    raising = CaptureOptions(on_error="raise")
    draw = GradCAM(
        folder, images(), verbose=0, budget=None, options=raising, **options
    )
    model.fit(images(8), np.zeros(8), verbose=0, callbacks=[draw])


def test_a_block_whose_branches_meet_in_one_position_stays_whole():
    """At a small size the last block leaves a single position."""
    image = keras.Input(SIZE)
    trunk = conv("trunk", 8)(image)
    sides = [conv("deep", 1)(trunk), trunk]
    low = [L.Conv2D(4, (4, 6), name=f"low_{i}")(x) for i, x in enumerate(sides)]
    found = grad_cam(ended(image, pooled(L.Concatenate()(low))), images())
    assert found.layer == "trunk"
