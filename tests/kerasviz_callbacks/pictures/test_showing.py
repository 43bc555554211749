"""Results show themselves: in a notebook, on axes, in a file."""

import io

import keras
import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from kerasviz_callbacks import (
    OverMask,
    Preset,
    SanityCheck,
    filter_patterns,
    grad_cam,
)

mpl.use("Agg")
L = keras.layers
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def results():
    """Return patterns and heatmaps, three of each, and one heatmap alone."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            L.Conv2D(4, 3, name="c"),
            L.GlobalAveragePooling2D(),
            L.Dense(2),
        ]
    )
    images = RNG.uniform(0, 1, (3, 32, 32, 3)).astype("float32")
    return {
        "patterns": filter_patterns(model, "c", 3, steps=2),
        "heatmaps": grad_cam(model, images),
        "one heatmap": grad_cam(model, images[:1]),
    }


def picture(content):
    return np.asarray(Image.open(io.BytesIO(content)))


@pytest.mark.parametrize("kind", ["patterns", "heatmaps", "one heatmap"])
def test_a_notebook_shows_what_save_writes(results, kind, tmp_path):
    result = results[kind]
    result.save(tmp_path / "saved.png")
    saved = np.asarray(Image.open(tmp_path / "saved.png"))
    np.testing.assert_array_equal(picture(result._repr_png_()), saved)
    assert saved.std() > 0


@pytest.mark.parametrize("kind", ["patterns", "heatmaps"])
def test_plot_returns_axes_with_the_pictures(results, kind):
    result = results[kind]
    expected = result.images if kind == "patterns" else result.overlay()
    axes = result.plot()
    assert len(axes) == 3
    for one, pixels in zip(axes, expected, strict=True):
        np.testing.assert_array_equal(one.get_images()[0].get_array(), pixels)
        assert one.get_title()
    mpl.pyplot.close(axes[0].figure)


def test_plot_draws_on_axes_of_ones_own(results):
    figure, axes = mpl.pyplot.subplots(2, 2)
    drawn = results["patterns"].plot(axes)
    assert list(drawn) == list(axes.ravel()[:3])
    assert not axes[1, 1].get_images() and not axes[1, 1].axison
    mpl.pyplot.close(figure)


def test_too_few_axes_are_an_error(results):
    figure, axes = mpl.pyplot.subplots(1, 2)
    with pytest.raises(ValueError, match=r"at least 3.*got 2"):
        results["patterns"].plot(axes)
    mpl.pyplot.close(figure)


def test_a_result_is_a_line_where_it_is_printed(results):
    assert [repr(result) for result in results.values()] == [
        "<Patterns of c: 3 filters at 30 x 30 px, preset steady; 3 live>",
        "<Heatmaps of c: 3 rows of 3 images, 30 x 30 cells; "
        "3 predicted class; 3 ok>",
        "<Heatmaps of c: 1 row of 1 image, 30 x 30 cells; "
        "1 predicted class; 1 ok>",
    ]
    assert repr(results["heatmaps"].batch) == "<HeatmapBatch of c: 3 rows>"


def test_a_sanity_check_says_its_sentence_for_each_layer():
    one = np.array([0.9, 0.7])
    found = SanityCheck({"c": one}, {"c": one})
    assert repr(found) == found.sentence("c")


def test_a_preset_is_what_makes_it():
    assert repr(Preset.steady()) == "Preset.steady()"
    varied = Preset.recipe(seed=3, size=96)
    assert repr(varied) == "Preset.recipe(size=96, seed=3)"
    assert repr(Preset.steady(name="own")).startswith("Preset(name='own', num")


def test_masks_are_told_by_their_shape():
    masks = np.zeros((2, 40, 40), bool)
    assert repr(OverMask(masks, 1)) == "OverMask(<masks of (2, 40, 40)>, 1)"
