"""Digests of streams of known captures."""

from typing import Any

from tb_plugin.contract import Capture, captures_tag
from tb_plugin.digest.digest import StreamDigest, digest_stream
from tb_plugin.reading.reader import TextSample
from tb_plugin.reading.records import CaptureMemory
from tests import known_records
from tests.known_content import Plan

PLAN = Plan(captures=3)


def captures(kind: Any) -> list[Capture]:
    """Return the captures of a kind."""
    indices = range(PLAN.captures)
    return [known_records.capture_record(PLAN, kind, i) for i in indices]


def digest_of(kind: Any) -> StreamDigest:
    """Return the digest of their stream."""
    samples = [
        TextSample(each.step, each.wall_time, each.to_json().encode())
        for each in captures(kind)
    ]
    return digest_stream(captures_tag(kind), samples, CaptureMemory())
