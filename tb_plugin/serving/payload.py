"""Builds the JSON objects of `http_api.md` from records.

It reads nothing and knows no HTTP.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tb_plugin import contract
from tb_plugin.contract import Capture, PatternLayer, json_bytes
from tb_plugin.reading import (
    AnyLayer,
    BlobSample,
    DrawnLayer,
    Fault,
    Stamp,
    StreamProgress,
    StreamRecords,
    captures_by_step,
    layers_of,
    picture_step,
    streams,
)
from tb_plugin.serving.params import LayerQuestion

_SUMMARY_FIELDS = (
    "kind stream index step iterations fit epoch batch wall_time reason cost_s"
    " overhead skipped size_bytes notes happened"
).split()


def runs_payload(runs: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """Return the response of `runs`."""
    listed = [
        {"run": run, "streams": list(streams(tags))}
        for run, tags in runs.items()
    ]
    return {"schema": contract.SCHEMA_VERSION, "runs": listed}


def progress_payload(
    run: str, reading: StreamProgress | None
) -> dict[str, Any]:
    """Return the response of `progress`."""
    if reading is None:
        return {"run": run, "reading": None}
    [stream] = streams([reading.tag])
    counts = {"num_read": reading.num_read, "num_records": reading.num_records}
    return {"run": run, "reading": {"stream": stream, **counts}}


def version_payload(run: str, stamps: Mapping[str, Stamp]) -> dict[str, Any]:
    """Return the response of `version`.

    Args:
        run: Name of the run.
        stamps: Step and time of each tag's newest record.
    """
    newest = [[tag, *vars(stamps[tag]).values()] for tag in sorted(stamps)]
    return {"run": run, "version": _digest(newest)}


def captures_payload(
    run: str, stamps: Mapping[str, Stamp], records: Sequence[StreamRecords]
) -> dict[str, Any]:
    """Return the response of `captures`, of the version before reading."""
    captures = captures_by_step(records)
    return {
        **version_payload(run, stamps),
        "captures": [_summary(capture) for capture in captures],
        "layers": _listed_layers(captures),
        "streams": [_stream(stream) for stream in records],
        "faults": [fault for stream in records for fault in stream.faults],
    }


def layer_bytes(
    question: LayerQuestion,
    drawn: Iterable[tuple[DrawnLayer, bytes]],
    pictures: Mapping[int, BlobSample],
    faults: Sequence[Fault],
) -> bytes:
    """Return the response of `layer`, as it is sent.

    Args:
        question: The layer.
        drawn: The layer in each capture, with its numbers as `numbers_text`
            wrote them.
        pictures: Pictures in the log, by step.
        faults: Faults of the whole layer.
    """
    versions = {
        step: _version(question, sample) for step, sample in pictures.items()
    }
    entries = [
        json_bytes({"version": versions.get(picture_step(one))})[:-1]
        + b","
        + numbers[1:]
        for one, numbers in drawn
    ]
    head = json_bytes({**vars(question), "faults": faults})
    return head[:-1] + b',"captures":[' + b",".join(entries) + b"]}"


def _summary(capture: Capture) -> dict[str, Any]:
    labelled = correct = None
    if capture.outcome is not None:
        labelled = sum(i is not None for i in capture.outcome.correct)
        correct = sum(i is True for i in capture.outcome.correct)
    return {
        **{name: getattr(capture, name) for name in _SUMMARY_FIELDS},
        "layers": [layer.path for layer in layers_of(capture)],
        "num_labelled": labelled,
        "num_correct": correct,
    }


def _listed_layers(captures: Sequence[Capture]) -> list[dict[str, Any]]:
    """Return each layer of each stream, as its newest capture describes it."""
    listed: dict[tuple[str, str], dict[str, Any]] = {}
    for capture in reversed(captures):
        for layer in layers_of(capture):
            place = (capture.stream, layer.path)
            if place not in listed:
                listed[place] = _listed_layer(capture, layer)
            listed[place]["num_captures"] += 1
    return list(listed.values())


def _listed_layer(capture: Capture, layer: AnyLayer) -> dict[str, Any]:
    num_filters = num_drawn = None
    if isinstance(layer, PatternLayer):
        num_filters, num_drawn = layer.num_filters, len(layer.filters)
    return {
        "kind": capture.kind,
        "path": layer.path,
        "layer_kind": layer.layer_kind,
        "stream": capture.stream,
        "num_captures": 0,
        "num_filters": num_filters,
        "num_drawn": num_drawn,
    }


def _stream(records: StreamRecords) -> dict[str, Any]:
    indices = [capture.index for capture in records.captures]
    num_written = max(indices, default=-1) + 1
    return {
        "stream": records.stream,
        "num_kept": len(indices),
        "num_written": max(num_written, len(indices)),
    }


def _version(question: LayerQuestion, sample: BlobSample) -> str:
    """Return what stands for the bytes of a picture: where and when written.

    The blob's key stays the same when another log is opened at the same
    address; the time of writing does not.
    """
    return _digest([*vars(question).values(), sample.step, sample.wall_time])


def _digest(values: Sequence[Any]) -> str:
    """Return a short text that is the same for the same values alone."""
    text = json.dumps(values).encode()
    return hashlib.blake2b(text, digest_size=8).hexdigest()
