"""Draws the patterns of one layer, as often as its weights change.

An engine serves one layer for as long as its model's structure lasts.
"""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import BoolArray, FloatArray, IntArray, Range
from kerasviz_callbacks.images import TensorPreprocess, as_to_input
from kerasviz_callbacks.model import (
    KeptTraces,
    Located,
    Probe,
    activation_range,
    channels_last_shape,
)
from kerasviz_callbacks.model.devices import (
    Chunks,
    chunk_size,
    clear_device_errors,
    joined,
    num_replicas,
)
from kerasviz_callbacks.patterns.ascent.ascent import Climbed, kept_ascent
from kerasviz_callbacks.patterns.ascent.graph import AscentGraph
from kerasviz_callbacks.patterns.excitation import Excitation
from kerasviz_callbacks.patterns.margin import margin_px, without_margin
from kerasviz_callbacks.patterns.own_weights import own_weights
from kerasviz_callbacks.patterns.result import Patterns
from kerasviz_callbacks.patterns.status import has_found, statuses
from kerasviz_callbacks.presets import (
    PixelCanvas,
    Preset,
    Wobble,
    channel_note,
    generator,
)


class PatternEngine:
    """Draws filters of one layer; traced once, weights are read live.

    Args:
        probe: Probe of the model.
        located: The layer and its path.
        preset: The method.
        pixels: Lowest and highest pixel value of raw images.
        preprocess: Function from pixels to the model's input. A `PixelCanvas`,
            which is the model's input itself, does not use it.
        traces: What was traced of the model before. Defaults to nothing.
    """

    def __init__(
        self,
        probe: Probe,
        located: Located,
        preset: Preset,
        pixels: Range,
        preprocess: TensorPreprocess | None = None,
        traces: KeptTraces | None = None,
    ) -> None:
        self._model = probe.model
        self.located = located
        self.preset = preset
        self.image_shape = probe.image_shape
        self.num_filters = _num_filters(located, probe)
        is_raw = isinstance(preset.canvas, PixelCanvas)
        preprocess = None if is_raw else preprocess
        to_input = as_to_input(preprocess)
        graph = AscentGraph(probe, located.layer, preset, pixels, to_input)
        self._ascent = kept_ascent(graph, preprocess, traces or KeptTraces())
        self._pixels = pixels
        self.ends = activation_range(located.layer)
        size = chunk_size(self.image_shape) * num_replicas(probe.model)
        self._chunks = Chunks(size)

    @property
    def channels(self) -> str:
        """What the colors of the patterns stand for."""
        return channel_note(self.image_shape[-1])

    @property
    def weights(self) -> tuple[tf.Variable, ...]:
        """The weights that the patterns depend on."""
        return self._ascent.weights

    def draw(
        self,
        filters: Sequence[int],
        *,
        start: FloatArray | None = None,
        seed: int = 0,
        num_steps: int | None = None,
        nudge: float = 0.0,
        excitation: Excitation | None = None,
    ) -> Patterns:
        """Return the patterns of some filters.

        Args:
            filters: Indices of the filters.
            start: Images to start from. Defaults to noise from the seed.
            seed: Seed of the noise.
            num_steps: Number of ascent steps. Defaults to the preset's; then
                filters that they do not activate are given more of them.
            nudge: Standard deviation of additional noise, always the same, that
                is added to the start.
            excitation: Activations of these filters on the held-out images, if
                there are some.
        """
        climbed = self.climb(
            filters, start=start, seed=seed, num_steps=num_steps, nudge=nudge
        )
        return self.patterns(filters, climbed, excitation)

    def climb(
        self,
        filters: Sequence[int],
        *,
        start: FloatArray | None = None,
        seed: int = 0,
        num_steps: int | None = None,
        nudge: float = 0.0,
    ) -> Climbed:
        """Return where the ascents end; nearly all of the time; see `draw`.

        The result depends only on the weights and on these arguments, so it can
        be computed elsewhere as well.
        """
        state = self._start(filters, start, seed, nudge)
        steps = self.preset.num_steps if num_steps is None else num_steps
        climbed = joined(self._climbed(filters, state, seed, steps))
        more = self.preset.more_steps if num_steps is None else None
        if more is None or self.preset.objective.couples_images:
            return climbed
        wanting = np.flatnonzero(~has_found(climbed, self.ends))
        if not wanting.size:
            return climbed
        again = [filters[int(i)] for i in wanting]
        further = joined(self._climbed(again, state[wanting], seed, more))
        return _with_rows(climbed, wanting, further)

    def patterns(
        self,
        filters: Sequence[int],
        climbed: Climbed,
        excitation: Excitation | None = None,
        margin: int | None = None,
    ) -> Patterns:
        """Return the patterns of ascents that ended there; see `draw`.

        Args:
            filters: Indices of the filters.
            climbed: Where their ascents ended.
            excitation: Activations of these filters on the held-out images.
            margin: Width of the border that is not displayed. Defaults to what
                these ascents do not see.
        """
        margin = margin_px(climbed) if margin is None else margin
        indices = tuple(int(index) for index in filters)
        own = own_weights(self.located.named, indices)
        status = statuses(climbed, excitation, self.ends, own)
        is_finite = np.array([word != "not_finite" for word in status])
        return Patterns(
            layer=self.located.path,
            filters=indices,
            preset=self.preset.name,
            raw=climbed.raw,
            images=without_margin(climbed.images, margin),
            margin_px=margin,
            objective=_where(is_finite, climbed.objective),
            peak=_where(is_finite, climbed.peak),
            status=status,
            channels=self.channels,
            **_nature(excitation, is_finite),
        )

    def _climbed(
        self,
        filters: Sequence[int],
        state: FloatArray,
        seed: int,
        steps: int,
    ) -> list[Climbed]:
        wobble = self.preset.wobble or Wobble()
        draws = wobble.draw(self.located.path, filters, steps, seed)
        indices = np.asarray(filters)

        def climb(part: slice) -> Climbed:
            return self._ascent(state[part], indices[part], draws[part])

        with clear_device_errors(self._model):
            if self.preset.objective.couples_images:
                return [climb(slice(len(filters)))]
            return self._chunks.run(climb, len(filters))

    def _start(
        self,
        filters: Sequence[int],
        start: FloatArray | None,
        seed: int,
        nudge: float,
    ) -> FloatArray:
        path, canvas = self.located.path, self.preset.canvas
        if start is None:
            state = np.concatenate(
                [
                    canvas.start(place, [index], self.image_shape, seed)
                    for place, index in _places(path, filters)
                ]
            )
        else:
            state = canvas.state_of(start, self._pixels)
        if not nudge:
            return state
        noise = [
            generator("nudge", path, index).normal(size=state.shape[1:])
            for index in filters
        ]
        return np.asarray(state + nudge * np.stack(noise), np.float32)


def _with_rows(climbed: Climbed, rows: IntArray, others: Climbed) -> Climbed:
    """Return the ascents with some of them replaced."""
    merged = {}
    for one in fields(Climbed):
        merged[one.name] = getattr(climbed, one.name).copy()
        merged[one.name][rows] = getattr(others, one.name)
    return Climbed(**merged)


def _places(path: str, filters: Sequence[int]) -> list[tuple[str, int]]:
    """Return a name and an index per image: equal ones start alike.

    A filter that is requested again starts from other noise.
    """
    again = [list(filters[:i]).count(f) for i, f in enumerate(filters)]
    return [
        (f"{path}#{count}" if count else path, index)
        for count, index in zip(again, filters, strict=True)
    ]


def _where(is_finite: BoolArray, values: FloatArray) -> FloatArray:
    """Return the values; NaN for filters that are not finite."""
    return np.where(is_finite, values, np.float32(np.nan))


def _nature(
    excitation: Excitation | None, is_finite: BoolArray
) -> dict[str, Any]:
    """Return the fields of `Patterns` that come from held-out images."""
    if excitation is None:
        return {}
    return {
        "held_out_mean": _where(is_finite, excitation.mean.mean(axis=0)),
        "held_out_best": _where(is_finite, excitation.mean.max(axis=0)),
        "held_out_peak": _where(is_finite, excitation.peak.max(axis=0)),
        "crop_image": np.where(is_finite, excitation.crop_image, -1),
        "crop_box": np.where(is_finite[:, None], excitation.crop_box, np.nan),
    }


def _num_filters(located: Located, probe: Probe) -> int:
    count = channels_last_shape(probe, located.layer)[-1]
    if count is None:
        raise ValueError(
            f"The number of filters of {located.path!r} is not known: its "
            f"output has shape {probe.shape(located.layer)}. Choose another "
            "layer."
        )
    return count
