"""Image files that cannot be read: an error, or left out with all of theirs."""

import logging

import keras
import numpy as np
import pytest
from PIL import Image

from kerasviz_callbacks import (
    CaptureOptions,
    FilterPatterns,
    GradCAM,
    OverMask,
    grad_cam,
)
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks import zoo
from tests.kerasviz_callbacks.networks.training import (
    X,
    arranged,
    drawing,
    fit,
    plain_network,
)

USED = [0, 2, 3]  # of five files; the others are torn or no pictures
LABELS = np.array([0, 1, 2, 0, 1])
BOXES = np.linspace(0, 0.4, 5)[:, None] + np.array([0, 0, 0.5, 0.25])
MASKS = np.zeros((5, 16, 16), bool)
for number, mask in enumerate(MASKS):
    mask[3 * number :, : number + 1] = True
PIXELS = np.rint(X[:5] * 255).astype(np.uint8)


@pytest.fixture
def paths(tmp_path) -> list:
    """Five files, of which number 1 is torn and number 4 is text."""
    (tmp_path / "images").mkdir()
    found = [tmp_path / "images" / f"{index}.png" for index in range(5)]
    for path, image in zip(found, PIXELS, strict=True):
        Image.fromarray(image).save(path)
    found[1].write_bytes(found[1].read_bytes()[:200])
    found[4].write_text("no picture")
    return found


def skipping(model, paths, **options):
    return grad_cam(model, paths, unreadable="skip", **options)


def test_unreadable_files_are_named_before_the_first_batch(tmp_path, paths):
    trained = []
    look = keras.callbacks.LambdaCallback(
        on_train_batch_begin=lambda *_, **__: trained.append(None)
    )
    with pytest.raises(ValueError, match=r"unreadable='skip'") as caught:
        fit(plain_network(), GradCAM(tmp_path / "log", paths), look)
    assert all(name in str(caught.value) for name in ("1.png", "4.png"))
    assert "0.png" not in str(caught.value)
    assert not trained and not (tmp_path / "log").exists()


def test_the_rest_is_used_if_the_user_wants_it(paths):
    model = plain_network()
    found = skipping(model, paths)
    assert found.names == ("0.png", "2.png", "3.png")
    np.testing.assert_array_equal(found.images, PIXELS[USED])
    expected = grad_cam(model, PIXELS[USED]).maps
    np.testing.assert_array_equal(found.maps, expected)


@pytest.mark.parametrize(
    "target",
    [
        "label",
        [2, 1, 0, 1, 2],
        [[0], [1], [2, 0], [1, 2], [0]],
        ["label", "margin"],
    ],
)
def test_labels_and_classes_stay_with_their_images(paths, target):
    model = plain_network()
    found = skipping(model, paths, target=target, labels=LABELS)
    is_each = isinstance(target, list) and not isinstance(target[0], str)
    cut = [target[i] for i in USED] if is_each else target
    pixels, labels = PIXELS[USED], LABELS[USED]
    alone = grad_cam(model, pixels, target=cut, labels=labels)
    assert found.labels.tolist() == labels.tolist()
    np.testing.assert_array_equal(found.targets, alone.targets)
    np.testing.assert_array_equal(found.maps, alone.maps)


def test_masks_of_a_target_stay_with_their_images(paths):
    inputs = keras.Input((16, 16, 3))
    conv = keras.layers.Conv2D(4, 3, padding="same")(inputs)
    model = keras.Model(inputs, keras.layers.Conv2D(3, 1)(conv))
    found = skipping(model, paths, target=OverMask(MASKS, 1))
    target = OverMask(MASKS[USED], 1)
    alone = grad_cam(model, PIXELS[USED], target=target)
    np.testing.assert_array_equal(found.scores, alone.scores)


def test_other_inputs_stay_with_their_images(paths):
    specimen = zoo.several_inputs()
    shape = specimen.others["facts"].shape[1:]
    facts = np.random.default_rng(0).normal(size=(5, *shape))
    given = {"picture": paths, "facts": facts}
    found = skipping(specimen.model, given, input="picture")
    files = [paths[index] for index in USED]
    expected = grad_cam(
        specimen.model,
        {"picture": files, "facts": facts[USED]},
        input="picture",
    )
    np.testing.assert_array_equal(found.maps, expected.maps)


def test_boxes_and_masks_stay_with_their_images(tmp_path, paths):
    model = plain_network()
    for name, given in {"boxes": BOXES, "masks": MASKS}.items():
        fit(model, watcher(tmp_path / name, paths, regions=given), epochs=1)
        alone = GradCAM(
            tmp_path / f"{name} alone",
            PIXELS[USED],
            budget=None,
            regions=given[USED],
        )
        fit(model, alone, epochs=1)
        found = captures(tmp_path / name)[-1].maps[0].measures
        expected = captures(tmp_path / f"{name} alone")[0].maps[0].measures
        for measure in ("energy_inside", "iou"):
            assert found[measure] == expected[measure]


def test_what_was_left_out_is_said_in_the_log_and_in_every_record(
    tmp_path, paths, caplog
):
    with caplog.at_level(logging.WARNING):
        fit(plain_network(), watcher(tmp_path / "log", paths), epochs=1)
    assert "2 of 5 image files could not be read" in caplog.text
    for capture in captures(tmp_path / "log"):
        [note] = [n for n in capture.notes if "skipped" in n]
        assert "1.png" in note and "4.png" in note and "0.png" not in note


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"labels": LABELS[USED]}, "for 5 images"),
        ({"regions": BOXES[USED]}, "for 5 images"),
        ({"regions": MASKS[USED]}, "for 5 images"),
        ({"target": [0, 1, 2]}, r"one index per image \(5\)"),
        ({"target": [[0], [1], [2]]}, r"per image \(5\)"),
    ],
)
def test_what_is_given_per_image_is_one_per_file(
    tmp_path, paths, given, message
):
    with pytest.raises(ValueError, match=message):
        fit(plain_network(), watcher(tmp_path / "log", paths, **given))


def test_no_file_that_can_be_read_is_an_error_all_the_same(paths):
    with pytest.raises(ValueError, match=r"1\.png.*4\.png"):
        skipping(plain_network(), [paths[1], paths[4]])


def test_a_word_that_is_none_is_refused_where_it_is_written(tmp_path, paths):
    with pytest.raises(ValueError, match=r"'raise' or 'skip'.*got 'ignore'"):
        GradCAM(tmp_path, paths, options=CaptureOptions(unreadable="ignore"))


def patterns(log_dir, paths, **options) -> FilterPatterns:
    return drawing(log_dir, images=paths, unreadable="skip", **options)


def test_patterns_are_told_by_the_images_that_can_be_read(tmp_path, paths):
    keras.utils.set_random_seed(0)
    model, drawn = plain_network(), []
    for name, given in (("some", paths), ("all", [paths[i] for i in USED])):
        callback = patterns(tmp_path / name, given)
        callback.set_model(model)
        callback.draw(0)
        drawn.append(captures(tmp_path / name)[0].patterns[0])
    assert drawn[0] == drawn[1]


def test_patterns_say_which_files_were_left_out(tmp_path, paths, caplog):
    with caplog.at_level(logging.WARNING):
        fit(plain_network(), patterns(tmp_path / "log", paths), epochs=1)
    first = captures(tmp_path / "log")[0]
    for told in (caplog.text, " ".join(first.notes)):
        assert "1.png" in told and "4.png" in told


def test_patterns_are_not_drawn_beside_files_that_cannot_be_read(
    tmp_path, paths
):
    with pytest.raises(ValueError, match=r"unreadable='skip'"):
        fit(plain_network(), drawing(tmp_path / "log", images=paths))
    with pytest.raises(ValueError, match="got 'ignore'"):
        drawing(tmp_path, unreadable="ignore")


def watcher(log_dir, paths, **options) -> GradCAM:
    settings = {"unreadable": "skip", "verbose": 0, "on_error": "raise"}
    settings["budget"] = None
    return GradCAM(log_dir, paths, **arranged({**settings, **options}))
