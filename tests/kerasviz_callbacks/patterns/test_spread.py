"""Images that activate a filter less than its exemplars do."""

import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import CaptureOptions, FilterPatterns
from kerasviz_callbacks.patterns.exemplars.spread import Sightings
from kerasviz_callbacks.patterns.exemplars.tally import Tally
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.patterns.test_exemplars import (
    SIZE,
    Mirrored,
    color_detectors,
    dots,
    sighting,
    surveyed,
)

LEAST, MOST = 0.1, 250 / 255  # where a detector begins, and what a dot is


def spread(values, *, hashes=None, threshold=0.0):
    """Return the weaker images of one filter, by the values of all images."""
    values = np.asarray(values, np.float32)[:, None]
    tally, seen = Tally(1, threshold), Sightings(threshold)
    for some in np.array_split(np.arange(len(values)), 3):
        of_some = None if hashes is None else np.asarray(hashes)[some]
        batch = sighting(values[some], first=some[0], hashes=of_some)
        tally.add(batch)
        seen.add(batch)
    found = seen.spread(tally.best)
    return [int(image) for image in found.images[0] if image >= 0]


TOP = [10.0, *[9.9] * 8]  # the nine strongest


def test_the_nearest_images_of_each_level_are_taken_the_stronger_first() -> (
    None
):
    images = [*TOP, 7.4, 7.6, 7.5, 8.7, 5.0, 4.0, 2.5, 0.0]
    assert spread(images) == [10, 11, 9, 13, 14, 15]


def test_levels_count_from_the_threshold_on() -> None:
    assert spread([*TOP, 9.1, 8.1], threshold=2.0) == [10]
    assert spread([*[-1.0] * 9, -2.0]) == []


def test_equal_images_and_exemplars_are_none_of_them() -> None:
    hashes = [*range(1, 10), 11, 11, 3]
    assert spread([*TOP, 5.0, 5.0, 5.0], hashes=hashes) == [9]


def test_what_is_not_finite_is_none_of_them() -> None:
    assert spread([*TOP, np.nan, 5.0, -np.inf]) == [10]
    assert spread([np.nan] * 12) == []


def faded(share: float) -> float:
    """Return how bright a dot is that activates its filter so much."""
    return (LEAST + share * (MOST - LEAST)) / MOST


SHARES = np.repeat([1.0, 0.75, 0.5, 0.25], [9, 4, 4, 4])
PLACES = np.random.default_rng(1).integers(4, SIZE - 8, (len(SHARES), 2))
FADED = np.round(
    dots(PLACES, [0] * len(SHARES))
    * np.array([faded(share) for share in SHARES])[:, None, None, None]
).astype(np.uint8)


def shuffled() -> tf.data.Dataset:
    data = tf.data.Dataset.from_tensor_slices(FADED)
    return data.shuffle(len(FADED)).batch(5)


@pytest.mark.parametrize("pool", [FADED, shuffled()], ids=["array", "stream"])
@pytest.mark.parametrize("turned", [(), (Mirrored(),)], ids=["plain", "turned"])
def test_weaker_images_are_cut_to_what_the_position_sees(pool, turned) -> None:
    found = surveyed(pool, color_detectors(*turned), spread=True)
    red = found.best.values[0]
    assert np.allclose(
        red / red[0], np.repeat([1, 0.75, 0.5, 0.25], [9, 3, 3, 3]), atol=0.02
    )
    shown = found.crops[0, ..., 0].sum(axis=(1, 2))
    expected = np.vectorize(faded)(red / red[0])
    assert np.allclose(shown / 4000, expected, atol=0.02)
    assert (found.best.images[1] == -1).sum() >= 9  # no green ones


def test_held_out_images_serve_for_weaker_ones_too() -> None:
    found = surveyed(None, images=FADED, spread=True)
    assert found.best.images.shape == (3, 18)
    assert sorted(found.best.images[0]) == sorted(
        set(found.best.images[0].tolist())
    )


def test_without_being_asked_for_there_are_none() -> None:
    assert surveyed(FADED).best.images.shape == (3, 9)


def test_record_says_which_are_the_strongest(tmp_path) -> None:
    model = color_detectors()
    callback = FilterPatterns(
        tmp_path,
        pool=FADED,
        layers="c",
        filters=3,
        steps=1,
        verbose=0,
        options=CaptureOptions(spread=True),
    )
    callback.set_model(model)
    callback.draw(0)
    callback.on_train_end()
    [capture] = captures(tmp_path)
    record = capture.patterns[0].exemplars
    assert (record.num_strongest, record.sheet.columns) == (9, 18)
    assert len(record.image[0]) == 18 and len(record.box[0]) == 4 * 18
    assert record.activation[0][10] / record.activation[0][0] == pytest.approx(
        0.75, abs=0.02
    )


def test_without_images_asking_for_them_is_an_error(tmp_path) -> None:
    with pytest.raises(ValueError, match="spread=True needs images"):
        FilterPatterns(tmp_path, options=CaptureOptions(spread=True))
