"""Reads a log directory with TensorBoard's loaders."""

import io
from pathlib import Path

import numpy as np
from PIL import Image
from tensorboard.context import RequestContext
from tensorboard.data.provider import DataProvider

from tb_plugin.contract import CAPTURES_PREFIX, Capture, layer_tag
from tests.tb_plugin.loaders import PROVIDERS

_EVERYTHING = 2**63 - 1
_KEY = {"ctx": RequestContext(), "experiment_id": ""}


def tags_of(*paths: str, stream: str = "filter_patterns") -> set[str]:
    """Return the tags of a stream that draws these layers."""
    kind = "filter_patterns"
    layers = {
        tag
        for path in paths
        for tag in (
            f"{kind}/{path}",
            f"kerasviz/{kind}/{path}",
            f"kerasviz/live_filters/{path}",
            f"kerasviz/objective/{path}",
        )
    }
    return layers | {f"kerasviz/captures/{stream}", f"kerasviz/cost_s/{stream}"}


def all_steps(
    log_dir: Path, loader: str, *, with_overhead: bool = False
) -> dict[str, list[int]]:
    """Return the steps of each tag of our run, the only one there is.

    The overhead is no part of the first capture of a run, unlike all others.
    """
    with PROVIDERS[loader](log_dir) as provider:
        found = {**_numbers(provider), **_records(provider)}
        found |= _blobs(provider, "kerasviz") | _blobs(provider, "images")
    assert {run for run, _ in found} <= {"kerasviz"}
    return {
        tag: steps
        for (_, tag), steps in found.items()
        if with_overhead or not tag.startswith("kerasviz/overhead/")
    }


def captures(log_dir: Path, loader: str = "python") -> list[Capture]:
    """Return every record, stream by stream."""
    with PROVIDERS[loader](log_dir) as provider:
        answer = provider.read_tensors(
            **_KEY, plugin_name="kerasviz", downsample=_EVERYTHING
        )
    records = [
        Capture.from_json(datum.numpy.item())
        for tag, series in sorted(answer.get("kerasviz", {}).items())
        if tag.startswith(CAPTURES_PREFIX)
        for datum in series
    ]
    return records


def assert_written(log_dir: Path, expected: dict[str, list[int]]) -> None:
    """Compare all that either loader finds with the steps of each tag."""
    for loader in PROVIDERS:
        found = all_steps(log_dir, loader)
        assert found == expected, f"{loader}: {found} is not {expected}"


def last_picture(log_dir: Path, loader: str, path: str) -> np.ndarray:
    """Return the newest sheet of a layer, decoded."""
    tag = layer_tag("filter_patterns", path)
    [sheet] = newest_blobs(log_dir, loader, tag)
    return np.asarray(Image.open(io.BytesIO(sheet)))


def newest_blobs(log_dir: Path, loader: str, tag: str) -> list[bytes]:
    """Return all blobs of a tag at its newest step."""
    with PROVIDERS[loader](log_dir) as provider:
        answer = provider.read_blob_sequences(
            **_KEY, plugin_name="kerasviz", downsample=_EVERYTHING
        )
        keys = [x.blob_key for x in answer["kerasviz"][tag][-1].values]
        read = provider.read_blob
        return [read(ctx=_KEY["ctx"], blob_key=key) for key in keys]


def _numbers(provider: DataProvider) -> dict[tuple[str, str], list[int]]:
    answer = provider.read_scalars(
        **_KEY, plugin_name="scalars", downsample=_EVERYTHING
    )
    return _flat(answer)


def _records(provider: DataProvider) -> dict[tuple[str, str], list[int]]:
    answer = provider.read_tensors(
        **_KEY, plugin_name="kerasviz", downsample=_EVERYTHING
    )
    return _flat(answer)


def _blobs(
    provider: DataProvider, plugin: str
) -> dict[tuple[str, str], list[int]]:
    answer = provider.read_blob_sequences(
        **_KEY, plugin_name=plugin, downsample=_EVERYTHING
    )
    return _flat(answer)


def _flat(answer) -> dict[tuple[str, str], list[int]]:
    return {
        (run, tag): [datum.step for datum in series]
        for run, tags in answer.items()
        for tag, series in tags.items()
    }
