"""Faithfulness of heatmaps, where it is known what a model needs."""

import keras
import numpy as np
import pytest

from kerasviz_callbacks import (
    CaptureOptions,
    GradCAM,
    faithfulness_check,
)
from kerasviz_callbacks.heatmaps.trust.faithfulness import (
    Faithfulness,
    Masks,
    agreement,
    blurred,
    guesses,
)
from tests.kerasviz_callbacks.logs.written import all_steps, captures
from tests.kerasviz_callbacks.networks.training import (
    X,
    Y,
    explaining,
    fit,
    plain_network,
)

L = keras.layers
SIDE = 32


def corner_model() -> keras.Model:
    """Return a model whose first class needs sharp dots at the upper left."""
    image = keras.Input((SIDE, SIDE, 3))
    corner = np.zeros((1, SIDE, SIDE, 1), "float32")
    corner[:, : SIDE // 2, : SIDE // 2] = 1
    kernel = np.full((3, 3, 3, 1), -1 / 24, "float32")
    kernel[1, 1] = 1 / 3
    dots = L.Conv2D(1, 3, padding="same", activation="relu", use_bias=False)
    seen = L.Multiply(name="seen")([dots(image), corner])
    dots.set_weights([kernel])
    pooled = L.GlobalAveragePooling2D()(seen)
    head = L.Dense(2, use_bias=False)
    model = keras.Model(image, head(pooled))
    head.set_weights([np.array([[100.0, 0.0]], "float32")])
    return model


def dotted(count: int) -> np.ndarray:
    rng = np.random.default_rng(2)
    return (rng.uniform(size=(count, SIDE, SIDE, 3)) > 0.7).astype("float32")


def test_a_map_of_what_is_needed_is_faithful_and_the_centre_is_not():
    found = faithfulness_check(corner_model(), dotted(4), [0] * 4)
    [path] = found.maps
    assert found.maps[path].min() > 0.8
    assert found.maps[path].mean() > found.guesses["centre"].mean() + 0.3
    assert abs(found.guesses["random"].mean()) < 0.6
    assert found.beats_centre(path) is True
    assert "are more faithful than a bump in the center" in repr(found)


def test_masks_are_smooth_halves_that_a_seed_repeats():
    masks = Masks.drawn(8, (20, 30), 3).masks
    assert masks.shape == (8, 20, 30)
    np.testing.assert_allclose(masks.mean(axis=(1, 2)), 0.5, atol=0.01)
    borders = np.abs(np.diff(masks.astype(int), axis=2)).sum(axis=(1, 2))
    assert borders.max() < 20 * 8  # noise by pixels has 290
    np.testing.assert_array_equal(masks, Masks.drawn(8, (20, 30), 3).masks)


def test_heat_under_a_mask_and_loss_agree_by_rank():
    masks = Masks.drawn(16, SIDE)
    maps = np.random.default_rng(0).uniform(size=(3, 4, 4)).astype("float32")
    heat = masks.heat(maps)
    losses = np.stack([heat[0] ** 3, -heat[1], heat[2]])
    maps[2] = 0  # no evidence
    np.testing.assert_allclose(
        agreement(maps, masks, losses), [1, -1, np.nan], atol=1e-6
    )


def test_blur_is_the_mean_of_a_square():
    image = np.random.default_rng(0).normal(size=(1, 12, 15, 2))
    soft = blurred(image.astype("float32"))
    padded = np.pad(image, [(0, 0), (1, 1), (2, 2), (0, 0)], mode="edge")
    for row, column in [(0, 0), (5, 7), (11, 14)]:
        square = padded[0, row : row + 3, column : column + 5]
        expected = square.mean(axis=(0, 1))
        np.testing.assert_allclose(soft[0, row, column], expected, atol=1e-6)


def test_guesses_know_the_image_and_no_model():
    images = np.zeros((2, 9, 9, 1), "float32")
    images[1, :, 5:] = 1
    maps = guesses(images)
    for one in maps["centre"]:
        assert np.unravel_index(one.argmax(), one.shape) == (4, 4)
    assert not maps["edges"][0].any()
    assert maps["edges"][1].sum(axis=0).argmax() in (4, 5)


@pytest.mark.parametrize(
    ("maps", "expected"),
    [([0.5, 0.6, 0.7], True), ([0.1, 0.5, 0.3], False), ([0.5], None)],
)
def test_the_verdict_needs_more_than_the_centre(maps, expected):
    others = np.full(len(maps), 0.3)
    found = Faithfulness({"a": np.array(maps)}, {"centre": others}, 32)
    assert found.beats_centre("a") is expected


def measured(log_dir) -> list[bool]:
    """Return which captures hold the faithfulness of their heatmaps."""
    return ["faithfulness" in one.maps[0].measures for one in captures(log_dir)]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"budget": None}, [False, False, True]),
        ({"budget": 0.05}, [False, False, True]),
        ({"budget": 1e-6, "grace_s": 0}, [False] * 2),
        ({"budget": None, "faithfulness": False}, [False] * 3),
    ],
)
def test_the_last_capture_has_it_where_there_is_time(
    tmp_path, options, expected
):
    fit(plain_network(), explaining(tmp_path, X[:4], **options))
    assert measured(tmp_path) == expected


def test_a_training_that_is_stopped_has_it_too(tmp_path):
    class Stopping(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch == 1

    fit(plain_network(), Stopping(), explaining(tmp_path, X[:4]), epochs=9)
    assert measured(tmp_path) == [False, False, True]


def test_a_second_fit_begins_without_it(tmp_path):
    model, watching = plain_network(), explaining(tmp_path, X[:4])
    fit(model, watching, epochs=1)
    fit(model, watching, epochs=3, initial_epoch=1)
    assert measured(tmp_path) == [False, True, False, True]
    steps = all_steps(tmp_path, "python")
    assert steps["kerasviz/faithfulness/grad_cam/conv2"] == [4, 12]


def test_a_training_records_it_when_asked_and_is_not_changed(tmp_path, capsys):
    model, plain = plain_network(), plain_network()
    plain.set_weights(model.get_weights())
    options = CaptureOptions(faithfulness=True)
    fit(model, GradCAM(tmp_path, X[:4], Y[:4], options=options), epochs=1)
    assert "a faithfulness check at the end" in capsys.readouterr().out
    *_, last = captures(tmp_path)
    assert last.reason == "sanity check"
    [layer] = last.maps
    assert len(layer.measures["faithfulness"]) == 4
    assert len(layer.measures["faithfulness_centre"]) == 4
    assert any(note.startswith("Faithfulness: ") for note in last.notes)
    fit(plain, epochs=1)
    for one, other in zip(model.weights, plain.weights, strict=True):
        np.testing.assert_array_equal(one, other)
