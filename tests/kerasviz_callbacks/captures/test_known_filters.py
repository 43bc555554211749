"""Filters built by hand, on the demo's textures: findings say what they see.

Four pairs of Gabor filters measure how much of the textures' spatial frequency
lies along four directions. A unit that adds one direction and subtracts the
others sees stripes: checks, dots and waves have several directions.
"""

import keras
import numpy as np
import pytest

from examples.demo.pictures import CLASS_NAMES, PERIOD_PX, draw_pictures
from kerasviz_callbacks import FilterPatterns, Preset
from tb_plugin.findings import class_of, find
from tests.kerasviz_callbacks.logs.written import captures

L = keras.layers
NUM_DIRECTIONS, SIDE_PX, AREA_PX = 4, 13, 11
AGAINST = 4  # what another direction counts: waves have some of each
LABELS = np.arange(400) % len(CLASS_NAMES)
POOL = draw_pictures(LABELS, np.zeros(len(LABELS), bool), seed=5)


def network() -> keras.Model:
    """Return the network; units of `texture` see where nothing is."""
    image = keras.Input((64, 64, 3))
    x = L.Rescaling(1 / 255)(image)
    gabors = L.DepthwiseConv2D(
        SIDE_PX, depth_multiplier=2 * NUM_DIRECTIONS, use_bias=False
    )
    x = L.Activation(keras.ops.square)(gabors(x))
    x = L.Conv2D(
        NUM_DIRECTIONS,
        AREA_PX,
        activation="relu",
        kernel_initializer=keras.initializers.Constant(-1.0),
        bias_initializer=keras.initializers.Constant(1000.0),
        name="texture",
    )(x)
    gabors.set_weights([gabor_kernel()])
    return keras.Model(image, x)


def gabor_kernel() -> np.ndarray:
    """Return (y, x, color, filters): a cosine and a sine per direction.

    Of each color by itself: those of a disc differ in opposite directions.
    """
    axis = np.arange(SIDE_PX) - SIDE_PX // 2
    x, y = np.meshgrid(axis, axis)
    bell = np.exp(-(x**2 + y**2) / (2 * 3.5**2))
    planes = []
    for angle in np.pi * np.arange(NUM_DIRECTIONS) / NUM_DIRECTIONS:
        along = x * np.cos(angle) + y * np.sin(angle)
        phase = 2 * np.pi / PERIOD_PX * along
        for wave in (np.cos(phase), np.sin(phase)):
            plane = bell * wave
            planes.append(plane - bell * plane.sum() / bell.sum())
    return np.repeat(np.stack(planes, axis=-1)[:, :, None], 3, axis=2)


def see_stripes(model: keras.Model) -> None:
    """Give each unit one direction, against the others."""
    layer = model.get_layer("texture")
    pairs = np.full((2 * NUM_DIRECTIONS, NUM_DIRECTIONS), -AGAINST, float)
    for direction in range(NUM_DIRECTIONS):
        pairs[2 * direction : 2 * direction + 2, direction] = 1.0
    kernel = np.tile(np.tile(pairs, (3, 1)), (AREA_PX, AREA_PX, 1, 1))
    layer.set_weights([kernel / AREA_PX**2, np.zeros(NUM_DIRECTIONS)])


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Captures before and after the units see stripes."""
    log_dir = tmp_path_factory.mktemp("known")
    model = network()
    callback = FilterPatterns(
        log_dir,
        layers="texture",
        filters=NUM_DIRECTIONS,
        pool=(POOL.images, POOL.labels),
        class_names=CLASS_NAMES,
        preset=Preset.steady(noise_floor=False),
        steps=10,
        budget=None,
        verbose=0,
    )
    callback.set_model(model)
    callback.draw(0)
    see_stripes(model)
    callback.draw(1)
    return captures(log_dir)


def test_units_that_see_stripes_are_of_that_class(drawn):
    before, after = (capture.patterns[0].exemplars for capture in drawn)
    units = range(NUM_DIRECTIONS)
    assert [class_of(after, unit) for unit in units] == ["stripes"] * 4
    assert "stripes" not in [class_of(before, unit) for unit in units]


def test_findings_say_what_the_units_became(drawn):
    titles = [finding.title for finding in find(drawn)]
    assert (
        "texture: 0 of 4 filters kept their meaning since the baseline; 4 "
        "became stripes detectors"
    ) in titles
    assert any(
        title.startswith("texture: filter 0 became selective for stripes")
        for title in titles
    )
