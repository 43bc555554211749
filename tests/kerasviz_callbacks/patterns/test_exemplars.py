"""The images of a pool that activate filters most, and what is said of them."""

from unittest import mock

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from kerasviz_callbacks.patterns import (
    PatternRequest,
    load_images,
    prepare_patterns,
)
from kerasviz_callbacks.patterns.exemplars.histogram import (
    NUM_BINS,
    StreamedHistogram,
)
from kerasviz_callbacks.patterns.exemplars.receptive import (
    receptive_field,
)
from kerasviz_callbacks.patterns.exemplars.tally import Sighting, Tally
from kerasviz_callbacks.presets import STEADY

L = keras.layers
RANDOM = np.random.default_rng(0)
SIZE = 32
DOT = 4  # side of a dot, in pixels


def sighting(values, labels=None, first=0, hashes=None) -> Sighting:
    values = np.asarray(values, np.float32)
    indices = np.arange(first, first + len(values))
    return Sighting(
        values=values,
        places=np.zeros(values.shape, int),
        images=indices,
        hashes=(indices + 1 if hashes is None else hashes).astype(np.uint64),
        labels=np.full(len(values), -1) if labels is None else labels,
    )


def tallied(values, labels=None, *, batch=7, threshold=0.0) -> Tally:
    """Return the tally of a pool that came batch by batch."""
    tally = Tally(values.shape[1], threshold)
    for first in range(0, len(values), batch):
        rows = slice(first, first + batch)
        some = None if labels is None else labels[rows]
        tally.add(sighting(values[rows], some, first))
    return tally


def test_the_best_of_a_stream_are_the_best_of_all():
    values = RANDOM.normal(size=(400, 5)).astype(np.float32)
    best = tallied(values).best
    order = np.argsort(-values, axis=0)[:9].T
    assert best.images.tolist() == order.tolist()
    assert np.array_equal(best.values, np.take_along_axis(values, order.T, 0).T)


def test_equal_images_are_one_exemplar():
    values = np.repeat(np.arange(6.0), 3)[:, None]
    hashes = np.repeat(np.arange(1, 7), 3)
    tally = Tally(1, 0.0)
    for rows in (slice(0, 10), slice(10, None)):
        some = sighting(values[rows], None, rows.start, hashes[rows])
        tally.add(some)
    assert tally.best.values[0, :6].tolist() == [5, 4, 3, 2, 1, 0]
    assert tally.best.images[0].tolist() == [15, 12, 9, 6, 3, 0, -1, -1, -1]


def test_the_same_images_are_sampled_in_whatever_order_they_come():
    values = RANDOM.normal(size=(600, 3)).astype(np.float32)
    hashes = RANDOM.integers(1, 2**63, 600).astype(np.uint64)
    hashes[7] = hashes[5]  # equal images are one
    values[7] = values[5]
    found = []
    for order in (np.arange(600), RANDOM.permutation(600)):
        tally = Tally(3, 0.0)
        for rows in np.array_split(order, 5):
            tally.add(sighting(values[rows], None, 0, hashes[rows]))
        found.append(tally.sample.responses())
    assert found[0].digest == found[1].digest
    np.testing.assert_array_equal(found[0].values, found[1].values)
    chosen = np.argsort(np.unique(hashes))[:200]
    first = np.unique(hashes, return_index=True)[1][chosen]
    np.testing.assert_array_equal(found[0].values, values[first].T)


def test_other_images_have_another_digest():
    first, other = (
        tallied(RANDOM.normal(size=(count, 2)).astype(np.float32))
        for count in (40, 41)
    )
    ours, theirs = (each.sample.responses() for each in (first, other))
    assert ours.values.shape == (2, 40) and ours.digest != theirs.digest


def test_a_number_that_is_none_is_no_exemplar():
    tally = tallied(np.array([[np.nan], [1.0], [np.inf], [2.0]]))
    assert tally.best.images[0, :3].tolist() == [3, 1, -1]
    assert tally.active_share()[0] == 0.5


def test_a_share_of_images_activates_a_filter():
    values = np.array([[-1.0, 0.5], [0.0, 0.6], [1.0, 0.7], [2.0, -3.0]])
    assert tallied(values).active_share().tolist() == [0.5, 0.75]
    assert tallied(values, threshold=1).active_share().tolist() == [0.25, 0]


def test_selectivity_is_that_of_its_definition():
    """(a - b) / (a + b): filters of one class, of all, of one by half."""
    labels = np.arange(60) % 3
    of_class = (labels == 1).astype(float)
    values = np.stack([of_class, np.ones(60), 0.5 + 0.5 * of_class], axis=1)
    assert np.allclose(tallied(values, labels).selectivity(), [1, 0, 1 / 3])


@pytest.mark.parametrize("labels", [np.zeros(40, int), np.arange(40)])
def test_selectivity_is_unknown_without_classes_of_enough_images(labels):
    found = tallied(RANDOM.normal(size=(40, 2)), labels).selectivity()
    assert np.isnan(found).all()


def test_mix_is_of_the_best_tenth_that_activate_the_filter():
    labels = np.arange(200) % 4
    values = np.where(labels == 2, 5.0, 1.0) - np.arange(200) / 1000
    rare = np.where(np.arange(200) < 3, 1.0, -1.0)
    mix = tallied(np.stack([values, rare], axis=1), labels).class_mix()
    assert mix == [[(2, 20)], [(0, 1), (1, 1), (2, 1)]]


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_streamed_histogram_is_that_of_all_numbers(scale):
    values = scale * np.concatenate(
        [np.zeros((5, 2)), RANDOM.normal(size=(3000, 2)) * [1, 40]]
    )
    streamed = StreamedHistogram(2)
    for part in np.array_split(values, 100):
        streamed.add(part)
    found = streamed.counts()
    assert np.array_equal(streamed.low, values.min(axis=0))
    assert np.array_equal(streamed.high, values.max(axis=0))
    for column in range(2):
        exact, _ = np.histogram(values[:, column], NUM_BINS)
        assert found[column].sum() == len(values)
        off = np.abs(np.cumsum(found[column]) - np.cumsum(exact)).max()
        assert off < 0.02 * len(values)


def test_histogram_of_one_number_is_one_bin():
    streamed = StreamedHistogram(1)
    for _ in range(3):
        streamed.add(np.full((4, 1), 2.5))
    assert streamed.counts().max() == streamed.counts().sum() == 12


def bell(center, deviation, size=64):
    y, x = np.mgrid[:size, :size] + 0.5
    square = (y - center[0] * size) ** 2 + (x - center[1] * size) ** 2
    return np.exp(-square / (2 * (deviation * size) ** 2))


def test_field_is_as_far_as_the_gradient_reaches():
    weights = np.zeros((4, 64, 64))
    for i in range(4):
        weights[i, 10 * i : 10 * i + 16, 20:28] = 1
    centers = np.array([[(10 * i + 8) / 64, 24 / 64] for i in range(4)])
    found = receptive_field(weights, centers)
    assert (found.height, found.width, found.is_plain) == (0.25, 0.125, True)


def test_field_that_covers_the_image_is_the_effective_one():
    centers = np.array([[0.3, 0.4], [0.6, 0.5], [0.5, 0.7], [0.4, 0.3]])
    weights = np.stack([bell(center, 0.08) for center in centers])
    found = receptive_field(weights, centers)
    assert found.is_plain and found.height == found.width == 0.375
    assert not receptive_field(weights, 1 - centers).is_plain


def test_effective_field_is_as_high_as_it_is_wide_in_pixels():
    def field_of(height, width, size=(64, 64)):
        """Return the field of three alike bells of such deviations, in px."""
        y, x = np.mgrid[: size[0], : size[1]] + 0.5
        bells = [
            np.exp(
                -((y / size[0] - at) ** 2) * size[0] ** 2 / (2 * height**2)
                - (x / size[1] - at) ** 2 * size[1] ** 2 / (2 * width**2)
            )
            for at in (0.4, 0.5, 0.6)
        ]
        centers = np.array([[at, at] for at in (0.4, 0.5, 0.6)])
        return receptive_field(np.stack(bells), centers)

    found = field_of(6, 4)
    assert found.height == found.width
    assert found == field_of(4, 6)
    tall = field_of(5, 5, (64, 32))
    assert tall.width == pytest.approx(2 * tall.height, abs=1 / 16)


def dots(places, colors) -> np.ndarray:
    """Return an image per place, black with a dot of a color there."""
    images = np.zeros((len(places), SIZE, SIZE, 3), np.uint8)
    for image, (top, left), color in zip(images, places, colors, strict=True):
        image[top : top + DOT, left : left + DOT, color] = 250
    return images


def color_detectors(*inside, size=SIZE) -> keras.Model:
    """Return a model whose filters `c` answer to dots of each color."""
    made = L.Conv2D(3, DOT, padding="same", activation="relu", name="c")
    body = [keras.Input((size, size, 3)), *inside, L.Rescaling(1 / 255), made]
    model = keras.Sequential(body)
    kernel = np.zeros((DOT, DOT, 3, 3))
    kernel[..., range(3), range(3)] = 1 / DOT**2
    made.set_weights([kernel, np.full(3, -0.1)])
    return model


PLACES = RANDOM.integers(4, SIZE - 8, (45, 2))
COLORS = np.arange(45) % 3
POOL = dots(PLACES, COLORS)


def surveyed(pool, model=None, images=None, filters=(0, 1, 2), **options):
    model = model or color_detectors()
    request = PatternRequest(
        "c", filters, STEADY, images=images, pool=pool, **options
    )
    held_out = load_images(model, request)
    prepared = prepare_patterns(model, request, held_out)
    return prepared.exemplars(prepared.activations(), float("inf"))["c"]


def of_dataset(batch_size):
    pairs = tf.data.Dataset.from_tensor_slices((POOL, COLORS))
    return pairs.batch(batch_size) if batch_size else pairs


def of_folder(folder):
    for i, image in enumerate(POOL):
        place = folder / "rgb"[COLORS[i]]
        place.mkdir(exist_ok=True)
        Image.fromarray(image).save(place / f"{i:02}.png")
    (folder / "b" / "torn.png").write_bytes(b"no picture")
    return folder


@pytest.mark.parametrize(
    "pool",
    [
        lambda _: (POOL, COLORS),
        lambda _: (list(POOL), COLORS),
        lambda _: of_dataset(None),
        lambda _: of_dataset(7),
        of_folder,
    ],
    ids=["array", "list", "rows", "batches", "folder"],
)
def test_every_kind_of_pool_says_which_color_a_filter_sees(pool, tmp_path):
    found = surveyed(pool(tmp_path))
    assert found.tally.num_images == 45
    assert np.allclose(found.tally.active_share(), 1 / 3)
    assert np.allclose(found.tally.selectivity(), 1)
    mixes = [mix[0][0] for mix in found.tally.class_mix()]
    is_by_name = isinstance(pool(tmp_path), type(tmp_path))  # b, g, r
    assert mixes == ([2, 1, 0] if is_by_name else [0, 1, 2])


def test_exemplars_are_cut_to_what_the_position_sees():
    found = surveyed(POOL)
    assert found.crops.shape == (3, 9, 8, 8, 3)  # the least that is shown
    for color in range(3):
        assert (found.crops[color, ..., color].sum(axis=(1, 2)) == 4000).all()
        assert len(set(found.best.images[color])) == 9
        assert set(COLORS[found.best.images[color]]) == {color}


class Mirrored(L.Layer):
    def call(self, images):
        return images[:, ::-1, ::-1]


def test_exemplars_of_a_model_that_turns_images_are_cut_where_they_are():
    found = surveyed(POOL, color_detectors(Mirrored()))
    assert not found.field.is_plain
    assert (found.crops[0, ..., 0].sum(axis=(1, 2)) == 4000).all()


def test_where_positions_lie_is_looked_at_though_one_filter_is_drawn():
    found = surveyed(POOL, color_detectors(Mirrored()), filters=(1,))
    assert not found.field.is_plain
    assert (found.crops[0, ..., 1].sum(axis=(1, 2)) == 4000).all()


def test_held_out_images_serve_without_a_pool():
    found = surveyed(None, images=POOL[:12], labels=COLORS[:12])
    assert not found.is_of_pool and found.tally.num_images == 12
    assert found.best.images[0, :5].max() < 12
    assert set(COLORS[found.best.images[0, :4]]) == {0}


def test_what_the_exemplars_looked_at_is_not_measured_again():
    request = PatternRequest("c", (0, 1, 2), STEADY, images=POOL)
    held_out = load_images(model := color_detectors(), request)
    prepared = prepare_patterns(model, request, held_out)
    activations = prepared.activations()
    exemplars = prepared.exemplars(activations, float("inf"))
    [layer] = prepared.layers
    assert np.isfinite(exemplars["c"].sources).all()
    plain = prepared.excitation(layer, activations, (2, 0), {})
    with mock.patch.object(prepared.exciter.graph, "sources") as measure:
        known = prepared.excitation(layer, activations, (2, 0), exemplars)
    measure.assert_not_called()
    assert known.crop_image.tolist() == plain.crop_image.tolist()
    np.testing.assert_allclose(known.crop_box, plain.crop_box, atol=1e-6)


def test_what_a_pool_looked_at_says_nothing_of_held_out_images():
    assert np.isnan(surveyed(POOL, images=POOL[:6]).sources).all()


def test_pool_of_any_size_is_brought_to_the_model():
    larger = np.repeat(np.repeat(POOL, 2, axis=1), 2, axis=2)
    pool = [larger[i] if i % 2 else POOL[i] for i in range(45)]
    assert surveyed((pool, COLORS)).tally.num_images == 45


def test_pool_of_floats_is_as_one_of_bytes():
    floats = surveyed(POOL / 255.0, color_detectors(L.Rescaling(255.0)))
    assert np.array_equal(floats.crops, surveyed(POOL).crops)


@pytest.mark.parametrize(
    "pool, message",
    [
        (tf.data.Dataset.from_tensors(POOL[0]).repeat(), "pool must end"),
        (np.zeros((0, 4, 4, 3)), "at least one image"),
        ({"a": POOL}, "got a dict"),
        (POOL[:, :8], "what the model takes"),
        (POOL / 255.0, "same range of pixels"),
    ],
)
def test_pool_that_cannot_be_used_says_so_before_training(pool, message):
    with pytest.raises((TypeError, ValueError), match=message):
        surveyed(pool, images=POOL[:4])


def test_first_pass_ends_in_time_and_later_ones_look_at_as_many():
    many = np.concatenate([POOL] * 5)
    request = PatternRequest("c", (0, 1, 2), STEADY, pool=many)
    prepared = prepare_patterns(color_detectors(), request, None)
    first = prepared.exemplars({}, 0.0)["c"].tally.num_images
    again = prepared.exemplars({}, float("inf"))["c"].tally.num_images
    assert first == again == 32
