"""Images of every source as one array."""

import os

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from kerasviz_callbacks.images.sources import files as image_files
from kerasviz_callbacks.images.sources import streams as image_streams
from kerasviz_callbacks.images.sources.source import read_images
from kerasviz_callbacks.model.input import ModelInput

resource = pytest.importorskip("resource")


def _spec(height=6, width=8, channels=3, **others) -> ModelInput:
    return ModelInput(
        structure=list(range(1 + len(others))),
        names=("image", *others),
        shapes=((height, width, channels), *others.values()),
        dtypes=("float32",) * (1 + len(others)),
        image=0,
        channels_first=False,
    )


RGB = np.random.default_rng(0).integers(0, 256, (4, 6, 8, 3), np.uint8)
GREY = RGB[..., 0]


def _values(images, spec: ModelInput | None = None) -> np.ndarray:
    return read_images(images, spec, None).values


def test_arrays_stay_as_they_are():
    found = _values(RGB, _spec())
    np.testing.assert_array_equal(found, RGB)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(_values(tf.constant(RGB)), RGB)


def test_grey_images_get_a_channel_axis():
    spec = _spec(channels=1)
    for images in (GREY, list(GREY), GREY[..., None]):
        np.testing.assert_array_equal(_values(images, spec), GREY[..., None])


def test_a_list_of_arrays_is_one_array():
    np.testing.assert_array_equal(_values(list(RGB), _spec()), RGB)


def test_images_of_several_sizes_are_stretched_to_the_model_and_said_so():
    found = read_images([RGB[0], RGB[1, :5]], _spec(), None)
    assert found.values.shape == (2, 6, 8, 3)
    assert found.values.dtype == np.uint8
    np.testing.assert_array_equal(found.values[0], RGB[0])
    assert found.notes == (
        "Images of 8 x 5, 8 x 6 px were stretched to the model's 8 x 6.",
    )


def test_images_of_several_sizes_take_the_most_common_where_size_is_open():
    images = [GREY[0], GREY[1], GREY[2, :5]]
    found = read_images(images, _spec(None, None, 1), None)
    assert found.values.shape == (3, 6, 8, 1)
    assert "their most common size, 8 x 6" in found.notes[0]


def test_images_of_other_channels_are_no_list():
    with pytest.raises(ValueError, match=r"as many channels each — got \(5"):
        _values([RGB[0], GREY[1, :5]], _spec())


def test_one_image_without_a_batch_axis_is_refused():
    with pytest.raises(ValueError, match=r"shape \(6, 8, 3\).*images\[None\]"):
        _values(RGB[0], _spec())
    with pytest.raises(ValueError, match="first axis counts the images"):
        _values(RGB[None], _spec())


@pytest.mark.parametrize("images", [object(), {1, 2}, iter([1]), [None]])
def test_what_holds_no_numbers_is_refused(images):
    with pytest.raises(TypeError, match="images must be an array"):
        _values(images, _spec())


@pytest.mark.parametrize("batch", [None, 3])
@pytest.mark.parametrize("has_labels", [False, True])
def test_a_dataset_is_one_array_and_its_labels(batch, has_labels):
    parts = (RGB, np.arange(4)) if has_labels else RGB
    dataset = tf.data.Dataset.from_tensor_slices(parts)
    dataset = dataset.batch(batch) if batch else dataset
    found = read_images(dataset, _spec(), None)
    np.testing.assert_array_equal(found.values, RGB)
    if has_labels:
        assert found.labels.tolist() == [0, 1, 2, 3]
    else:
        assert found.labels is None


def test_a_dataset_with_sample_weights_gives_images_and_labels():
    parts = (RGB, np.arange(4), np.ones(4))
    found = read_images(tf.data.Dataset.from_tensors(parts), _spec(), None)
    np.testing.assert_array_equal(found.values, RGB)
    assert found.labels.tolist() == [0, 1, 2, 3]


def test_a_dataset_by_input_name_gives_every_input():
    parts = ({"image": RGB, "facts": np.ones((4, 2))}, np.arange(4))
    dataset = tf.data.Dataset.from_tensor_slices(parts).batch(4)
    found = read_images(dataset, _spec(facts=(2,)), None)
    np.testing.assert_array_equal(found.values, RGB)
    assert found.others["facts"].shape == (4, 2)


def test_a_dataset_that_never_ends_is_refused(monkeypatch):
    dataset = tf.data.Dataset.from_tensor_slices(RGB).repeat()
    with pytest.raises(ValueError, match=r"infinite.*take\(n\)"):
        _values(dataset)
    monkeypatch.setattr(image_streams, "MAX_FROM_DATASET", 300)
    with pytest.raises(ValueError, match="more than 300 images"):
        _values(dataset.filter(lambda _: True))  # of unknown length


def test_inputs_come_by_name_or_in_order():
    spec = _spec(facts=(2,))
    facts = np.arange(8).reshape(4, 2)
    for images in ({"facts": facts, "image": RGB}, [RGB, facts]):
        found = read_images(images, spec, None)
        np.testing.assert_array_equal(found.values, RGB)
        np.testing.assert_array_equal(found.others["facts"], facts)


def test_two_images_are_no_two_inputs():
    found = read_images([RGB[0], RGB[1]], _spec(facts=(2,)), None)
    np.testing.assert_array_equal(found.values, RGB[:2])
    assert found.others == {}


@pytest.mark.parametrize(
    "images", [{"image": RGB, "size": RGB}, {"facts": RGB}]
)
def test_wrong_input_names_list_the_right_ones(images):
    with pytest.raises(ValueError, match="inputs are: 'image', 'facts'"):
        read_images(images, _spec(facts=(2,)), None)


def test_files_are_stretched_to_the_model_and_said_so(tmp_path):
    paths = _saved(tmp_path, RGB[:2])
    found = read_images(paths, _spec(12, 16), None)
    assert found.values.shape == (2, 12, 16, 3)
    assert found.names == ("0.png", "1.png")
    assert found.notes == (
        "Image files of 8 x 6 px were stretched to the model's 16 x 12.",
    )
    expected = Image.fromarray(RGB[0]).resize((16, 12), Image.BILINEAR)
    np.testing.assert_array_equal(found.values[0], expected)


def test_files_of_the_right_size_stay_as_they_are(tmp_path):
    for path in _saved(tmp_path, RGB[:1]):
        for one in (path, str(path), [path]):
            found = read_images(one, _spec(), None)
            np.testing.assert_array_equal(found.values, RGB[:1])
            assert found.notes == ()


def test_files_are_grey_where_the_model_is(tmp_path):
    found = _values(_saved(tmp_path, RGB), _spec(channels=1))
    assert found.shape == (4, 6, 8, 1)


def test_files_keep_their_size_where_the_model_leaves_it_open(tmp_path):
    spec = _spec(None, None)
    paths = _saved(tmp_path, RGB)
    np.testing.assert_array_equal(_values(paths, spec), RGB)
    Image.fromarray(RGB[0, :5]).save(paths[0])
    found = read_images(paths, spec, None)
    assert found.values.shape == (4, 6, 8, 3)
    assert "8 x 5, 8 x 6 px were stretched" in found.notes[0]


def test_files_are_turned_as_the_camera_noted(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the top of the picture is at the right
    path = tmp_path / "turned.png"
    Image.fromarray(RGB[0]).save(path, exif=exif)
    found = _values(path, _spec(8, 6))
    np.testing.assert_array_equal(found[0], np.rot90(RGB[0], -1))


def test_files_that_cannot_be_read_are_all_named(tmp_path):
    good = _saved(tmp_path, RGB[:1])
    (tmp_path / "text.jpg").write_text("no picture")
    Image.fromarray(np.zeros((4, 4), np.uint16)).save(tmp_path / "deep.png")
    bad = [tmp_path / name for name in ("text.jpg", "none.png", "deep.png")]
    with pytest.raises(ValueError, match="cannot") as caught:
        _values([*good, *bad], _spec())
    assert all(path.name in str(caught.value) for path in bad)
    assert "0.png" not in str(caught.value)


def test_a_pattern_is_the_files_that_match(tmp_path, monkeypatch):
    paths = _saved(tmp_path, RGB)
    (tmp_path / "notes.txt").write_text("no picture")
    found = read_images(str(tmp_path / "*.png"), _spec(), None)
    np.testing.assert_array_equal(found.values, RGB)
    assert found.names == tuple(path.name for path in paths)
    monkeypatch.chdir(tmp_path)
    assert len(_values("[01].png", _spec())) == 2
    paths[0].rename("[0].png")  # a path, though it reads as a pattern
    assert len(_values("[0].png", _spec())) == 1


def test_a_pattern_that_matches_nothing_says_where(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"'photos/\*\.jpg', which mat"):
        _values("photos/*.jpg", _spec())


def test_files_of_a_model_of_four_channels_are_read_with_transparency(tmp_path):
    four = np.dstack([RGB[0], np.arange(48, dtype=np.uint8).reshape(6, 8)])
    Image.fromarray(four).save(tmp_path / "a.png")
    found = _values(str(tmp_path / "*.png"), _spec(channels=4))
    np.testing.assert_array_equal(found[0], four)
    _saved(tmp_path, RGB[:1])
    with pytest.raises(ValueError, match=r"0\.png.*give an array of all chan"):
        _values(tmp_path, _spec(channels=4))


def test_a_large_jpeg_is_decoded_smaller_and_looks_the_same(tmp_path):
    rows = np.linspace(0, 255, 4200)[:, None, None]
    picture = np.broadcast_to(rows, (4200, 4100, 3)).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6  # the top of the picture is at the right
    path = tmp_path / "a.jpg"
    Image.fromarray(picture).save(path, exif=exif)
    found = read_images(path, _spec(64, 60), None)
    assert found.notes[0].startswith("Image files of 4200 x 4100 px were")
    turned = Image.fromarray(np.rot90(picture, -1)).resize((60, 64))
    difference = found.values[0].astype(int) - np.asarray(turned)
    assert np.abs(difference).max() <= 3


def test_files_are_decoded_one_by_one(tmp_path):
    paths = []
    for number in range(6):
        paths.append(tmp_path / f"{number}.png")
        Image.new("RGB", (4000, 4000)).save(paths[-1], compress_level=1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert _values(paths, _spec(32, 32)).shape == (6, 32, 32, 3)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 200_000  # kB; all six take 288


@pytest.mark.parametrize("limit", ["MAX_PIXELS", "MAX_KEPT_PIXELS"])
def test_more_pixels_than_may_be_decoded_are_refused(
    tmp_path, monkeypatch, limit
):
    monkeypatch.setattr(image_files, limit, 100)
    paths = _saved(tmp_path, RGB)
    told = "48 pixels|million" if limit == "MAX_PIXELS" else "first 3 of 4"
    spec = _spec(None, None)
    if limit == "MAX_PIXELS":
        monkeypatch.setattr(image_files, limit, 40)
    with pytest.raises(ValueError, match=told):
        _values(paths, spec)


def test_a_format_that_starts_a_program_is_not_opened(tmp_path):
    _saved(tmp_path, RGB[:1])
    script = "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 6\n%%EndComments\n"
    other = tmp_path / "a.eps"
    other.write_text(script)
    assert len(_values(tmp_path, _spec())) == 1  # a folder holds one picture
    for name in ("a.eps", "b.png"):
        (tmp_path / name).write_text(script)
        with pytest.raises(ValueError, match="cannot identify image file"):
            _values(tmp_path / name, _spec())


def test_a_fifo_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(ValueError, match="no plain file"):
        _values(tmp_path / "a.png", _spec())


def _saved(folder, images: np.ndarray) -> list:
    paths = [folder / f"{index}.png" for index in range(len(images))]
    for path, image in zip(paths, images, strict=True):
        Image.fromarray(image).save(path)
    return paths
