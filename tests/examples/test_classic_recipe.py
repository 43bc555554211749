"""The classic recipe as a script, on a tiny network of one's own."""

from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image

from examples.classic_recipe import main, tiled
from kerasviz_callbacks import filter_patterns, grad_cam

# Keras' own, wherever it saves a variable with NumPy 2.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't:DeprecationWarning"
)


@pytest.fixture
def model_file(tmp_path) -> Path:
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            layers.Input((24, 32, 3)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(10, 3, activation="relu", name="first"),
            layers.Conv2D(4, 3, activation="relu", name="second"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(5, activation="softmax"),
        ]
    )
    model.save(tmp_path / "tiny.keras")
    return tmp_path / "tiny.keras"


@pytest.fixture
def photo(tmp_path) -> Path:
    noise = np.random.default_rng(0).integers(0, 256, (24, 32, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def pixels(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("RGB"))


def test_sheet_holds_the_filters_of_the_recipe(model_file, photo) -> None:
    out = photo.parent / "out"
    main(
        f"{photo} --model {model_file} --out {out} --filter-layer first".split()
    )
    model = keras.saving.load_model(model_file)
    drawn = filter_patterns(model, "first", range(10), preset="recipe")
    sheet = pixels(out / "filters.png")
    assert sheet.shape == (2 * 24 + 5, 8 * 32 + 7 * 5, 3)
    np.testing.assert_array_equal(sheet[29:, 37:69], drawn.images[9])


def test_heatmap_lies_over_the_photo(model_file, photo) -> None:
    main(f"{photo} --model {model_file} --out {photo.parent}".split())
    model = keras.saving.load_model(model_file)
    expected = grad_cam(model, pixels(photo)[None]).overlay(alpha=0.4)
    written = pixels(photo.parent / "heatmap.png")
    np.testing.assert_array_equal(written, expected[0])


def test_three_best_guesses_are_printed(model_file, photo, capsys) -> None:
    main(f"{photo} --model {model_file} --out {photo.parent}".split())
    model = keras.saving.load_model(model_file)
    answer = model.predict(pixels(photo)[None].astype(float), verbose=0)[0]
    best = np.argsort(-answer)[:3]
    lines = [f"{answer[index]:6.1%}  {index}" for index in best]
    assert "\n".join(lines) in capsys.readouterr().out


def test_unknown_model_says_what_a_model_may_be(photo) -> None:
    with pytest.raises(SystemExit, match=r"a \.keras file or a name"):
        main([str(photo), "--model", "Exception"])


def test_tiles_lie_row_by_row_with_gaps_between() -> None:
    images = np.full((9, 2, 3, 3), 200, np.uint8)
    sheet = tiled(images)
    assert sheet.shape == (2 * 2 + 5, 8 * 3 + 7 * 5, 3)
    assert sheet.sum() == images.sum()
    assert (sheet[7:, :3] == 200).all()
