"""Draws patterns capture after capture, each compared with earlier ones.

`PatternSeries` is what one stream of patterns knows over all its fits: the
held-out images, what is traced for the model, and the layers' earlier captures.
"""

import keras

from kerasviz_callbacks.arrays import counted
from kerasviz_callbacks.captures.drawing import (
    NO_LIMIT,
    RETRACED,
    Cost,
    Drawing,
    Limit,
    Plan,
    Slot,
    StoredImages,
)
from kerasviz_callbacks.captures.filters import (
    AscentOf,
    Climb,
    PatternLayers,
    pattern_scalars,
    status_notes,
)
from kerasviz_callbacks.captures.held_out_record import held_out_record
from kerasviz_callbacks.images import HeldOutImages, check_class_names
from kerasviz_callbacks.model import Digests, structure_signature
from kerasviz_callbacks.patterns import (
    PatternRequest,
    PreparedPatterns,
    load_images,
    prepare_patterns,
)
from kerasviz_callbacks.presets import PixelCanvas
from tb_plugin.contract import Capture, Kind


class PatternSeries:
    """Draws capture after capture of one stream of patterns.

    Args:
        request: What the user wants drawn.
        seed: Seed of all starting noise.
        num_steps: Number of ascent steps per pattern. None takes the
            preset's.
        has_floor: Whether to measure the noise floor of a layer at its first
            capture.
    """

    kind: Kind = "filter_patterns"

    def __init__(
        self,
        request: PatternRequest,
        *,
        seed: int = 0,
        num_steps: int | None = None,
        has_floor: bool = True,
    ) -> None:
        self._request = request
        self._num_steps = num_steps
        self._layers = PatternLayers(
            seed=seed, num_steps=num_steps, has_floor=has_floor
        )
        self._images: HeldOutImages | None = None
        self._prepared: PreparedPatterns | None = None
        self._stored: StoredImages | None = None

    def forget(self) -> None:
        """Forget earlier captures: the log is another one or was removed."""
        self._layers.forget()

    def keep(self) -> None:
        """Note that the last drawing is in the log."""
        self._layers.keep()

    def check(self) -> None:
        """Test nothing: patterns have no such test."""

    def end_fit(self) -> None:
        """Forget no test: patterns have none."""

    def prepare(self, model: keras.Model) -> Plan:
        """Check everything on the real model and make ready to draw."""
        if self._is_other(model):
            self._images = load_images(model, self._request)
            self._stored = None
        return pattern_plan(self.prepared_for(model), self._images)

    def prepare_to_climb(self, model: keras.Model) -> None:
        """Make ready for ascents alone, without a log."""
        self._images = load_images(model, self._request)

    def draw(
        self,
        model: keras.Model,
        slot: Slot,
        digests: Digests,
        limit: Limit = NO_LIMIT,
    ) -> Drawing:
        """Draw with the weights as they are, as many filters as it may."""
        before = self._prepared
        prepared = self.prepared_for(model)
        results, meter = self._layers.draw(prepared, slot, digests, limit)
        records = tuple(result.record for result in results)
        scalars: dict[str, float] = {}
        notes = [RETRACED] * (prepared is not before)
        notes += [*prepared.notes, *self._layers.notes()]
        shown = sum(len(record.filters) for record in records)
        if left_out := prepared.num_filters - shown:
            notes.append(_left_out(left_out, prepared.num_filters))
        for record in records:
            scalars |= pattern_scalars(record)
            notes += status_notes(record, self._layers.statuses(record.path))
        return Drawing(
            tuple(result.picture for result in results),
            records,
            scalars=scalars,
            notes=tuple(notes),
            held_out=self._held_out(slot.stream),
            results=tuple(r.patterns for r in results if r.patterns),
            cost=Cost(
                meter.count, meter.seconds, meter.picture_s, left_out > 0
            ),
        )

    def num_new(self, model: keras.Model, digests: Digests) -> int:
        """Return how many filters other weights have changed."""
        prepared = self._prepared
        if prepared is None or self._is_other(model):
            return self.prepared_for(model).num_filters
        return self._layers.num_new(prepared, digests)

    def prepared_for(self, model: keras.Model) -> PreparedPatterns:
        """Return what draws the model's patterns, traced anew if need be."""
        if self._prepared is None or self._is_other(model):
            self._prepared = prepare_patterns(
                model, self._request, self._images
            )
        return self._prepared

    def due(self, model: keras.Model) -> list[AscentOf]:
        """Return the ascents that a capture of these weights will take.

        Call it for every capture, in their order, before any is drawn.
        """
        return self._layers.due(self.prepared_for(model), Digests())

    def climb_by(self, climb: Climb) -> None:
        """Have the ascents done elsewhere."""
        self._layers.climb = climb

    def recall(
        self, model: keras.Model, capture: Capture, paths: frozenset[str]
    ) -> None:
        """Take layers of a capture in the log as drawn by this process.

        Args:
            model: The model, with the weights of that capture.
            capture: Its record.
            paths: Paths of the layers to take.

        Raises:
            ValueError: They were drawn in another way.
        """
        prepared = self.prepared_for(model)
        drawn = [layer.path for layer in capture.patterns]
        wanted = [layer.path for layer in prepared.layers]
        if drawn != wanted:
            raise ValueError(
                "--log-dir must be new, or begun with the same options — "
                f"patterns of {', '.join(drawn)} are there, not of "
                f"{', '.join(wanted)}. Name another directory or remove it."
            )
        records = {p.path: p for p in capture.patterns if p.path in paths}
        self._layers.recall(prepared, records, capture.step)

    def _is_other(self, model: keras.Model) -> bool:
        """Return whether the model is not the one that all is traced for."""
        signature = structure_signature(model)
        return self._prepared is None or signature != self._prepared.signature

    def _held_out(self, stream: str) -> StoredImages | None:
        """Return the held-out images as stored, encoded once per stream."""
        if self._images is None:
            return None
        if self._stored is None or self._stored[0].stream != stream:
            names = check_class_names(self._request.class_names, None)
            names = names or self._images.class_names
            self._stored = held_out_record(self._images, stream, names, None)
        return self._stored


def _left_out(count: int, of: int) -> str:
    return (
        f"{count} of {counted(of, 'filter')} not drawn anew, to keep within "
        "budget=; they come next."
    )


def pattern_plan(
    prepared: PreparedPatterns, images: HeldOutImages | None
) -> Plan:
    """Return what a capture draws.

    Args:
        prepared: The layers.
        images: Held out, if any.
    """
    layers = prepared.layers
    paths = tuple(layer.path for layer in layers)
    return Plan(
        paths=paths,
        what=f"{counted(prepared.num_filters, 'filter')} of "
        f"{counted(len(paths), 'layer')}",
        num_pictures=prepared.num_filters,
        details=(
            layers[0].engine.preset.name,
            *_range_words(prepared),
            *_image_words(images),
        ),
        reasons=tuple(
            f"{words}: {prepared.pixels[1]}" for words in _range_words(prepared)
        ),
        image_hashes=() if images is None else images.hashes,
        notes=prepared.notes,
    )


def _range_words(prepared: PreparedPatterns) -> tuple[str, ...]:
    if isinstance(prepared.layers[0].engine.preset.canvas, PixelCanvas):
        return ()
    low, high = prepared.pixels[0]
    return (f"pixels {low:g} to {high:g}",)


def _image_words(images: HeldOutImages | None) -> tuple[str, ...]:
    return () if images is None else (images.words,)
