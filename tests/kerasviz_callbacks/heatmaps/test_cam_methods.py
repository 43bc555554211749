"""Every method against plain loops over one image, and by hand."""

import math

import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks.heatmaps.methods import METHODS, find_method
from tests.kerasviz_callbacks.networks.plain_methods import PLAIN

RNG = np.random.default_rng(5)
FLAT = RNG.uniform(0, 2, (3, 5, 4, 6)).astype("float32")  # more cells
DEEP = RNG.uniform(0, 2, (3, 2, 3, 9)).astype("float32")  # more channels


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("activations", [FLAT, DEEP], ids=["flat", "deep"])
def test_method_is_the_plain_formula(name, activations):
    gradients = RNG.normal(0, 1, activations.shape).astype("float32")
    found = _raw(name, activations, gradients)
    for one, a, g in zip(found, activations, gradients, strict=True):
        expected = PLAIN[name](a.astype(float), g.astype(float))
        largest = np.abs(expected).max()
        np.testing.assert_allclose(one, expected, atol=1e-5 * largest)


def test_every_method_is_compared():
    assert set(PLAIN) == set(METHODS)


def test_one_channel_is_weighed_by_hand():
    a = np.array([[1, 3]], "float32").reshape(1, 1, 2, 1)
    g = np.array([[2, -1]], "float32").reshape(1, 1, 2, 1)
    # alpha of the first cell: 4 / (8 + 4 * 8) = 0.1, times 2
    weights = {"grad_cam": 0.5, "grad_cam_plus_plus": 0.2, "x_grad_cam": -0.25}
    for name, weight in weights.items():
        expected = [[[weight * 1, weight * 3]]]
        np.testing.assert_allclose(_raw(name, a, g), expected, rtol=1e-6)
    assert _raw("hires_cam", a, g).tolist() == [[[2, -3]]]
    assert _raw("layer_cam", a, g).tolist() == [[[2, 0]]]


@pytest.mark.parametrize("name", METHODS)
def test_silent_channels_and_zero_gradients_are_no_accident(name):
    activations, gradients = FLAT.copy(), np.ones_like(FLAT)
    activations[..., 2] = 0
    gradients[..., 3] = 0
    assert np.isfinite(_raw(name, activations, gradients)).all()
    nothing = _raw(name, 0 * FLAT, gradients)
    np.testing.assert_array_equal(nothing, np.zeros(FLAT.shape[:3]))


@pytest.mark.parametrize("name", METHODS)
def test_an_image_that_is_not_finite_spoils_no_other(name):
    activations = FLAT.copy()
    activations[1, 0, 0, 0] = math.nan
    gradients = RNG.normal(0, 1, FLAT.shape).astype("float32")
    found = _raw(name, activations, gradients)
    alone = _raw(name, FLAT, gradients)
    assert np.isnan(found[1, 0, 0])
    np.testing.assert_allclose(found[[0, 2]], alone[[0, 2]], rtol=1e-5)


LINEAR = ["grad_cam", "hires_cam", "layer_cam", "fused_cam"]


@pytest.mark.parametrize("name", LINEAR)
def test_what_all_tokens_hold_alike_is_no_evidence(name):
    gradients = RNG.normal(0, 1, FLAT.shape).astype("float32")
    shared = RNG.normal(0, 3, (3, 1, 1, 6)).astype("float32")
    found = _of_tokens(name, FLAT, gradients)
    moved = _of_tokens(name, FLAT + shared, gradients)
    np.testing.assert_allclose(moved, found, atol=1e-4)
    alike = _of_tokens(name, 0 * FLAT + shared, gradients)
    np.testing.assert_array_equal(alike, np.zeros(FLAT.shape[:3]))


@pytest.mark.parametrize("name", LINEAR)
def test_tokens_are_compared_with_their_mean(name):
    gradients = RNG.normal(0, 1, FLAT.shape).astype("float32")
    centered = FLAT - FLAT.mean(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(
        _of_tokens(name, FLAT, gradients),
        _raw(name, centered, gradients),
        atol=1e-4,
    )


@pytest.mark.parametrize("name", sorted(set(METHODS) - set(LINEAR)))
def test_other_methods_take_tokens_as_they_are(name):
    gradients = RNG.normal(0, 1, FLAT.shape).astype("float32")
    np.testing.assert_array_equal(
        _of_tokens(name, FLAT, gradients), _raw(name, FLAT, gradients)
    )


def test_tokens_that_are_not_finite_stay_so():
    broken = FLAT.copy()
    broken[1, 2, 3, 4] = math.nan
    found = _of_tokens("grad_cam", broken, np.ones_like(FLAT))
    assert np.isnan(found[1]).all() and np.isfinite(found[[0, 2]]).all()


def test_tiny_gradients_do_not_underflow():
    gradients = np.full(FLAT.shape, 1e-25, "float32")  # squared: 0
    found = _raw("grad_cam_plus_plus", FLAT, gradients)
    # alpha is 1/2 there: half the sum of 20 gradients
    expected = 10 * 1e-25 * FLAT.astype(float).sum(-1)
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_an_unknown_method_lists_those_there_are():
    with pytest.raises(ValueError, match=r"'hires_cam'.* got 'guided'"):
        find_method("guided")


def _of_tokens(name, tokens, gradients) -> np.ndarray:
    method = find_method(name)
    return method.of_tokens(
        tf.constant(tokens, tf.float32), tf.constant(gradients, tf.float32)
    ).numpy()


def _raw(name: str, activations: np.ndarray, gradients: np.ndarray):
    raw = tf.function(find_method(name).raw)
    return raw(tf.constant(activations), tf.constant(gradients)).numpy()


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("gradcam", "grad_cam"),
        ("Grad-CAM", "grad_cam"),
        ("gradcam++", "grad_cam_plus_plus"),
        ("GradCAMPlusPlus", "grad_cam_plus_plus"),
        ("HiResCAM", "hires_cam"),
        ("xgradcam", "x_grad_cam"),
        ("eigen-cam", "eigen_cam"),
    ],
)
def test_a_name_as_papers_write_it_suggests_the_method(given, meant):
    with pytest.raises(ValueError, match=f"Did you mean '{meant}'"):
        find_method(given)
