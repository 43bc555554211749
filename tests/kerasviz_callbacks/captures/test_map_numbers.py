"""The numbers of heatmaps as a fit leaves them in the log."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import GradCAM, grad_cam
from kerasviz_callbacks.heatmaps.measures import (
    centre_distance,
    energy_inside,
    entropy,
    rank_correlation,
)
from kerasviz_callbacks.images.regions import box_coverage
from tb_plugin.contract import Capture
from tests.kerasviz_callbacks.logs.written import all_steps, captures
from tests.kerasviz_callbacks.networks.training import (
    SIZE,
    X,
    Y,
    arranged,
    fit,
    plain_network,
)

IMAGES, LABELS = X[:3], Y[:3, 0]
BOXES = np.array([[0, 0, 0.5, 1], [0.25, 0.25, 0.75, 0.75], [np.nan] * 4])
MASKS = np.zeros((3, SIZE, SIZE), bool)
MASKS[0, :, :8] = MASKS[1, 4:12, 4:12] = True  # as the boxes


def drawing(log_dir, images=IMAGES, **options) -> GradCAM:
    settings = {"labels": LABELS, "verbose": 0, "on_error": "raise"}
    settings["budget"] = None
    return GradCAM(log_dir, images, **arranged({**settings, **options}))


def measures_of(capture: Capture, name: str) -> np.ndarray:
    values = capture.maps[0].measures[name]
    return np.array([np.nan if v is None else v for v in values])


def test_record_has_the_numbers_of_the_very_maps(tmp_path):
    model = plain_network()
    fit(model, drawing(tmp_path, regions=BOXES), epochs=1)
    maps, last = grad_cam(model, IMAGES).maps, captures(tmp_path)[-1]
    inside = energy_inside(maps, box_coverage(BOXES, maps.shape[1:]))
    np.testing.assert_allclose(
        measures_of(last, "energy_inside"), inside, atol=1e-4
    )
    np.testing.assert_allclose(
        measures_of(last, "entropy"), entropy(maps), atol=1e-4
    )


def test_masks_give_what_the_same_boxes_give(tmp_path):
    model = plain_network()
    fit(model, drawing(tmp_path / "boxes", regions=BOXES), epochs=1)
    masked = drawing(tmp_path / "masks", regions=MASKS)
    fit(model, masked, epochs=1)
    by_box, by_mask = (captures(tmp_path / n) for n in ("boxes", "masks"))
    for name in ("energy_inside", "pointing_hit", "iou"):
        np.testing.assert_allclose(
            measures_of(by_mask[0], name), measures_of(by_box[-1], name)
        )


def test_without_regions_no_number_is_made_up(tmp_path):
    fit(plain_network(), drawing(tmp_path), epochs=1)
    names = set(captures(tmp_path)[0].maps[0].measures)
    assert "energy_inside" not in names
    assert {"entropy", "covered_area", "lower_right_energy"} <= names


def test_change_is_against_the_previous_capture_and_the_baseline(tmp_path):
    model, seen = plain_network(), []
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda *_: seen.append(grad_cam(model, IMAGES).maps)
    )
    before = grad_cam(model, IMAGES).maps
    fit(model, drawing(tmp_path), look)
    written = captures(tmp_path)
    assert np.isnan(measures_of(written[0], "rank_correlation_previous")).all()
    last = written[2]
    for since, maps in (("previous", seen[0]), ("baseline", before)):
        np.testing.assert_allclose(
            measures_of(last, f"rank_correlation_{since}"),
            rank_correlation(seen[1], maps),
            atol=1e-4,
        )
        np.testing.assert_allclose(
            measures_of(last, f"centre_shift_{since}"),
            centre_distance(seen[1], maps),
            atol=1e-4,
        )


def test_charts_have_the_means_over_the_rows_with_a_number(tmp_path):
    fit(plain_network(), drawing(tmp_path, regions=BOXES), epochs=1)
    steps = all_steps(tmp_path, "python")
    assert steps["kerasviz/energy_inside/grad_cam/conv2"] == [0, 4]
    assert steps["kerasviz/rank_correlation_baseline/grad_cam/conv2"] == [4]
    layer = captures(tmp_path)[0].maps[0]
    assert {f"kerasviz/{m}/grad_cam/conv2" for m in layer.measures} <= set(
        steps
    )


def test_images_in_another_order_are_compared_with_themselves(tmp_path):
    model = plain_network()
    callback = drawing(tmp_path, _turning(IMAGES), labels=None)
    model.optimizer.learning_rate = 0
    fit(model, callback, epochs=1)
    model.set_weights([weight * 1.0001 for weight in model.get_weights()])
    fit(model, callback, epochs=1)
    first, *_, last = captures(tmp_path)
    assert last.outcome.images == first.outcome.images[::-1]
    newest = measures_of(last, "rank_correlation_baseline")
    assert newest == pytest.approx([1] * 3, abs=1e-3)


def test_maps_without_evidence_have_no_numbers(tmp_path):
    model = plain_network()
    model.layers[-1].kernel.assign(np.zeros((6, 3)))
    model.optimizer.learning_rate = 0
    fit(model, drawing(tmp_path), epochs=1)
    layer = captures(tmp_path)[0].maps[0]
    assert layer.status == ("no_evidence",) * 3
    assert {v for values in layer.measures.values() for v in values} == {None}


def test_unchanged_weights_are_pointed_at_instead_of_drawn(tmp_path):
    keras.utils.set_random_seed(0)  # there is evidence in every image
    model = plain_network()
    model.optimizer.learning_rate = 0
    fit(model, drawing(tmp_path), epochs=3)
    layers = [capture.maps[0] for capture in captures(tmp_path)]
    assert [layer.origin[0] for layer in layers] == [
        "fresh",
        *["unchanged"] * 3,
    ]
    assert [layer.origin_step for layer in layers[1:]] == [(0, 0, 0)] * 3
    assert [c.size_bytes for c in captures(tmp_path)[1:]] == [0, 0, 0]
    steps = all_steps(tmp_path, "python")
    assert steps["kerasviz/grad_cam/conv2"] == steps["grad_cam/conv2"] == [0]
    assert layers[3].measures["rank_correlation_previous"] == (1, 1, 1)


def test_unfrozen_weights_are_drawn_again(tmp_path):
    model, callback = plain_network(), drawing(tmp_path)
    for rate in (0, 0.1):
        model.optimizer.learning_rate = rate
        fit(model, callback, epochs=1)
    origins = [capture.maps[0].origin[0] for capture in captures(tmp_path)]
    assert origins == ["fresh", "unchanged", "fresh"]


def test_an_unknown_method_is_refused_where_it_is_written(tmp_path):
    with pytest.raises(ValueError, match="method must be one of"):
        drawing(tmp_path, method="guided")


def test_masks_of_a_wrong_number_are_refused_before_training(tmp_path):
    with pytest.raises(ValueError, match="masks must be one per image"):
        fit(plain_network(), drawing(tmp_path, regions=MASKS[:2]))
    assert list(tmp_path.iterdir()) == []


def _turning(images: np.ndarray) -> tf.data.Dataset:
    """Return images that come in the other order each time they are read."""
    reads = []

    def read():
        reads.append(None)
        yield from images if len(reads) % 2 else images[::-1]

    spec = tf.TensorSpec(images.shape[1:], tf.float32)
    return tf.data.Dataset.from_generator(read, output_signature=spec)
