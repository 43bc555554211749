"""Keeps a run in memory, in a form small enough to respond at once.

Comes in: the samples of a stream. Goes out: a `StreamDigest`, with light
captures, the numbers of each layer as compressed text, findings, and its part
of the overview.

What one may touch: `DigestMemory`, which makes a digest once until the log
grows and raises `StillReadingError` where that takes long, `digest_stream`, and
`overview_bytes`.
"""

from tb_plugin.digest.digest import StreamDigest, digest_stream
from tb_plugin.digest.memory import DigestMemory, StillReadingError
from tb_plugin.digest.overview import overview_bytes

__all__ = [
    "DigestMemory",
    "StillReadingError",
    "StreamDigest",
    "digest_stream",
    "overview_bytes",
]
