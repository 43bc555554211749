"""Detectors, replicas and every method explain all paths, too."""

import keras
import numpy as np
import pytest

from kerasviz_callbacks import grad_cam
from kerasviz_callbacks.commands.layers.tree import layer_tree
from kerasviz_callbacks.model import model_input, probe_model
from tests.kerasviz_callbacks.model.maps.test_parallel import (
    SIZE,
    conv,
    images,
    pyramid,
    two_backbones,
)
from tests.kerasviz_callbacks.networks.two_replicas import replicated

L = keras.layers


def detector() -> keras.Model:
    """Return a head of classes over the levels of a feature pyramid."""
    keras.utils.set_random_seed(4)
    image = keras.Input(SIZE)
    c3 = conv("c3", 4)(image)
    c4 = conv("c4", 2)(c3)
    p4 = L.Conv2D(6, 1, name="p4")(c4)
    above = L.UpSampling2D(2)(p4)
    p3 = L.Add(name="p3")([L.Conv2D(6, 1, name="side")(c3), above])
    hidden = conv("hidden")
    classes = L.Conv2D(4, 3, padding="same", name="classes")
    boxes = L.Conv2D(4, 3, padding="same", name="boxes")

    def over_levels(layers, count):
        flat = []
        for level in (p3, p4):
            tensor = level
            for layer in layers:
                tensor = layer(tensor)
            flat.append(L.Reshape((-1, count))(tensor))
        return L.Concatenate(axis=1)(flat)

    outputs = {
        "boxes": over_levels([boxes], 4),
        "class_scores": over_levels([hidden, classes], 4),
    }
    model = keras.Model(image, outputs)
    focal = keras.losses.BinaryFocalCrossentropy(from_logits=True)
    model.compile("sgd", {"boxes": "huber", "class_scores": focal})
    return model


def test_a_detection_is_explained_at_the_level_that_makes_it():
    """The scores of a level are the answer; what explains it lies before."""
    model = detector()
    found = grad_cam(model, images())
    assert found.parts == ("hidden (call 1)", "hidden (call 2)")
    scores = model(images())["class_scores"].numpy().max(-1)
    is_fine = scores.argmax(axis=1) < 8 * 12
    probe = probe_model(model, model_input(model, None), SIZE)
    calls = probe.calls_of(model.get_layer("hidden"))
    levels = [call.shape[1] == 8 for call in calls]  # Keras orders the calls
    expected = np.stack([is_fine == level for level in levels], axis=1)
    known = np.isfinite(found.shares).all(axis=1)
    assert known.any()
    np.testing.assert_array_equal(found.shares[known], expected[known])


def test_the_tree_of_layers_marks_all_that_the_default_takes():
    model, _ = two_backbones()
    lines = layer_tree(model)
    marked = [line.split()[0] for line in lines if line.endswith("auto")]
    assert set(marked) == {"coarse", "fine"}


def test_paths_on_two_replicas_give_what_one_gives():
    model = replicated(lambda: pyramid(is_shared=False)[0])
    plain, _ = pyramid(is_shared=False)
    plain.set_weights(model.get_weights())
    one, other = grad_cam(model, images(4)), grad_cam(plain, images(4))
    assert one.parts == other.parts == ("p3", "p4", "p5")
    np.testing.assert_allclose(
        one.maps, other.maps, atol=1e-5 * other.maps.max()
    )


@pytest.mark.parametrize(
    "method", ["hires_cam", "grad_cam_plus_plus", "layer_cam", "x_grad_cam"]
)
def test_every_method_puts_two_equal_paths_on_one_scale(method):
    """A path that is twice as coarse has the same share of the evidence."""
    image = keras.Input(SIZE)
    ones = {"kernel_initializer": "ones", "use_bias": False}
    sides = []
    for size in (2, 4):
        mean = L.AveragePooling2D(size)(image)
        mean = L.Conv2D(1, 1, name=f"by_{size}", **ones)(mean)
        sides.append(L.GlobalAveragePooling2D()(mean))
    score = L.Dense(1, kernel_initializer="ones")(L.Concatenate()(sides))
    model = keras.Model(image, score)
    found = grad_cam(model, np.ones((1, *SIZE), np.float32), method=method)
    assert set(found.parts) == {"by_2", "by_4"}
    np.testing.assert_allclose(found.shares, [[0.5, 0.5]], rtol=1e-4)
