"""Finds where in the image the cells of a feature map lie.

A crop, a flip or swapped axes inside the model put a cell elsewhere than its
row and column say. The traced operations from the image to the map are
followed one by one; `rules` says what each does to positions. Nothing of the
model is computed.

A network that only convolves and pools keeps the plain place: cell (i, j)
of (h, w) covers [i/h, (i + 1)/h] x [j/w, (j + 1)/w]. So does one whose exact
places are less than a cell from that, and cells less than a cell from filling a
crop fill it: padding and strides leave no more of an edge that is still seen.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.model.dependence import SHAPE_ONLY, ancestors
from kerasviz_callbacks.model.maps.places.computed import computed, inside
from kerasviz_callbacks.model.maps.places.lattice import (
    Lattice,
    LostPlaceError,
    Unknown,
    image_lattice,
)
from kerasviz_callbacks.model.maps.places.rules import moved

logger = logging.getLogger(__name__)

_TOLERANCE = 1 - 1e-3  # of a cell: what counts as the plain place
_CLOSE = 1e-6  # in fractions of the image
_ALIGNED = 0.02  # of a cell
_FINEST = 4  # parts of a cell where no coarser grid has its edges

_CONDITIONS = ("If", "StatelessIf")
_CALLS = {
    "If": "then_branch",
    "StatelessIf": "then_branch",
    "PartitionedCall": "f",
    "StatefulPartitionedCall": "f",
}

Size: TypeAlias = tuple[int, int]
Found: TypeAlias = Lattice | LostPlaceError | None


@dataclass(frozen=True)
class Placement:
    """Where the cells of a map lie, in fractions of the image.

    Attributes:
        origin: Center (y, x) of the first cell.
        down: Step (y, x) to the cell of the next row.
        right: Step (y, x) to the cell of the next column.
        shape: Height and width of the map, in cells.
        size: Height and width of the image, in pixels.
    """

    origin: FloatArray
    down: FloatArray
    right: FloatArray
    shape: Size
    size: Size

    def laid(self, maps: FloatArray) -> FloatArray:
        """Return maps in the frame of the image, zero where no cell lies.

        The grid is as fine as the map, so that values are copied; where its
        edges are not those of the cells it is finer, up to four times.

        Args:
            maps: (n, h, w).
        """
        rows, columns = self._grid()
        y, x = (np.arange(n) + 0.5 for n in (rows, columns))
        points = np.stack(
            np.meshgrid(y / rows, x / columns, indexing="ij"), axis=-1
        )
        steps = np.stack([self.down, self.right], axis=-1)
        cells = (points - self.origin) @ np.linalg.inv(steps).T
        i, j = np.moveaxis(np.floor(cells + 0.5 + 1e-6).astype(int), -1, 0)
        height, width = maps.shape[1:]
        is_in = (i >= 0) & (j >= 0) & (i < height) & (j < width)
        found = maps[:, i.clip(0, height - 1), j.clip(0, width - 1)]
        return np.where(is_in, found, np.zeros((), maps.dtype))

    @property
    def covered(self) -> float:
        """Share of the image where cells lie."""
        return float(self.laid(np.ones((1, *self.shape), np.float32)).mean())

    @property
    def is_plain(self) -> bool:
        """Whether the map simply covers the image."""
        plain = np.diag([1 / self.shape[0], 1 / self.shape[1]])
        steps = np.stack([self.down, self.right])
        off = np.vstack([steps - plain, self.origin - plain.sum(axis=0) / 2])
        return bool((np.abs(off) < _CLOSE).all())

    def _grid(self) -> Size:
        edge = self.origin - (self.down + self.right) / 2
        cell = np.maximum(np.abs(self.down), np.abs(self.right))
        return (
            _count(edge[0], cell[0], self.size[0]),
            _count(edge[1], cell[1], self.size[1]),
        )


def _count(edge: float, cell: float, pixels: int) -> int:
    """Return the cells of the coarsest grid with an edge at every cell's."""
    for part in range(1, _FINEST):
        count = max(1, round(part / cell))
        wanted = np.array([edge, cell]) * count
        if (np.abs(wanted - np.rint(wanted)) <= _ALIGNED * part).all():
            return count
    return max(1, min(pixels, int(np.ceil(_FINEST / cell))))


Place: TypeAlias = Placement | Unknown | None


def find_placements(
    image: tf.Tensor, features: Sequence[tf.Tensor]
) -> tuple[Place, ...]:
    """Return where the cells of traced maps lie; None for the plain place.

    Args:
        image: (n, h, w, c) traced images.
        features: (n, h, w, c) maps, traced from them.
    """
    start = {image.name: image_lattice(image)}
    found = _followed(image.graph, start, features)
    size = image.shape[1], image.shape[2]
    return tuple(
        _placement(lattice, tuple(one.shape[1:3]), size)
        for lattice, one in zip(found, features, strict=True)
    )


def _placement(found: Found, shape: Size, size: Size) -> Place:
    if found is None:
        return Unknown("values that do not depend on the image")
    if isinstance(found, LostPlaceError):
        return Unknown(str(found))
    try:
        down, right = _step(found, 1), _step(found, 2)
    except LostPlaceError as error:
        return Unknown(str(error))
    if not abs(down[0] * right[1] - down[1] * right[0]):
        return Unknown("rows and columns of no place")
    is_upright = down[0] > 0 and right[1] > 0
    if is_upright and not found.is_moved:
        return None
    exact = Placement(found.origin, down, right, shape, size)
    placement = _snapped(exact, (found.window, found.frame))
    return None if placement.is_plain else placement


def _snapped(one: Placement, windows: Sequence[FloatArray]) -> Placement:
    """Return it filling a window, the first that it nearly fills.

    Padding and strides leave the edges of cells less than a cell off; the
    plain place does not know of that either.
    """
    steps = np.stack([one.down, one.right])
    across = np.array(one.shape) @ steps  # from edge to edge of the map
    start = one.origin - steps.sum(axis=0) / 2
    factor, is_done = np.ones(2), np.zeros(2, bool)
    for low, high in windows:
        first = np.where(across < 0, high, low)
        last = np.where(across < 0, low, high)
        off = np.maximum(np.abs(start - first), np.abs(start + across - last))
        is_near = off <= _TOLERANCE * np.abs(steps).max(axis=0)
        is_new = is_near & ~is_done
        factor = np.where(is_new, (last - first) / across, factor)
        start = np.where(is_new, first, start)
        is_done |= is_near
    steps = steps * factor
    origin = start + steps.sum(axis=0) / 2
    return replace(one, origin=origin, down=steps[0], right=steps[1])


def _followed(
    graph: tf.Graph, start: Mapping[str, Found], wanted: Sequence[tf.Tensor]
) -> list[Found]:
    found = dict(start)
    needed = frozenset().union(*(ancestors(tensor) for tensor in wanted))
    for op in graph.get_operations():
        given = [found.get(tensor.name) for tensor in op.inputs]
        if op.name in needed and op.type not in SHAPE_ONLY and any(given):
            for tensor, place in zip(
                op.outputs, _outputs(op, given), strict=False
            ):
                found[tensor.name] = place
    return [found.get(tensor.name) for tensor in wanted]


def _outputs(op: tf.Operation, given: Sequence[Found]) -> Sequence[Found]:
    if op.type == "IdentityN":
        return given
    try:
        if op.type in _CALLS:
            return _called(op, given)
        return [moved(op, _known(given))] * len(op.outputs)
    except LostPlaceError as error:
        return [error] * len(op.outputs)
    except Exception:  # an operation in a form that its rule does not know
        logger.debug("kerasviz: %s lost the place.", op.type, exc_info=True)
        return [LostPlaceError(op.type)] * len(op.outputs)


def _known(given: Sequence[Found]) -> list[Lattice | None]:
    """Return the lattices.

    Raises:
        LostPlaceError: One is lost.
    """
    places: list[Lattice | None] = []
    for one in given:
        if isinstance(one, LostPlaceError):
            raise one
        places.append(one)
    return places


def _called(op: tf.Operation, given: Sequence[Found]) -> Sequence[Found]:
    """Follow a function of its own, or the branch that is taken.

    Raises:
        LostPlaceError: It is not known which branch.
    """
    name, skipped = op.get_attr(_CALLS[op.type]).name, 0
    if op.type in _CONDITIONS:
        name, skipped = _branch(op), 1  # the condition is no argument
    graph = op.graph._get_function(name).graph  # no public way in
    arguments = list(op.inputs)[skipped:]
    pairs = zip(graph.inputs, given[skipped:], strict=True)
    start = {tensor.name: place for tensor, place in pairs}
    with inside(graph, arguments):
        return _followed(graph, start, graph.outputs)


def _branch(op: tf.Operation) -> str:
    is_so = bool(computed(op.inputs[0]))
    return str(op.get_attr("then_branch" if is_so else "else_branch").name)


def _step(found: Lattice, index: int) -> FloatArray:
    [digit] = found.straight(index).axes[index]
    return digit.vector
