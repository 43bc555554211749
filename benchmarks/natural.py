"""Photographs, and how strongly a picture excites a filter against them.

The photographs come with scikit-image, scikit-learn and matplotlib
(`pip install '.[bench]'`); nothing is downloaded.
"""

from dataclasses import dataclass
from pathlib import Path

import keras
import matplotlib.cbook
import numpy as np
import skimage.data
import sklearn.datasets
import tensorflow as tf
from PIL import Image

from kerasviz_callbacks.model.layers import find_layer
from kerasviz_callbacks.model.tap import forward
from kerasviz_callbacks.model.unchanged import without_activation

_OF_SKIMAGE = (
    "astronaut.png brick.png camera.png chelsea.png coffee.png coins.png "
    "grass.png gravel.png hubble_deep_field.jpg motorcycle_left.png rocket.jpg"
).split()
_OF_SKLEARN = ("china.jpg", "flower.jpg")
CROPS_PER_PHOTOGRAPH = 20
_BATCH = 20
_BORDER_PX = 2
# Of the robust score: how far a picture is moved before it is scored.
_SHIFT_PX, _ZOOM, _TURN_DEGREES, _NUM_MOVES = 6.0, 0.08, 8.0, 4


def photographs() -> list[np.ndarray]:
    """Return 14 photographs, (h, w, 3) uint8."""
    skimage_folder = Path(skimage.data.__file__).parent
    sklearn_folder = Path(sklearn.datasets.__file__).parent / "images"
    hopper = matplotlib.cbook.get_sample_data("grace_hopper.jpg", False)
    paths = [
        *(skimage_folder / name for name in _OF_SKIMAGE),
        *(sklearn_folder / name for name in _OF_SKLEARN),
        Path(hopper),
    ]
    return [np.asarray(Image.open(path).convert("RGB")) for path in paths]


def crops(size_px: int, seed: int = 0) -> np.ndarray:
    """Return 280 crops, (n, size, size, 3) uint8, at one to two times size."""
    random = np.random.default_rng(seed)
    found = []
    for photograph in photographs():
        height, width = photograph.shape[:2]
        for _ in range(CROPS_PER_PHOTOGRAPH):
            largest = min(height, width, 2 * size_px)
            side = int(random.integers(min(size_px, largest), largest + 1))
            top = random.integers(0, height - side + 1)
            left = random.integers(0, width - side + 1)
            crop = photograph[top : top + side, left : left + side]
            found.append(_resized(crop, size_px))
    return np.stack(found)


@dataclass(frozen=True)
class Score:
    """Of one picture per filter.

    Attributes:
        z: mean pre-activation against that of the crops, in deviations.
        robust_z: the same after small shifts, zooms and turns, mean of four.
        is_strongest: whether it beats every crop.
    """

    z: np.ndarray
    robust_z: np.ndarray
    is_strongest: np.ndarray


class NaturalScale:
    """How strongly photographs of one size excite each filter of one layer.

    Args:
        model: what looks at them.
        layer: name of a layer of it.
        preprocess: from pixels to what the model takes.
        size_px: of the crops, as of the pictures to score.
    """

    def __init__(
        self, model: keras.Model, layer: str, preprocess, size_px: int
    ) -> None:
        self._model = model
        self._layer = find_layer(model, layer).layer
        self._preprocess = preprocess
        self._mean = tf.function(
            self._traced, reduce_retracing=True, autograph=False
        )
        natural = self._values(crops(size_px))
        self._natural_mean = natural.mean(axis=0)
        self._natural_deviation = natural.std(axis=0)
        self._natural_best = natural.max(axis=0)

    def score(self, pictures: np.ndarray, filters: list[int]) -> Score:
        """Score one picture, (h, w, 3) uint8, for each of the filters."""
        value = self._values(pictures)[np.arange(len(filters)), filters]
        random = np.random.default_rng(5)
        moved = [
            self._z(np.stack([_moved(p, random) for p in pictures]), filters)
            for _ in range(_NUM_MOVES)
        ]
        return Score(
            z=self._z(pictures, filters),
            robust_z=np.mean(moved, axis=0),
            is_strongest=value > self._natural_best[filters],
        )

    def _z(self, pictures: np.ndarray, filters: list[int]) -> np.ndarray:
        value = self._values(pictures)[np.arange(len(filters)), filters]
        deviation = self._natural_deviation[filters]
        return (value - self._natural_mean[filters]) / deviation

    def _values(self, images: np.ndarray) -> np.ndarray:
        parts = [
            self._mean(tf.constant(images[i : i + _BATCH], tf.float32)).numpy()
            for i in range(0, len(images), _BATCH)
        ]
        return np.concatenate(parts)

    def _traced(self, images: tf.Tensor) -> tf.Tensor:
        with without_activation(self._layer):
            run = forward(
                self._model,
                self._preprocess(images),
                [self._layer],
                stop_after=[1],
            )
        inner = slice(_BORDER_PX, -_BORDER_PX)
        return tf.reduce_mean(run.calls[0][0][:, inner, inner], axis=[1, 2])


def _moved(picture: np.ndarray, random: np.random.Generator) -> np.ndarray:
    size = len(picture)
    zoom = 1 + random.uniform(-_ZOOM, _ZOOM)
    angle = np.deg2rad(random.uniform(-_TURN_DEGREES, _TURN_DEGREES))
    shift = random.uniform(-_SHIFT_PX, _SHIFT_PX, 2)
    margin = size // 3
    wide = np.pad(picture, ((margin,) * 2, (margin,) * 2, (0, 0)), "reflect")
    centre = (len(wide) - 1) / 2
    cos, sin = np.cos(angle) / zoom, np.sin(angle) / zoom
    left = centre - cos * centre + sin * centre + shift[0]
    top = centre - sin * centre - cos * centre + shift[1]
    turned = Image.fromarray(wide).transform(
        (len(wide), len(wide)),
        Image.Transform.AFFINE,
        (cos, -sin, left, sin, cos, top),
        Image.Resampling.BILINEAR,
    )
    inner = slice(margin, margin + size)
    return np.asarray(turned)[inner, inner]


def _resized(image: np.ndarray, size_px: int) -> np.ndarray:
    picture = Image.fromarray(image)
    small = picture.resize((size_px, size_px), Image.Resampling.BILINEAR)
    return np.asarray(small)
