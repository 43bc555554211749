"""Packs many pictures into one run of bytes, the *pack* of `http_api.md`."""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tb_plugin.contract import json_bytes

MAGIC = b"KVP1"
ALIGNMENT = 4  # so that a browser can lay float32 over the bytes


@dataclass(frozen=True)
class PackEntry:
    """One requested picture: its name, and its bytes or why there are none.

    Attributes:
        name: What identifies the entry, such as `{"step": 50}`.
        content: Bytes of the picture; None if there are none.
        remark: What the entry says instead, such as `{"fault": "…"}`.
    """

    name: Mapping[str, Any]
    content: bytes | None = None
    remark: Mapping[str, Any] = field(default_factory=dict)


def pack(header: Mapping[str, Any], entries: Sequence[PackEntry]) -> bytes:
    """Return a pack.

    Args:
        header: Fields of the header beside `entries`.
        entries: The pictures, in order.
    """
    said = {**header, "entries": list(_entries(entries))}
    head = json_bytes(said)
    head += b" " * _padding(len(head))
    parts = [MAGIC, struct.pack("<I", len(head)), head]
    for entry in entries:
        content = entry.content or b""
        parts += [content, bytes(_padding(len(content)))]
    return b"".join(parts)


def _entries(entries: Sequence[PackEntry]) -> Iterator[dict[str, Any]]:
    offset = 0
    for entry in entries:
        if entry.content is None:
            yield {**entry.name, **entry.remark}
            continue
        length = len(entry.content)
        yield {**entry.name, "offset": offset, "length": length}
        offset += length + _padding(length)


def _padding(length: int) -> int:
    return -length % ALIGNMENT
