"""Searches a model for shortcuts: places of the image that decide a class.

A watermark, a hospital's label, a date in a corner: where all images of a class
show the same at one place, a model may learn that instead of the object.
Heatmaps find the place (`suspects`), and an experiment says whether it decides
(`pasting`).

A shortcut is not always a mistake: an object that all images of a class show at
one place, and no others, counts as well.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike

from kerasviz_callbacks.arrays import AnyArray, FloatArray, IntArray
from kerasviz_callbacks.heatmaps.batch import HeatmapBatch
from kerasviz_callbacks.heatmaps.engine import HeatmapEngine
from kerasviz_callbacks.heatmaps.preparation import (
    HeatmapRequest,
    PreparedHeatmaps,
    load_images,
    prepare_heatmaps,
)
from kerasviz_callbacks.heatmaps.scores import PREDICTED
from kerasviz_callbacks.heatmaps.trust.pasting import Pasted, paste
from kerasviz_callbacks.heatmaps.trust.suspects import (
    FEWEST,
    Suspect,
    both_seen,
    seen_of,
    suspects,
)
from kerasviz_callbacks.images import (
    ClassNames,
    HeldOutImages,
    Preprocess,
    Unreadable,
)
from kerasviz_callbacks.model import LayersLike, generators_kept
from kerasviz_callbacks.model.devices import clear_device_errors
from tb_plugin.contract import ShortcutPlace, ShortcutSearch

MOST_OF_POOL = 256  # images: at 224 x 224 they take 150 MB
MOST_PLACES = 8  # that are tried in one search, the hottest
_SMALLEST = 8  # px along a side


@dataclass(frozen=True)
class Shortcuts:
    """What a search for shortcuts found.

    Attributes:
        search: The places that were tried and turned some predictions, with
            all numbers; `is_shortcut` says which of them are shortcuts.
        pasted: The same as they were found, to try them again.
    """

    search: ShortcutSearch
    pasted: tuple[Pasted, ...] = ()

    def __repr__(self) -> str:
        return "\n".join(self.sentences())

    def __bool__(self) -> bool:
        return any(place.is_shortcut for place in self.search.places)

    def sentences(self) -> tuple[str, ...]:
        """Return the shortcuts in words, or that there are none."""
        words = self.search.sentences()
        if self.search.num_images and not words:
            words = (f"No shortcut found in {self.search.num_images} images.",)
        return (*words, *filter(None, [self.search.skipped]))


class ShortcutSearcher:
    """Searches held-out images, and those of a pool, again and again.

    Args:
        prepared: What draws the heatmaps.
        pool: More images to search; None for none.

    Attributes:
        num_images: Images that are searched.
        traced_s: Seconds of the last search that another one does not take.
    """

    def __init__(
        self, prepared: PreparedHeatmaps, pool: HeldOutImages | None = None
    ) -> None:
        self._prepared, self._pool = prepared, pool
        self._has_scored = False
        self._path = prepared.engine.cuts[0].path
        images = [prepared.images, *([pool] if pool else [])]
        self.num_images = sum(len(one.fed) for one in images)
        self.traced_s = 0.0
        self._others = {
            name: np.concatenate([one.others[name] for one in images])
            for name in prepared.images.others
        }

    @property
    def share_of_pool(self) -> float:
        """Images of the pool for each held-out one."""
        return self.num_images / len(self._prepared.images.fed) - 1

    @property
    def obstacle(self) -> str:
        """Why nothing can be searched, in words; "" if it can."""
        engine = self._prepared.engine
        form, loss = engine.reading.form, engine.reading.loss
        is_detector = engine.task.layout is not None
        if is_detector or form not in ("classes", "binary"):
            return "the output is no classes of the image"
        if form == "classes" and loss is not None and loss.kind == "sides":
            return "an image may be of several classes"
        if min(self._prepared.images.fed.shape[1:3]) < _SMALLEST:
            return f"images are smaller than {_SMALLEST} px"
        if self.num_images < 2 * FEWEST + 2:
            return f"{self.num_images} images are too few"
        return ""

    def __call__(
        self, batch: HeatmapBatch, known: Sequence[Suspect] = ()
    ) -> Shortcuts:
        """Search, with the weights as they are.

        Args:
            batch: The heatmaps of the held-out images with these weights.
            known: Places to try again, whatever the heatmaps say.
        """
        self.traced_s = 0.0
        seen = seen_of(batch, self._path, self._prepared.images.fed)
        if self._pool is not None:
            fed = self._pool.fed
            drawn = self._run(self._prepared.engine, fed, self._pool.others)
            seen = both_seen(seen, seen_of(drawn, self._path, fed))
        found = suspects(seen)
        tried = found[:MOST_PLACES]
        again = [
            old for old in known if not any(old.is_like(one) for one in tried)
        ]
        results = [
            paste(
                seen,
                one,
                self._predicted,
                is_known=any(one.is_like(old) for old in known),
            )
            for one in (*tried, *again)
        ]
        pasted = tuple(one for one in results if one is not None)
        places = tuple(map(self._place, pasted))
        left_out = _left_out(len(found) - len(tried))
        return Shortcuts(
            ShortcutSearch(len(seen.fed), left_out, places), pasted
        )

    def _predicted(self, fed: FloatArray, of: IntArray) -> IntArray:
        """Return the predicted class of each image, -1 for none."""
        begin = time.perf_counter()
        others = {name: some[of] for name, some in self._others.items()}
        found = self._run(self._prepared.scoring, fed, others).predictions
        if not self._has_scored:
            self.traced_s = time.perf_counter() - begin
            self._has_scored = True
        return found

    def _run(
        self,
        engine: HeatmapEngine,
        fed: FloatArray,
        others: Mapping[str, AnyArray],
    ) -> HeatmapBatch:
        """Ask for the predicted class of each image."""
        wanted = np.full((len(fed), self._prepared.wanted.shape[1]), PREDICTED)
        with clear_device_errors(engine.model):
            return engine(fed, wanted, others)

    def _place(self, pasted: Pasted) -> ShortcutPlace:
        names, one = self._prepared.class_names, pasted.suspect.class_index
        return ShortcutPlace(
            path=self._path,
            class_index=one,
            class_name=names[one] if one < len(names) else "",
            box=pasted.suspect.box,
            turned=pasted.turned,
            elsewhere=pasted.elsewhere,
            others=pasted.others,
            left=pasted.left,
            left_elsewhere=pasted.left_elsewhere,
            num_pasted=pasted.num_pasted,
            num_own=pasted.num_own,
            is_shortcut=pasted.is_shortcut,
        )


def load_pool(
    prepared: PreparedHeatmaps, request: HeatmapRequest, pool: Any
) -> HeldOutImages:
    """Return the images of a pool, as many as a search takes.

    Args:
        prepared: What draws the heatmaps.
        request: How the held-out images are given.
        pool: More images, given in the same way.

    Raises:
        TypeError, ValueError: They cannot be used.
    """
    engine = prepared.engine
    given = replace(request, images=pool, labels=None, num_images=MOST_OF_POOL)
    images = load_images(engine.model, given)
    if images.fed_shape != prepared.images.fed_shape:
        raise ValueError(
            "pool must hold images of the size of images — the model takes "
            f"{images.fed_shape} of the one and {prepared.images.fed_shape} of "
            "the other. Resize them."
        )
    return images


@generators_kept()
def shortcut_check(
    model: keras.Model,
    images: Any,
    labels: ArrayLike | None = None,
    *,
    layers: LayersLike = "auto",
    preprocess: Preprocess | None = None,
    input: str | int | None = None,
    output: str | int | None = None,
    class_names: ClassNames | None = None,
    method: str = "grad_cam",
    unreadable: Unreadable = "raise",
    num_images: int | None = MOST_OF_POOL,
) -> Shortcuts:
    """Search for places of the image that decide a class by themselves.

    Where the heatmaps of a class are hot at one place, that place is pasted
    into images of other classes, and the predictions that turn are counted,
    beside two controls: patches of the same size from elsewhere in these
    images, and that place of images of other classes. It takes heatmaps of all
    images, and up to 130 forward passes for each of up to 8 places.

    Args:
        model: Keras model that classifies; it is not changed.
        images: As for `grad_cam`, 8 or more. Some dozens of each class are
            best: a class counts that the model predicts for 3 of them or
            more.
        labels: As for `grad_cam`. They serve to choose as many images of each
            class; what counts is what the model predicts.
        layers: As for `GradCAM`. Of several, the first says where to look.
        preprocess: As for `grad_cam`.
        input: As for `grad_cam`.
        output: As for `grad_cam`.
        class_names: As for `grad_cam`.
        method: As for `grad_cam`.
        unreadable: As for `grad_cam`.
        num_images: As for `grad_cam`. Defaults to 256.

    Returns:
        `Shortcuts`, which prints as a sentence per shortcut, and is true if
        there is any.

    Raises:
        ValueError: The output is no classes of the image, or images are too few
            or too small.

    Example:
        >>> print(shortcut_check(model, x_test, y_test))
    """
    request = HeatmapRequest(
        images,
        None,
        labels,
        preprocess=preprocess,
        input=input,
        output=output,
        class_names=class_names,
        method=method,
        unreadable=unreadable,
        num_images=num_images,
    )
    prepared = prepare_heatmaps(model, request, layers)
    searcher = ShortcutSearcher(prepared)
    if searcher.obstacle:
        raise ValueError(
            f"shortcut_check cannot search here — {searcher.obstacle}. It "
            f"needs a model that gives one class per image, and {FEWEST} or "
            "more images of a class and of others."
        )
    return searcher(prepared.draw())


def _left_out(count: int) -> str:
    if not count:
        return ""
    return (
        f"{count} more classes have heatmaps that are hot at one place; the "
        f"{MOST_PLACES} hottest places were tried."
    )
