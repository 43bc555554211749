"""What an ascent climbs for, against sums written out."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import FilterPatterns, filter_patterns
from kerasviz_callbacks.presets.objective import (
    ChannelMean,
    Direction,
    Diversity,
    Neuron,
)
from kerasviz_callbacks.presets.preset import STEADY

RNG = np.random.default_rng(0)
MAPS = RNG.normal(size=(3, 7, 9, 4)).astype("float32")
FILTERS = np.array([1, 3, 1], np.int32)


def score(objective, maps=MAPS, filters=FILTERS):
    return objective.score(tf.constant(maps), tf.constant(filters)).numpy()


def climbed(objective, filters, **options):
    """Return patterns of a small net that climbs for the objective."""
    keras.utils.set_random_seed(1)
    layers = [keras.Input((24, 24, 3)), keras.layers.Conv2D(4, 5, name="c")]
    preset = dataclasses.replace(STEADY, objective=objective, wobble=None)
    model = keras.Sequential(layers)
    return filter_patterns(model, "c", filters, preset=preset, **options)


def test_channel_mean_is_the_mean_without_the_border():
    expected = [
        m[2:-2, 2:-2, f].mean() for m, f in zip(MAPS, FILTERS, strict=True)
    ]
    np.testing.assert_allclose(score(ChannelMean()), expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("place", "index"), [((0.5, 0.5), (3, 4)), ((0, 1), (0, 8))]
)
def test_neuron_is_one_place_of_the_map(place, index):
    expected = MAPS[(np.arange(3), *index, FILTERS)]
    np.testing.assert_allclose(score(Neuron(place)), expected)


def test_neuron_has_a_gradient_at_its_place_alone():
    weights = RNG.normal(size=(1, 7, 9, 4)).astype("float32")
    with tf.GradientTape() as tape:
        maps = tf.Variable(weights)
        [value] = Neuron().score(maps, tf.constant([2]))
    gradient = tape.gradient(value, maps)
    assert np.argwhere(gradient != 0).tolist() == [[0, 3, 4, 2]]


def test_direction_projects_the_mean_activation():
    weights = (3.0, 0.0, 0.0, 4.0)
    means = MAPS[:, 2:-2, 2:-2].mean(axis=(1, 2))
    expected = means @ (np.array(weights) / 5)
    np.testing.assert_allclose(
        score(Direction(weights)), expected, rtol=1e-5, atol=1e-6
    )


def test_direction_along_one_filter_is_that_filter():
    along = Direction((0.0, 0.0, 2.0, 0.0))
    filters = np.full(3, 2, np.int32)
    np.testing.assert_allclose(
        score(along), score(ChannelMean(), filters=filters), rtol=1e-5
    )


def test_diversity_takes_off_what_images_of_a_filter_share():
    plain = score(ChannelMean())
    shared = cosine_of_grams(MAPS[0], MAPS[2])
    expected = plain - 0.5 * np.abs(plain) * np.array([shared, 0, shared])
    ours = score(Diversity(ChannelMean(), weight=0.5))
    np.testing.assert_allclose(ours, expected, rtol=1e-5)


def cosine_of_grams(left, right):
    grams = [
        (flat.T @ flat).ravel()
        for flat in (left.reshape(-1, 4), right.reshape(-1, 4))
    ]
    norms = np.linalg.norm(grams[0]) * np.linalg.norm(grams[1])
    return grams[0] @ grams[1] / norms


@pytest.mark.parametrize(
    ("objective", "reason"),
    [(Neuron((0.5,)), "2 shares"), (Direction((1.0, 2.0)), "per filter, 4")],
)
def test_an_objective_that_does_not_fit_the_layer_says_so(objective, reason):
    with pytest.raises(ValueError, match=reason):
        climbed(objective, [0], steps=1)


def likeness(pictures):
    """Return the mean correlation of each picture with the others."""
    flat = pictures.reshape(len(pictures), -1).astype("float64")
    others = np.corrcoef(flat)[~np.eye(len(flat), dtype=bool)]
    return others.mean()


def test_a_filter_asked_for_twice_starts_twice():
    start = climbed(ChannelMean(), [1, 1, 1], steps=1).images
    assert abs(likeness(start)) < 0.3
    single = climbed(ChannelMean(), [1], steps=1).images
    np.testing.assert_array_equal(start[0], single[0])


def test_diversity_draws_patterns_of_a_filter_that_differ():
    alike = climbed(ChannelMean(), [2, 2, 2], steps=74).images
    diverse = climbed(Diversity(weight=4.0), [2, 2, 2], steps=74).images
    assert likeness(diverse) < likeness(alike) - 0.2


def test_a_strip_shows_each_filter_once():
    with pytest.raises(ValueError, match=r"filters must differ.*\(3, 3\)"):
        FilterPatterns("log", filters=[3, 3])
