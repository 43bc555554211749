"""Finds which calls of layers return maps of the image.

A map is (n, h, w, c), or tokens (n, t, c) that form a grid. Its positions
respond to places in the image: in networks of convolutions this is known from
the operations; else bright patches are tried, on some calls at a time. And it
carries gradient to the output at more than one position: after the last
attention of a transformer with a class token only that token does.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.model.layers import Located
from kerasviz_callbacks.model.maps.grids import (
    ANY_LAYOUT,
    TokenGrid,
    TokenLayout,
    possible_grids,
)
from kerasviz_callbacks.model.maps.patches import (
    BRIGHTNESSES,
    follows_the_image,
    responses_to_patches,
)
from kerasviz_callbacks.model.probe import LayerCall, Probe, is_passive

AT_A_TIME = 12  # calls that are tried together
# Of the largest gradient: what rounding leaves at positions that do not count.
_NO_GRADIENT = 1e-5


@dataclass(frozen=True)
class ImageMap:
    """A layer whose output is a map of the image.

    Attributes:
        located: The layer.
        grid: How its tokens lie; None for a map (n, h, w, c).
        is_crossed: Whether all paths to the output cross it.
        call: Which of the layer's calls it is, from 0 on; None for a layer that
            is called once.
        name: Path of the layer, and its call if there are several.
    """

    located: Located
    grid: TokenGrid | None = None
    is_crossed: bool = True
    call: int | None = None

    @property
    def name(self) -> str:
        """Path of the layer, with its call if there are several."""
        path = self.located.path
        return path if self.call is None else f"{path} (call {self.call + 1})"


@dataclass(frozen=True)
class MapSearch:
    """How maps are looked for.

    Attributes:
        layout: What the user says of how tokens lie.
        brightnesses: Values of the brightest pixel to try, the largest that
            the model will be fed if that is known.
    """

    layout: TokenLayout = ANY_LAYOUT
    brightnesses: Sequence[float] = BRIGHTNESSES

    def maps(
        self, probe: Probe, calls: Sequence[LayerCall], outputs: Collection[int]
    ) -> Iterator[ImageMap]:
        """Yield those of the calls that are maps of the image, in their order.

        Args:
            probe: Probe of the model.
            calls: Calls to look at.
            outputs: Indices of the outputs that must get gradient from more
                than one position; empty if it does not matter.
        """
        tried: dict[int, ImageMap | None] = {}
        for place, call in enumerate(calls):
            if is_known_map(call):
                yield _as_map(probe, call, None)
                continue
            if place not in tried:
                ahead = [
                    i
                    for i in range(place, len(calls))
                    if not is_known_map(calls[i])
                ][:AT_A_TIME]
                some = [calls[i] for i in ahead]
                found = self.tried(probe, some, outputs)
                tried |= dict(zip(ahead, found, strict=True))
            one = tried[place]
            if one is not None:
                yield one

    def tried(
        self, probe: Probe, calls: Sequence[LayerCall], outputs: Collection[int]
    ) -> list[ImageMap | None]:
        """Try patches on calls; return the map of each, None if it is none."""
        found: list[ImageMap | None] = [None] * len(calls)
        for bright in self.brightnesses:
            left = [i for i, one in enumerate(found) if one is None]
            some = [calls[i] for i in left]
            if not some:
                break
            answers = responses_to_patches(probe, some, sorted(outputs), bright)
            for i, answer in zip(left, answers, strict=True):
                found[i] = self._following(
                    probe, calls[i], answer, needs_gradient=bool(outputs)
                )
        return found

    def _following(
        self,
        probe: Probe,
        call: LayerCall,
        answer: tuple[FloatArray, FloatArray],
        *,
        needs_gradient: bool,
    ) -> ImageMap | None:
        """Return how a call's output lies, if it follows the image."""
        response, gradient = answer
        grids: list[TokenGrid | None] = [None]
        if response.ndim == 2:
            grids = [
                grid
                for grid in possible_grids(probe, call, response.shape[1])
                if self.layout.agrees(grid)
            ]
        for grid in grids:
            weight = _laid(gradient[None], grid)[0]
            is_used = np.sum(weight > _NO_GRADIENT * weight.max()) > 1
            if needs_gradient and not is_used:
                continue
            if follows_the_image(
                _laid(response, grid), is_upright=grid is not None
            ):
                return _as_map(probe, call, grid)
        return None


ANY_MAP = MapSearch()


def candidates(probe: Probe) -> list[LayerCall]:
    """Return the calls that could be explained, the latest first."""
    shapes = {shape for _, shape in probe.outputs}
    return [
        call
        for call in reversed(probe.calls)
        if call.sees_image
        and call.is_new
        and not is_passive(call)
        and call.shape not in shapes
        and not _is_of_classes(probe, call)
        and len(call.shape) in (3, 4)
        and any(size is None or size > 1 for size in call.shape[1:-1])
    ]


def is_known_map(call: LayerCall) -> bool:
    """Return whether the operations tell that a call returns a map."""
    return call.keeps_places and len(call.shape) == 4


def _is_of_classes(probe: Probe, call: LayerCall) -> bool:
    """Return whether it is a map of class scores that is only enlarged."""
    return len(call.shape) == 4 and any(
        len(shape) == 4 and shape[-1] == call.shape[-1]
        for _, shape in probe.outputs
    )


def _as_map(probe: Probe, call: LayerCall, grid: TokenGrid | None) -> ImageMap:
    is_one = probe.num_calls(call.located.layer) == 1
    number = None if is_one else probe.ordinal(call)
    return ImageMap(call.located, grid, call=number)


def _laid(values: FloatArray, grid: TokenGrid | None) -> FloatArray:
    """Return (k, t) or (k, h, w) as (k, h, w)."""
    return values if grid is None else grid.laid(values)
