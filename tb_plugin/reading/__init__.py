"""Reads a log through TensorBoard's data provider, and trusts nothing in it.

Comes in: a run and its tags. Goes out: captures, held-out images and packs of
pictures, checked and bounded in size; what could not be read is a `Fault`.

What one may touch: `Reader` (the only class that calls the provider),
`stream_records` and `CaptureMemory` for captures, `held_out_images`,
`pack_entries` for pictures, and the functions of `captures`, which find a
layer in them.
"""

from tb_plugin.reading.captures import (
    AnyLayer,
    DrawnLayer,
    DrawnLayers,
    captures_by_step,
    drawn_layers,
    layers_of,
    picture_step,
    room_for_each,
    streams,
)
from tb_plugin.reading.held_out import held_out_images
from tb_plugin.reading.pack import PackEntry, pack
from tb_plugin.reading.pictures import Claim, Wanted, claims_of, pack_entries
from tb_plugin.reading.progress import ReadingProgress, StreamProgress
from tb_plugin.reading.reader import (
    NUM_THREADS,
    BlobSample,
    Reader,
    ReadError,
    Stamp,
    TextSample,
)
from tb_plugin.reading.records import (
    CaptureMemory,
    Fault,
    StreamName,
    StreamRecords,
    stream_records,
)

__all__ = [
    "NUM_THREADS",
    "AnyLayer",
    "BlobSample",
    "CaptureMemory",
    "Claim",
    "DrawnLayer",
    "DrawnLayers",
    "Fault",
    "PackEntry",
    "ReadError",
    "Reader",
    "ReadingProgress",
    "Stamp",
    "StreamName",
    "StreamProgress",
    "StreamRecords",
    "TextSample",
    "Wanted",
    "captures_by_step",
    "claims_of",
    "drawn_layers",
    "held_out_images",
    "layers_of",
    "pack",
    "pack_entries",
    "picture_step",
    "room_for_each",
    "stream_records",
    "streams",
]
