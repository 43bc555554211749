"""Builds the response to each question, from what was read and digested.

Anything wrong inside a log is part of a response. What is not there at all
raises `NotFoundError`; a provider that cannot even list raises `ReadError`; a
log that takes longer to read than one may wait raises `StillReadingError`.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tensorboard import errors

from tb_plugin import contract
from tb_plugin.contract import PatternLayer
from tb_plugin.digest import (
    DigestMemory,
    StreamDigest,
    digest_stream,
    overview_bytes,
)
from tb_plugin.reading import (
    BlobSample,
    CaptureMemory,
    Claim,
    DrawnLayer,
    Fault,
    PackEntry,
    Reader,
    ReadError,
    ReadingProgress,
    Stamp,
    StreamName,
    Wanted,
    captures_by_step,
    claims_of,
    drawn_layers,
    held_out_images,
    pack,
    pack_entries,
    picture_step,
    room_for_each,
    streams,
)
from tb_plugin.serving import payload
from tb_plugin.serving.lineage import FilterResponses, lineage_payload
from tb_plugin.serving.params import (
    HeldOutQuestion,
    LayerQuestion,
    LineageQuestion,
    PicturesQuestion,
)

PATIENCE_S = 2.0  # for a log to be read, before people are asked to wait
LEFT_OUT = {"left_out": True}  # ask again: the answer is full
_TOO_MANY = {"fault": "the images before it fill the response"}


class Responses:
    """Builds the responses to one request.

    Args:
        reader: Reader of what the request may see.
        memory: Records parsed for earlier requests.
        digests: Streams digested for earlier requests.
        progress: Streams that are being read. Defaults to one that nobody
            asks.
        patience_s: Seconds that all of them together may wait for streams to
            be digested, from now on. Defaults to any number.
    """

    def __init__(
        self,
        reader: Reader,
        memory: CaptureMemory,
        digests: DigestMemory,
        progress: ReadingProgress | None = None,
        patience_s: float | None = None,
    ) -> None:
        self._patience_s = patience_s
        self._began_s = time.monotonic()
        self._reader = reader
        self._memory = memory
        self._digests = digests
        self._progress = progress or ReadingProgress()

    def runs(self) -> dict[str, Any]:
        """Return the runs that have kerasviz data."""
        return payload.runs_payload(self._reader.runs())

    def progress(self, run: str) -> dict[str, Any]:
        """Return how much of a run has been read."""
        reading = self._progress.of_run(self._reader.experiment_id, run)
        return payload.progress_payload(run, reading)

    def captures(self, run: str) -> dict[str, Any]:
        """Return what was captured when in a run."""
        stamps = self._text_tags(run)
        read = self._digests_at(run, stamps)
        stamps.update({tag: stamp for tag, (stamp, _) in read.items()})
        records = [digest.records for _, digest in read.values()]
        return payload.captures_payload(run, stamps, records)

    def version(self, run: str) -> dict[str, Any]:
        """Return what changes whenever a run has new captures."""
        return payload.version_payload(run, self._text_tags(run))

    def overview(self, run: str) -> bytes:
        """Return what to view first in a run."""
        return overview_bytes(run, self._streams_of(run))

    def layer(self, question: LayerQuestion) -> bytes:
        """Return the numbers of a layer in every capture that drew it."""
        tag = contract.layer_tag(question.kind, question.path)
        ahead = self._reader.blob_samples_ahead(question.run, tag)
        digests = self._streams_of(question.run)
        drawn = _drawn(question, digests)
        lines = {
            digest.records.stream: iter(digest.lines(question.path))
            for digest in digests
        }
        numbered = [(one, next(lines[one.capture.stream])) for one in drawn]
        samples, faults = _settled(ahead, tag)
        return payload.layer_bytes(question, numbered, samples, faults)

    def pictures(self, question: PicturesQuestion) -> tuple[bytes, bool]:
        """Return a pack of pictures, and whether it holds all of them."""
        return _packed(self.picture_entries(question))

    def class_means(self, question: PicturesQuestion) -> tuple[bytes, bool]:
        """Return a pack of mean heatmaps, and whether it holds all of them."""
        return _packed(self.picture_entries(question, blob=1))

    def exemplars(self, question: PicturesQuestion) -> tuple[bytes, bool]:
        """Return a pack of exemplars' crops, and whether it holds all."""
        return _packed(self.picture_entries(question, blob=1))

    def lineage(self, question: LineageQuestion) -> dict[str, Any]:
        """Return which filters of two captures are the same."""
        return lineage_payload(
            self._filter_responses(question.own),
            self._filter_responses(question.other),
        )

    def _filter_responses(self, question: PicturesQuestion) -> FilterResponses:
        layer, [step] = question.layer, question.steps
        found = [
            one
            for one in _drawn(layer, self._streams_of(layer.run))
            if one.capture.step == step
        ]
        if not found or not isinstance(found[0].layer, PatternLayer):
            raise errors.NotFoundError(
                f"no patterns of {layer.path[:80]!r} at step {step}"
            )
        at = replace(question, steps=(picture_step(found[0]),))
        [entry] = self.picture_entries(at, blob=2)
        fault = (entry.remark or {}).get("fault")
        return FilterResponses(
            found[0].layer, entry.content, None if fault is None else str(fault)
        )

    def picture_entries(
        self, question: PicturesQuestion, blob: int = 0
    ) -> list[PackEntry]:
        """Return the pictures of a layer, in the order of the steps.

        Args:
            question: Layer and steps.
            blob: 0 for the sheet or the raw heatmaps, 1 for the crops of
                exemplars or the mean heatmaps, 2 for the responses of filters.
        """
        layer = question.layer
        tag = contract.layer_tag(layer.kind, layer.path)
        ahead = self._reader.blob_samples_ahead(layer.run, tag)
        drawn = _drawn(layer, self._streams_of(layer.run))
        samples, faults = _settled(ahead, tag)
        absence = faults[0].message if faults else "no picture at this step"
        claims: dict[int, list[Claim]] = {}
        for one in drawn:
            found = claims_of(one.layer, blob)
            claims.setdefault(one.capture.step, []).extend(found)
        wanted = [
            Wanted(
                {"step": step},
                # What no record describes is not shown.
                None
                if not claims.get(step, True)
                else _key(samples.get(step), layer.kind, blob),
                absence,
                claims.get(step, ()),
            )
            for step in question.steps
        ]
        return pack_entries(self._reader, wanted, LEFT_OUT)

    def held_out(self, question: HeldOutQuestion) -> bytes:
        """Return a pack of the held-out images of a stream."""
        run, stream = question.run, question.stream
        images = held_out_images(self._reader, run, stream)
        if images.is_empty and stream not in streams(self._text_tags(run)):
            raise errors.NotFoundError(f"no stream {stream[:80]!r} in this run")
        entries = pack_entries(self._reader, images.pictures, _TOO_MANY)
        header = {"held_out": images.record, "faults": images.faults}
        return pack(header, entries)

    def _text_tags(self, run: str) -> dict[str, Stamp]:
        tags = self._reader.text_tags(run)
        if not tags and run not in self._reader.runs():
            raise errors.NotFoundError(f"no run {run[:80]!r} with our data")
        return tags

    def _streams_of(self, run: str) -> list[StreamDigest]:
        read = self._digests_at(run, self._text_tags(run))
        return [digest for _, digest in read.values()]

    def _digests_at(
        self, run: str, stamps: Mapping[str, Stamp]
    ) -> dict[str, tuple[Stamp, StreamDigest]]:
        """Return the digest of each stream, and its newest record, by tag."""
        tags = streams(stamps).values()
        room = room_for_each(tags)
        return {tag: self._digest(run, tag, stamps[tag], room) for tag in tags}

    def _digest(
        self, run: str, tag: str, stamp: Stamp, max_bytes: int
    ) -> tuple[Stamp, StreamDigest]:
        """Return a stream's digest; a tag that cannot be read is a fault."""
        name = StreamName(self._reader.experiment_id, run, tag)

        def make() -> StreamDigest:
            samples = self._reader.texts(run, tag, max_bytes)
            num_read = sum(not sample.is_left_out for sample in samples)
            with self._progress.reading(name, num_read) as count:
                return digest_stream(tag, samples, self._memory, count)

        wait_s = self._patience_s
        if wait_s is not None:
            wait_s = max(0.0, self._began_s + wait_s - time.monotonic())
        try:
            return self._digests.digest(name, stamp, make, wait_s)
        except ReadError as error:
            return stamp, digest_stream(tag, error, self._memory)


def _drawn(
    question: LayerQuestion, digests: Iterable[StreamDigest]
) -> list[DrawnLayer]:
    """Return a layer in all captures that drew it, without numbers."""
    captures = captures_by_step(digest.records for digest in digests)
    drawn = drawn_layers(captures, question.kind, question.path)
    if not drawn:
        path = question.path[:80]
        raise errors.NotFoundError(f"no layer {path!r} of {question.kind}")
    return drawn


def _packed(entries: Sequence[PackEntry]) -> tuple[bytes, bool]:
    is_whole = all(entry.content is not None for entry in entries)
    return pack({}, entries), is_whole


def _settled(
    samples: Callable[[], dict[int, BlobSample]], tag: str
) -> tuple[Mapping[int, BlobSample], list[Fault]]:
    try:
        return samples(), []
    except ReadError as error:
        return {}, [Fault(tag, None, str(error))]


def _key(
    sample: BlobSample | None, kind: contract.Kind, blob: int
) -> str | None:
    """Return the key of a blob, if the sample has as many as it should."""
    if sample is None or len(sample.keys) not in contract.NUM_BLOBS[kind]:
        return None
    return sample.keys[blob] if blob < len(sample.keys) else None
