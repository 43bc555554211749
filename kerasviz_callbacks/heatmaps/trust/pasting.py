"""Pastes a place of some images into others, and counts what it decides.

Heatmaps cannot prove that a place decides a class; an experiment can. The place
is cut out of images that the model takes for the class and pasted, at the same
place, into images that it takes for others, and the predictions that turn into
the class are counted. Two controls say what any patch does:

| pasted at the place      | from                             | counts      |
|--------------------------|----------------------------------|-------------|
| the place itself         | images of the class              | `turned`    |
| a patch of the same size | another place of the same images | `elsewhere` |
| the place itself         | images of other classes          | `others`    |

Objects that lie anywhere turn as many predictions from `elsewhere`, and a patch
that only disturbs turns as many from `others`. The place is also blurred in the
class's own images, and those are counted that leave the class (`left`), beside
another place (`left_elsewhere`).

Source: Lapuschkin et al. 2019, "Unmasking Clever Hans predictors",
https://www.nature.com/articles/s41467-019-08987-4, where a watermark that a
person found is pasted into other images. Differs: heatmaps find the place, and
controls say what is due to any patch.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from kerasviz_callbacks.arrays import FloatArray, IntArray
from kerasviz_callbacks.heatmaps.trust.faithfulness import blurred
from kerasviz_callbacks.heatmaps.trust.suspects import (
    FEWEST,
    Box,
    Seen,
    Suspect,
)

#: Takes images (n, h, w, c) and which of the images each was made of, (n,), and
#: returns the predicted class of each, (n,).
Predict: TypeAlias = Callable[[FloatArray, IntArray], IntArray]
Square: TypeAlias = tuple[slice, slice]

NUM_PASTED = 24  # images, for each count
NUM_TRIED = 8  # of them first: most places turn none, and are done with
_TRIED = 3  # of these, that must turn
TURNED = 0.5  # of the predictions
EFFECT = 0.35  # of them, beyond each control
_SURE = 0.6  # beyond each control: proof enough without blurring
_FEW = 8  # images to cut the place out of: they may agree by chance
_AGREE = 0.75  # of these few
_NEEDED = 0.2  # of these few, beyond another place


@dataclass(frozen=True)
class Pasted:
    """What pasting a place did; shares are of predictions, from 0 to 1.

    Attributes:
        suspect: The place and its class.
        turned: Share that turned into the class.
        elsewhere: The same with patches of other places of the same images.
        others: The same with that place of images of other classes.
        left: Share of the class's own images that left it with the place
            blurred.
        left_elsewhere: The same with another place blurred.
        num_pasted: Images behind each of the first three shares.
        num_own: Images behind the other two.
        agree: Share of the images it was cut out of whose patches turned at
            least half of the images that they were pasted into.
    """

    suspect: Suspect
    turned: float
    elsewhere: float
    others: float
    left: float
    left_elsewhere: float
    num_pasted: int
    num_own: int
    agree: float

    @property
    def effect(self) -> float:
        """The share that turned beyond what either control turned."""
        return self.turned - max(self.elsewhere, self.others)

    @property
    def is_shortcut(self) -> bool:
        """Whether the place decides the class.

        It turns at least `TURNED` of the predictions and `EFFECT` beyond each
        control; and either much more than that, or the class's own images
        leave it as well if the place is blurred. Of few images, which may show
        an object there by chance, some have to leave it in any case, and nearly
        each has to turn others by itself.
        """
        if self.turned < TURNED or self.effect < EFFECT:
            return False
        needed = self.left - self.left_elsewhere
        if len(self.suspect.donors) < _FEW and (
            self.agree < _AGREE or needed < _NEEDED
        ):
            return False
        return needed >= EFFECT or self.effect >= _SURE


def paste(
    seen: Seen,
    suspect: Suspect,
    predict: Predict,
    *,
    is_known: bool = False,
    seed: int = 0,
) -> Pasted | None:
    """Return what pasting a place did; None if it turned next to nothing.

    Args:
        seen: All images.
        suspect: The place.
        predict: Runs the model.
        is_known: Whether to count all, though few turn: it was a shortcut.
        seed: Seed of the choice of images and of other places.
    """
    trial = _Trial(seen, suspect, predict, np.random.default_rng(seed))
    if len(trial.takers) == 0:
        return None
    tried = trial.turned(trial.own()[:NUM_TRIED])
    if not is_known and tried.sum() < min(_TRIED, len(tried)):
        return None
    turned = np.append(tried, trial.turned(trial.own()[NUM_TRIED:], NUM_TRIED))
    left, left_elsewhere = trial.left()
    return Pasted(
        suspect,
        float(turned.mean()),
        float(trial.turned(trial.elsewhere()).mean()),
        float(trial.turned(trial.of_others()).mean()),
        float(left.mean()) if len(left) else 0.0,
        float(left_elsewhere.mean()) if len(left) else 0.0,
        len(turned),
        len(left),
        trial.agreement(turned),
    )


class _Trial:
    """Pairs of images, and what is pasted from the one into the other.

    Attributes:
        givers: (m,) images that the place is cut out of.
        takers: (m,) images that it is pasted into; none if too few are of
            other classes.
    """

    def __init__(
        self,
        seen: Seen,
        suspect: Suspect,
        predict: Predict,
        rng: np.random.Generator,
    ) -> None:
        self._seen, self._suspect, self._predict = seen, suspect, predict
        self._rng = rng
        self._size = seen.fed.shape[1:3]
        self._place = square(suspect.box, self._size)
        is_other = seen.predictions != suspect.class_index
        known = np.flatnonzero(is_other & (seen.predictions >= 0))
        self._others = np.setdiff1d(known, suspect.donors)
        if len(self._others) < FEWEST:
            self._others = self._others[:0]
        givers, takers = np.meshgrid(suspect.donors, self._others)
        pairs = np.stack([givers.ravel(), takers.ravel()])
        chosen = rng.permutation(pairs.shape[1])[:NUM_PASTED]
        self.givers, self.takers = pairs[:, chosen]

    def turned(self, patches: FloatArray, begin: int = 0) -> FloatArray:
        """Paste patches into the takers from one on; return which turn."""
        takers = self.takers[begin : begin + len(patches)]
        if not len(takers):
            return np.zeros(0)
        images = self._seen.fed[takers]
        images[:, *self._place] = patches
        is_turned = self._predict(images, takers) == self._suspect.class_index
        return np.asarray(is_turned, np.float64)

    def own(self) -> FloatArray:
        """Return the place of each giver."""
        return np.asarray(self._seen.fed[self.givers][:, *self._place])

    def elsewhere(self) -> FloatArray:
        """Return a patch from another place of each giver."""
        return np.stack(
            [self._seen.fed[one][self._away()] for one in self.givers]
        )

    def of_others(self) -> FloatArray:
        """Return the place of images of other classes, but not the taker's."""
        rng, others = self._rng, self._others
        chosen = [rng.choice(others[others != one]) for one in self.takers]
        return np.asarray(self._seen.fed[chosen][:, *self._place])

    def left(self) -> tuple[FloatArray, FloatArray]:
        """Return which of the class's own images leave it, blurred.

        At the place, and at another one.
        """
        one = self._suspect.class_index
        donors = self._suspect.donors
        own = donors[self._seen.predictions[donors] == one]
        own = self._rng.permutation(own)[:NUM_PASTED]
        if not len(own):
            return np.zeros(0), np.zeros(0)
        soft = blurred(self._seen.fed[own])
        found = []
        for places in (
            [self._place] * len(own),
            [self._away() for _ in own],
        ):
            images = self._seen.fed[own]
            for image, smooth, place in zip(images, soft, places, strict=True):
                image[place] = smooth[place]
            classes = self._predict(images, own)
            found.append(np.asarray(classes != one, np.float64))
        return found[0], found[1]

    def agreement(self, turned: FloatArray) -> float:
        """Return the share of givers that turned at least half their takers."""
        shares = [turned[self.givers == one].mean() for one in set(self.givers)]
        return float(np.mean(np.array(shares) >= 0.5))

    def _away(self) -> Square:
        """Return a square of the same size that does not touch the place."""
        rows, columns = self._place
        height, width = rows.stop - rows.start, columns.stop - columns.start
        upper = np.arange(self._size[0] - height + 1)[:, None]
        left = np.arange(self._size[1] - width + 1)
        is_away = (abs(upper - rows.start) >= height) | (
            abs(left - columns.start) >= width
        )
        row, column = self._rng.choice(np.argwhere(is_away))
        return slice(row, row + height), slice(column, column + width)


def square(box: Box, size: tuple[int, ...]) -> Square:
    """Return the rows and columns of a square in an image of this size."""
    (left, upper, right, lower), (height, width) = box, size[:2]
    return (
        slice(round(upper * height), max(1, round(lower * height))),
        slice(round(left * width), max(1, round(right * width))),
    )
