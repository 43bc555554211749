"""Searches for shortcuts capture after capture, where the budget allows it.

A search is more than a drawing: some hundred forward passes, and heatmaps of a
pool if there is one. So it waits until there is time for it and for the next
capture. Places that were shortcuts once are tried again with the same patches,
so that the log says when a model stops to use them.
"""

import logging
import time
from typing import Any

import numpy as np

from kerasviz_callbacks.heatmaps import (
    FEWEST,
    HeatmapBatch,
    HeatmapRequest,
    PreparedHeatmaps,
    Shortcuts,
    ShortcutSearcher,
    Suspect,
    load_pool,
)
from tb_plugin.contract import ShortcutSearch

logger = logging.getLogger(__name__)

_MOST_KNOWN = 8  # places that are tried again
_TRACE_S = 1.0  # a guess, as long as none was made
_PASSES = 4.0  # times the heatmaps of all images, that a search takes: a guess


class ShortcutWatch:
    """Searches for shortcuts in the captures of a stream.

    Args:
        is_wanted: Whether to search at all.
        pool: More images to search, as the user gives them; None for none.
        raises: Whether a search that fails ends the training.

    Attributes:
        seconds: What the last search took, 0 if there was none in the last
            capture.
    """

    def __init__(
        self, is_wanted: bool = False, pool: Any = None, *, raises: bool = False
    ) -> None:
        self._is_wanted = is_wanted
        self._pool = pool
        self._raises = raises
        self.seconds = 0.0
        self._searcher: ShortcutSearcher | None = None
        self._obstacle = ""
        self._hashes: tuple[str, ...] = ()
        self.forget()

    def forget(self) -> None:
        """Forget earlier captures."""
        self._known: list[Suspect] = []
        self._again_s: float | None = None
        self._newest: ShortcutSearch | None = None
        self._warned: set[str] = set()

    def prepare(
        self, prepared: PreparedHeatmaps, request: HeatmapRequest
    ) -> None:
        """Make ready to search, or see why not.

        Raises:
            TypeError, ValueError: The pool cannot be used.
        """
        self._searcher = None
        if not self._is_wanted:
            return
        pool = None
        if self._pool is not None:
            pool = load_pool(prepared, request, self._pool)
        hashes = prepared.images.hashes + (pool.hashes if pool else ())
        if hashes != self._hashes:
            self.forget()  # what was pasted is gone
        self._hashes = hashes
        searcher = ShortcutSearcher(prepared, pool)
        self._obstacle = searcher.obstacle
        if pool is None and not self._obstacle:
            self._obstacle = _too_few(prepared)
        if not self._obstacle:
            self._searcher = searcher

    @property
    def details(self) -> tuple[str, ...]:
        """What will be done, in a few words; () if nothing."""
        if self._searcher is None:
            return ()
        count = self._searcher.num_images
        return (f"a search for shortcuts in {count} images, as time allows",)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why nothing is searched, in a few words; () if it is."""
        if not self._obstacle:
            return ()
        return (f"no search for shortcuts: {self._obstacle}",)

    def look(
        self, batch: HeatmapBatch, drawn_s: float, spare_s: float
    ) -> ShortcutSearch | None:
        """Search if there is time for it.

        Args:
            batch: Heatmaps that were just drawn.
            drawn_s: Seconds that they took; 0 for those of the last capture.
            spare_s: Seconds that a search may take.

        Returns:
            What was found, or why nothing was searched; None if nothing can
            be.
        """
        self.seconds = 0.0
        if self._searcher is None:
            return None
        if not drawn_s and self._newest is not None:
            return self._newest
        if self._expected_s(drawn_s) > spare_s:
            self._newest = _skipped("There was no time left in budget=.")
            return self._newest
        begin = time.perf_counter()
        try:
            found = self._searcher(batch, self._known)
        except Exception as error:
            if self._raises:
                raise
            logger.exception("kerasviz: the search for shortcuts failed.")
            self._searcher = None
            cause = f"{type(error).__name__}: {error}"[:300]
            return _skipped(f"The search failed and ended: {cause}")
        self.seconds = time.perf_counter() - begin
        self._again_s = self.seconds - self._searcher.traced_s
        self._remember(found)
        self._newest = found.search
        return found.search

    def _expected_s(self, drawn_s: float) -> float:
        if self._again_s is not None:
            return self._again_s
        share = self._searcher.share_of_pool if self._searcher else 0.0
        return _TRACE_S + drawn_s * (_PASSES + share)

    def _remember(self, found: Shortcuts) -> None:
        for one in found.pasted:
            is_known = any(old.is_like(one.suspect) for old in self._known)
            if one.is_shortcut and not is_known:
                self._known.append(one.suspect)
        self._known = self._known[-_MOST_KNOWN:]
        for place in found.search.places:
            key = f"{place.class_index} {place.where}"
            if place.is_shortcut and key not in self._warned:
                self._warned.add(key)
                words = f"{place.sentence()}. {place.controls()}"
                logger.warning("kerasviz: shortcut: %s", words)


def shortcut_scalars(
    search: ShortcutSearch | None, stream: str
) -> dict[str, float]:
    """Return the largest share that a place turned beyond its controls."""
    if search is None or not search.num_images:
        return {}
    effects = [
        place.turned - max(place.elsewhere, place.others)
        for place in search.places
    ]
    return {f"shortcut/{stream}": max([0.0, *effects])}


def _skipped(why: str) -> ShortcutSearch:
    return ShortcutSearch(0, f"Not searched for shortcuts. {why}", ())


def _too_few(prepared: PreparedHeatmaps) -> str:
    """Return why held-out images alone are no place to search."""
    labels = prepared.images.labels
    if labels is None:
        return "images have no labels, and there is no pool="
    known = labels[labels >= 0]
    if not len(known) or np.bincount(known).max() < FEWEST:
        return (
            f"fewer than {FEWEST} images of each class, and there is no pool="
        )
    return ""
