"""Finds the captures of a run by stream, step and layer."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tb_plugin import contract
from tb_plugin.contract import Capture, MapLayer, PatternLayer
from tb_plugin.reading.reader import MAX_RUN_BYTES
from tb_plugin.reading.records import StreamRecords

AnyLayer: TypeAlias = PatternLayer | MapLayer


@dataclass(frozen=True)
class DrawnLayer:
    """One layer in one capture."""

    capture: Capture
    layer: AnyLayer


DrawnLayers: TypeAlias = Sequence[Sequence[DrawnLayer]]  # by layer, by step


def streams(tags: Iterable[str]) -> dict[str, str]:
    """Return the streams of a run, each with the tag of its records."""
    prefix = contract.CAPTURES_PREFIX
    return {
        tag.removeprefix(prefix): tag for tag in tags if tag.startswith(prefix)
    }


def room_for_each(tags: Collection[str]) -> int:
    """Return what the records of each stream of a run may take, in bytes."""
    return MAX_RUN_BYTES // max(1, len(tags))


def captures_by_step(records: Iterable[StreamRecords]) -> list[Capture]:
    """Return the captures of all streams by step, then by stream."""
    captures = [capture for stream in records for capture in stream.captures]
    return sorted(captures, key=lambda c: (c.step, c.stream))


def drawn_layers(
    captures: Iterable[Capture], kind: contract.Kind, path: str
) -> list[DrawnLayer]:
    """Return one layer in every capture that drew it, in order."""
    return [
        DrawnLayer(capture, layer)
        for capture in captures
        if capture.kind == kind
        for layer in layers_of(capture)
        if layer.path == path
    ]


def layers_of(capture: Capture) -> tuple[AnyLayer, ...]:
    """Return all layers that a capture drew."""
    return (*capture.patterns, *capture.maps)


def picture_step(drawn: DrawnLayer) -> int:
    """Return the step of the picture that is shown at a capture.

    Where nothing changed no picture is written. The one shown lies at the step
    where the last of its tiles was drawn, and holds them all.
    """
    steps = [step for step in drawn.layer.origin_step if step is not None]
    is_unchanged = steps and set(drawn.layer.origin) == {"unchanged"}
    return max(steps) if is_unchanged else drawn.capture.step
