"""Finds what a resumed backfill must draw, and what it must recall.

An interrupted backfill goes on after the newest step that all its streams have.
What later captures are compared with is recalled from the checkpoints: the
first capture, and the newest pictures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kerasviz_callbacks.commands.backfill.checkpoints.order import Placed
from kerasviz_callbacks.log import kept_captures
from tb_plugin.contract import Capture

Kept: TypeAlias = dict[str, list[Capture]]


@dataclass(frozen=True)
class Remaining:
    """What a log leaves to do.

    Attributes:
        kept: captures in it that stay, by stream, ascending.
        ahead: checkpoints to draw.
        late: those before the newest capture that are not in the log, where
            they can no longer be put.
        last: step up to which all streams are drawn; -1 if nothing is.
    """

    kept: Kept
    ahead: tuple[Placed, ...]
    late: tuple[Placed, ...]
    last: int = -1


def remaining(
    run_directory: str, streams: Sequence[str], placed: Sequence[Placed]
) -> Remaining:
    """Look into the log.

    Args:
        run_directory: of the log.
        streams: that are to be drawn.
        placed: the checkpoints, in their order.

    Raises:
        ValueError: the log holds something else.
    """
    found = kept_captures(run_directory)
    if not found:
        return Remaining({}, tuple(placed), ())
    newest = {name: kept[-1].step for name, kept in found.items()}
    last = min(newest.get(stream, -1) for stream in streams)
    kept = {
        name: [one for one in captures if one.step <= last]
        for name, captures in found.items()
    }
    drawn = {one.step for captures in kept.values() for one in captures}
    steps = {one.place.step for one in placed}
    is_begun = last >= 0 or all(len(k) == 1 for k in found.values())
    needed = {step for k in kept.values() if k for step in needed_steps(k)}
    if set(found) - set(streams) or not is_begun or needed - steps:
        raise ValueError(
            "--log-dir must be new, or what a backfill of the same "
            f"checkpoints with the same options began — {run_directory!r} "
            f"holds {_words(found)}. Name another one or remove it."
        )
    ahead = tuple(one for one in placed if one.place.step > last)
    late = tuple(
        one
        for one in placed
        if one.place.step <= last and one.place.step not in drawn
    )
    return Remaining(kept, ahead, late, last)


def needed_steps(kept: Sequence[Capture]) -> set[int]:
    """Return the steps whose weights are needed to go on."""
    return {kept[0].step, *newest_steps(kept).values()}


def newest_steps(kept: Sequence[Capture]) -> dict[str, int]:
    """Return where the newest pictures of each layer lie."""
    last = kept[-1]
    origins = {layer.path: layer.origin_step for layer in last.patterns}
    origins |= {layer.path: layer.origin_step for layer in last.maps}
    return {
        path: _first_known(origin, last.step)
        for path, origin in origins.items()
    }


def _first_known(origin_step: Iterable[int | None], step: int) -> int:
    return next((one for one in origin_step if one is not None), step)


def _words(found: Kept) -> str:
    return ", ".join(
        f"{len(captures)} captures of {name!r} (steps {captures[0].step} to "
        f"{captures[-1].step})"
        for name, captures in sorted(found.items())
    )
