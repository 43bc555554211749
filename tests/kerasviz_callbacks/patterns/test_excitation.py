"""What held-out images say of filters, and where in them they fire.

That every kind of model answers as its explicit network is `test_ascent.py`'s.
"""

import keras
import numpy as np
import pytest

from kerasviz_callbacks import Preset, filter_patterns
from kerasviz_callbacks.patterns.excitation import MIN_SIDE_PX, box_around
from tests.kerasviz_callbacks.networks.zoo import images

L = keras.layers
PATCH_PX = 10
CROSS = np.minimum(abs(np.arange(10) - 4.5)[:, None], abs(np.arange(10) - 4.5))


def crosses(places: list[tuple[int, int]], size: int = 64) -> np.ndarray:
    """Return a grey image per place, with a bright cross there."""
    pictures = np.full((len(places), size, size, 3), 0.2, "float32")
    for picture, (top, left) in zip(pictures, places, strict=True):
        region = slice(top, top + PATCH_PX), slice(left, left + PATCH_PX)
        picture[region] = np.where(CROSS < 1, 1.0, 0.2)[..., None]
    return pictures


def cross_detector(depth: int = 0) -> keras.Model:
    """Return a model whose layer `c` answers to the cross alone."""
    keras.utils.set_random_seed(0)
    kernel = np.where(CROSS < 1, 1.0, 0.0) - (CROSS < 1).mean()
    body = [L.AveragePooling2D(2) for _ in range(depth)]
    if depth:
        kernel = kernel[::2, ::2]
    made = L.Conv2D(1, len(kernel), padding="same", name="c")
    model = keras.Sequential([keras.Input((64, 64, 3)), *body, made])
    kernel = np.repeat(kernel[..., None, None], 3, axis=2)
    made.set_weights([kernel, np.array([-1.0])])
    made.activation = keras.activations.relu
    return model


def drawn(model, pictures, layer="c", filters=1, **options):
    options = {"steps": 1, "images": pictures, **options}
    return filter_patterns(model, layer, filters, **options)


@pytest.mark.parametrize("place", [(20, 30), (0, 0), (54, 3), (7, 54)])
@pytest.mark.parametrize("depth", [0, 1])
def test_crop_covers_what_the_filter_looks_for(place, depth):
    elsewhere = crosses([(0, 0)])
    elsewhere[:] = 0.2
    pictures = np.concatenate([elsewhere, crosses([place]), elsewhere])
    found = drawn(cross_detector(depth), pictures)
    assert found.crop_image.tolist() == [1]
    left, upper, right, lower = found.crop_box[0] * 64
    middle = np.array(place) + PATCH_PX / 2
    assert left < middle[1] < right and upper < middle[0] < lower
    assert max(right - left, lower - upper) < 3 * PATCH_PX
    assert min(left, upper) >= 0 and max(right, lower) <= 64


def test_filter_that_no_image_excites_has_no_crop():
    found = drawn(cross_detector(), np.zeros((3, 64, 64, 3), "float32"))
    assert found.crop_image.tolist() == [-1]
    assert np.isnan(found.crop_box).all()


def test_pattern_and_image_are_compared_by_the_same_number():
    model = cross_detector()
    first = filter_patterns(model, "c", 1, steps=3)
    again = drawn(model, first.raw, steps=3)
    np.testing.assert_allclose(again.held_out_best, first.objective, rtol=1e-4)
    np.testing.assert_allclose(again.held_out_peak, first.peak, rtol=1e-4)


def test_more_images_than_a_chunk_are_all_seen():
    pictures = np.concatenate([crosses([(20, 20)]) * 0] * 40)
    pictures[37] = crosses([(20, 20)])[0]
    assert drawn(cross_detector(), pictures).crop_image.tolist() == [37]


def test_preprocessing_is_done_as_for_the_canvas():
    model, pictures = cross_detector(), crosses([(20, 30)])
    plain = drawn(model, pictures)
    scaled = drawn(model, pictures * 255, preprocess=lambda x: x / 255.0)
    np.testing.assert_allclose(
        scaled.held_out_best, plain.held_out_best, rtol=1e-5
    )


def test_patterns_are_painted_in_the_range_of_the_images():
    model, pictures = cross_detector(), crosses([(20, 30)])
    assert drawn(model, pictures).raw.max() <= 1
    assert drawn(model, np.uint8(pictures * 255)).raw.max() > 100


def test_images_outside_the_range_given_are_refused():
    pictures = np.uint8(crosses([(20, 30)]) * 255)
    with pytest.raises(ValueError, match=r"value_range, \(0.0, 1.0\) — they"):
        drawn(
            cross_detector(), pictures, preset=Preset.steady(value_range=(0, 1))
        )


def test_images_of_another_size_than_the_canvas_keep_theirs():
    inputs = keras.Input((None, None, 3))
    model = keras.Model(inputs, L.Conv2D(2, 3, name="c")(inputs))
    found = drawn(model, images(2, size=30), preset=Preset.steady(size=16))
    assert found.raw.shape == (1, 16, 16, 3)
    assert found.crop_image[0] in (0, 1)


def test_unused_model_is_built_from_the_images():
    model = keras.Sequential([L.Conv2D(2, 3, name="c")])
    assert drawn(model, images(2, size=14)).status == ("live",)


def test_bytes_of_share_for_a_model_of_bytes_are_refused():
    inputs = keras.Input((20, 20, 3))
    scaled = L.Rescaling(1 / 255)(inputs)
    model = keras.Model(inputs, L.Conv2D(2, 3, name="c")(scaled))
    with pytest.raises(ValueError, match="expects pixels from 0 to 255"):
        drawn(model, images(2))


def test_images_of_another_size_than_the_model_are_refused():
    with pytest.raises(ValueError, match=r"takes, \(64, 64, 3\).*\(20, 20, 3"):
        drawn(cross_detector(), images(2))


def test_box_of_an_even_patch_is_a_little_larger_than_it():
    weights = np.zeros((1, 50, 80))
    weights[0, 10:30, 40:70] = 1
    left, upper, right, lower = box_around(weights)[0] * [80, 50, 80, 50]
    assert (left + right) / 2 == pytest.approx(55)
    assert (upper + lower) / 2 == pytest.approx(20)
    assert 1 < (right - left) / 30 < 1.2
    assert 1 < (lower - upper) / 20 < 1.2


def test_box_of_a_point_is_large_enough_to_see():
    weights = np.zeros((2, 40, 40))
    weights[0, 20, 30] = weights[1, 0, 39] = 1
    boxes = box_around(weights) * 40
    sides = np.stack([boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]])
    np.testing.assert_allclose(sides, MIN_SIDE_PX)
    np.testing.assert_allclose(boxes[1], [32, 0, 40, 8])


def test_box_in_an_image_of_a_few_pixels_is_the_image():
    box = box_around(np.ones((1, 4, 5)))[0]
    np.testing.assert_allclose(box, [0, 0, 1, 1])
