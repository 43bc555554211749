"""A run directory in, what an earlier process wrote there out."""

import os
from typing import Any

import tensorflow as tf
from tensorboard.backend.event_processing import event_file_loader

from tb_plugin.contract import CAPTURES_PREFIX, Capture
from tb_plugin.decode import ContractError


def has_event_files(directory: str) -> bool:
    """Tell whether anything was written to the run before."""
    return bool(_event_files(directory))


def next_indices(directory: str, first_step: int) -> dict[str, int]:
    """Return each stream's next ordinal if writing goes on at `first_step`.

    Captures at or after that step are about to be replaced and do not count.
    """
    indices: dict[str, int] = {}
    for path in _event_files(directory):
        for event in event_file_loader.EventFileLoader(path).Load():
            if event.step >= first_step:
                continue
            for value in event.summary.value:
                _count(value, indices)
    return indices


def _event_files(directory: str) -> list[str]:
    # Not by `glob`: a user's directory may hold a bracket.
    if not tf.io.gfile.isdir(directory):
        return []
    names = sorted(tf.io.gfile.listdir(directory))
    return [os.path.join(directory, n) for n in names if "tfevents" in n]


def _count(value: Any, indices: dict[str, int]) -> None:
    if not value.tag.startswith(CAPTURES_PREFIX):
        return
    try:
        capture = Capture.from_json(value.tensor.string_val[0])
    except (ContractError, IndexError):
        return  # not one of ours, or torn: it has no ordinal to go on from
    last = indices.get(capture.stream, 0)
    indices[capture.stream] = max(last, capture.index + 1)
