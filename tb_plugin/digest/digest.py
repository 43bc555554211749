"""Digests the records of a stream into what responses need, made small.

A record of a large model is a hundred kilobytes, a run has a thousand, and
parsed they take half a gigabyte. What is requested again and again is little:
what was captured when, the layout of pictures, the overview. The numbers of a
layer are requested one layer at a time. So records are parsed once, one by one.
What is often needed is kept as *light* captures, the rest as compressed text
per layer. The overview needs all numbers at once; for that while they are
*compact*.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from tb_plugin.contract import Capture, json_bytes
from tb_plugin.digest.compact import Compactor, Lightener
from tb_plugin.digest.overview import layers_payload, outcomes_payload
from tb_plugin.findings import Finding, find
from tb_plugin.reading import (
    CaptureMemory,
    DrawnLayer,
    ReadError,
    StreamRecords,
    TextSample,
    layers_of,
    picture_step,
    stream_records,
)

_OBJECT_BYTES = 1000  # that a light capture or a light layer takes, about


@dataclass(frozen=True)
class StreamDigest:
    """What is kept of a stream.

    Attributes:
        records: Light captures, without the numbers of filters and rows, and
            the faults.
        numbers: Compressed texts by layer path, with a line for each capture
            that drew the layer, as `numbers_text` writes it.
        layers: Layers of the overview: items of a JSON list, compressed.
        outcomes: Outcomes of the overview, likewise.
        findings: Findings about this stream, the weightiest first.
    """

    records: StreamRecords
    numbers: Mapping[str, tuple[bytes, ...]]
    layers: bytes
    outcomes: bytes
    findings: tuple[Finding, ...]

    @property
    def num_bytes(self) -> int:
        """Return roughly how much memory it takes."""
        texts = sum(sum(map(len, each)) for each in self.numbers.values())
        packed = texts + _OBJECT_BYTES * len(self.numbers) + len(self.layers)
        captures = self.records.captures
        layers = {id(layer) for each in captures for layer in layers_of(each)}
        return packed + _OBJECT_BYTES * (len(captures) + len(layers))

    def lines(self, path: str) -> list[bytes]:
        """Return the numbers of a layer, one text per capture."""
        text = b"".join(map(zlib.decompress, self.numbers.get(path, ())))
        return text.split(NEWLINE) if text else []

    def summary(self, of: Literal["layers", "outcomes"]) -> bytes:
        """Return what the overview says of this stream, as items of a list."""
        return zlib.decompress(getattr(self, of))


def digest_stream(
    tag: str,
    samples: Sequence[TextSample] | ReadError,
    memory: CaptureMemory,
    count: Callable[[], object] = lambda: None,
) -> StreamDigest:
    """Return the digest of a stream.

    Args:
        tag: Tag of the stream's records.
        samples: Samples of the tag, by step, or why there are none.
        memory: Records parsed before.
        count: Called after each record. Defaults to doing nothing.
    """
    texts, compact, light = LayerTexts(), Compactor(), Lightener()

    def keep(capture: Capture) -> Capture:
        count()
        texts.add(capture)
        return compact.capture(capture)

    records = stream_records(tag, samples, memory, keep)
    return StreamDigest(
        replace(records, captures=tuple(map(light.capture, records.captures))),
        texts.packed(),
        _packed_list(layers_payload(records.captures)),
        _packed_list(outcomes_payload(records.captures)),
        tuple(find(records.captures)),
    )


def _packed_list(items: list[Any]) -> bytes:
    return zlib.compress(json_bytes(items)[1:-1], FAST)


FAST = 1  # zlib: numbers shrink tenfold at any level
NEWLINE = b"\n"


_PIECE_BYTES = 2**16


class LayerTexts:
    """Collects, by layer path, a line for each capture that drew the layer.

    Pieces are compressed as they fill up: a compressor that waits for more
    takes a quarter of a megabyte, and a record may claim thousands of layers.
    """

    def __init__(self) -> None:
        self._lines: dict[str, bytearray] = {}
        self._packed: dict[str, list[bytes]] = {}

    def add(self, capture: Capture) -> None:
        """Add the layers of a capture."""
        for layer in layers_of(capture):
            text = numbers_text(DrawnLayer(capture, layer))
            path = layer.path
            is_known = path in self._lines
            lines = self._lines.setdefault(path, bytearray())
            lines += NEWLINE * is_known + text
            if len(lines) > _PIECE_BYTES:
                pieces = self._packed.setdefault(path, [])
                pieces.append(zlib.compress(lines, FAST))
                lines.clear()

    def packed(self) -> dict[str, tuple[bytes, ...]]:
        """Return all lines by layer; nothing can be added afterwards."""
        return {
            path: (*self._packed.get(path, ()), zlib.compress(lines, FAST))
            for path, lines in self._lines.items()
        }


def numbers_text(drawn: DrawnLayer) -> bytes:
    """Return all that a record says of a layer, as an object of `layer`."""
    entry = {
        "step": drawn.capture.step,
        "stream": drawn.capture.stream,
        "picture_step": picture_step(drawn),
        "record": drawn.layer,
        "outcome": drawn.capture.outcome,
    }
    return json_bytes(entry)
