"""A stream's records in, what the answers need of them out, small.

A record of a large model is a hundred kilobytes, a run a thousand of them, and
parsed they take gigabytes. What is asked again and again is little: what was
captured when, the geometry of pictures, the overview. The numbers of a layer
are asked for one layer at a time. So records are parsed once; what is often
needed is kept as *light* captures, the rest as compressed text by layer.
"""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from tb_plugin.contract import Capture, MapLayer, Outcome, PatternLayer
from tb_plugin.finding import Finding
from tb_plugin.findings import find
from tb_plugin.overview import layers_payload, outcomes_payload
from tb_plugin.payload import DrawnLayer, json_bytes, layers_of, numbers_text
from tb_plugin.records import StreamRecords

T = TypeVar("T")

_FAST = 1  # zlib: numbers shrink tenfold at any level
_LIGHT_BYTES = 700  # that a light layer takes, about
_NEWLINE = b"\n"


@dataclass(frozen=True)
class StreamDigest:
    """What is kept of a stream.

    Attributes:
        records: light captures, without the numbers of filters and rows, and
            the faults.
        numbers: by layer path, compressed: a line for each capture that drew
            the layer, as `payload.numbers_text` writes it.
        layers: of the overview, items of a JSON list, compressed.
        outcomes: likewise.
        findings: of this stream, the weightiest first.
    """

    records: StreamRecords
    numbers: Mapping[str, bytes]
    layers: bytes
    outcomes: bytes
    findings: tuple[Finding, ...]

    @property
    def num_bytes(self) -> int:
        """Return what it takes in memory, about."""
        packed = sum(map(len, self.numbers.values())) + len(self.layers)
        return packed + _LIGHT_BYTES * sum(
            len(layers_of(capture)) for capture in self.records.captures
        )

    def lines(self, path: str) -> list[bytes]:
        """Return the numbers of a layer, one text per capture."""
        packed = self.numbers.get(path)
        return zlib.decompress(packed).split(_NEWLINE) if packed else []

    def summary(self, of: Literal["layers", "outcomes"]) -> bytes:
        """Return what the overview says of this stream, items of a list."""
        return zlib.decompress(getattr(self, of))


def digest_stream(records: StreamRecords) -> StreamDigest:
    """Return the digest of what was read of a stream."""
    light = _Lightener()
    return StreamDigest(
        replace(records, captures=tuple(map(light.capture, records.captures))),
        dict(_packed_numbers(records)),
        _packed_list(layers_payload(records.captures)),
        _packed_list(outcomes_payload(records.captures)),
        tuple(find(records.captures)),
    )


def _packed_list(items: list[Any]) -> bytes:
    return zlib.compress(json_bytes(items)[1:-1], _FAST)


def _packed_numbers(records: StreamRecords) -> Iterator[tuple[str, bytes]]:
    packers: dict[str, Any] = {}
    packed: dict[str, list[bytes]] = {}
    for capture in records.captures:
        for layer in layers_of(capture):
            is_first = layer.path not in packers
            packer = packers.setdefault(layer.path, zlib.compressobj(_FAST))
            text = numbers_text(DrawnLayer(capture, layer))
            line = text if is_first else _NEWLINE + text
            packed.setdefault(layer.path, []).append(packer.compress(line))
    for path, parts in packed.items():
        yield path, b"".join([*parts, packers[path].flush()])


class _Lightener:
    """Takes the numbers out of captures; equal columns become one object."""

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}

    def capture(self, capture: Capture) -> Capture:
        """Return the capture without numbers of filters and rows."""
        outcome = capture.outcome
        return replace(
            capture,
            patterns=tuple(map(self._patterns, capture.patterns)),
            maps=tuple(map(self._maps, capture.maps)),
            outcome=outcome and self._outcome(outcome),
        )

    def _patterns(self, layer: PatternLayer) -> PatternLayer:
        return replace(
            layer,
            **self._shared(layer, "filters status origin origin_step"),
            objective=self._nothing(len(layer.filters)),
            measures={},
            layer_measures={},
        )

    def _maps(self, layer: MapLayer) -> MapLayer:
        columns = "status origin origin_step mean_class mean_count"
        return replace(
            layer,
            **self._shared(layer, columns),
            maximum=self._nothing(len(layer.maximum)),
            measures={},
        )

    def _outcome(self, outcome: Outcome) -> Outcome:
        rows, images = len(outcome.row_image), len(outcome.images)
        columns = "images label prediction correct row_image row_target"
        return replace(
            outcome,
            **self._shared(outcome, columns),
            value=self._nothing(images),
            top_classes=self._one(((),) * images),
            top_values=self._one(((),) * images),
            row_class=self._nothing(rows),
            row_score=self._nothing(rows),
        )

    def _shared(self, record: Any, names: str) -> dict[str, Any]:
        return {n: self._one(getattr(record, n)) for n in names.split()}

    def _nothing(self, count: int) -> tuple[None, ...]:
        return self._one((None,) * count)

    def _one(self, value: T) -> T:
        """Return the first object that was equal to this one."""
        return self._known.setdefault((type(value), value), value)  # type: ignore[no-any-return]
