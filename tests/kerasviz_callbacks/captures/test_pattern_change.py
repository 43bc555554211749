"""How much a layer changed between two captures, by numbers made by hand."""

import numpy as np
import pytest

from kerasviz_callbacks.captures.filters.change import (
    LayerState,
    filter_changes,
    layer_change,
    no_change,
    no_layer_change,
)
from kerasviz_callbacks.patterns.excitation import Excitation

RANDOM = np.random.default_rng(0)
PICTURES = RANDOM.integers(0, 256, (2, 8, 8, 3), dtype=np.uint8)
WEIGHTS = np.array([[3.0, 4.0], [1.0, 0.0]], "float32")
MEANS = np.array([[0, 1], [2, 1], [0, 1], [2, 1]], "float32")  # 4 images


def state(**changes) -> LayerState:
    """Return two filters of a layer with three, on four images."""
    given = {
        "filters": (0, 2),
        "images": PICTURES,
        "weights": WEIGHTS,
        "excitation": excitation(),
        "is_finite": np.array([True, True]),
        **changes,
    }
    return LayerState(**given)


def excitation(means=MEANS, hashes=("a", "b", "c", "d")) -> Excitation:
    rest = RANDOM.normal(size=(len(means), 1))
    return Excitation(
        mean=means,
        lowest=means,
        highest=means,
        peak=means,
        place=np.zeros(means.shape, int),
        features=np.concatenate([means, rest], axis=1),
        layer_peak=2.0,
        hashes=hashes,
        crop_image=np.zeros(2, int),
        crop_box=np.zeros((2, 4)),
    )


def changes(now, then, unit=None) -> dict[str, np.ndarray]:
    return filter_changes(now, then, "previous", unit or then or now)


def test_weights_change_by_a_share_of_their_length():
    now = state(weights=np.array([[3.0, 4.5], [1.0, 1.0]], "float32"))
    measured = changes(now, state())["weight_change_previous"]
    np.testing.assert_allclose(measured, [0.1, 1.0])


def test_weights_that_were_zero_have_no_relative_change():
    measured = changes(state(), state(weights=0 * WEIGHTS))
    assert np.isnan(measured["weight_change_previous"]).all()


def test_layer_without_weights_has_no_change_of_them():
    bare = state(weights=None)
    measured = [changes(bare, bare), no_change(bare, "previous")]
    for one in measured:
        assert np.isnan(one["weight_change_previous"]).all()


def test_answers_change_in_deviations_over_the_images_at_the_baseline():
    unit = state(excitation=excitation(MEANS * [4, 1]))  # deviation 4
    now = state(excitation=excitation(MEANS + 3))
    measured = changes(now, state(), unit)["held_out_change_previous"]
    assert measured[0] == pytest.approx(3 / 4)
    assert np.isnan(measured[1])  # the same on all images then: no unit


def test_answers_to_other_images_are_not_compared():
    other = state(excitation=excitation(hashes=("a", "b", "c", "e")))
    assert np.isnan(changes(state(), other)["held_out_change_previous"]).all()
    assert np.isnan(layer_change(state(), other, "previous")["cka_previous"])


def test_other_filters_are_not_compared():
    measured = changes(state(), state(filters=(0, 1)))
    assert all(np.isnan(values).all() for values in measured.values())


def test_pictures_of_another_size_are_not_compared():
    small = state(images=PICTURES[:, :4])
    measured = changes(state(), small)
    assert np.isnan(measured["correlation_previous"]).all()
    assert np.isfinite(measured["weight_change_previous"]).all()


def test_first_capture_has_the_names_and_no_numbers():
    measured = changes(state(), None)
    assert measured.keys() == changes(state(), state()).keys()
    assert all(np.isnan(values).all() for values in measured.values())
    assert np.isnan(layer_change(state(), None, "previous")["cka_previous"])


def test_without_images_there_is_nothing_of_them():
    bare = state(excitation=None)
    names = {"correlation", "spectrum_correlation", "weight_change"}
    expected = {f"{name}_previous" for name in names}
    assert changes(bare, bare).keys() == expected
    assert no_change(bare, "previous").keys() == expected
    assert layer_change(bare, bare, "previous") == {}
    assert no_layer_change(bare, "previous") == {}


def test_no_change_is_what_a_comparison_with_itself_gives():
    whole = state(excitation=excitation(MEANS * [1, 2] + RANDOM.random((4, 2))))
    compared, told = changes(whole, whole), no_change(whole, "previous")
    assert compared.keys() == told.keys()
    for name, values in told.items():
        np.testing.assert_allclose(compared[name], values, atol=1e-12)
    one = layer_change(whole, whole, "previous")["cka_previous"]
    other = no_layer_change(whole, "previous")["cka_previous"]
    assert one == pytest.approx(other)
