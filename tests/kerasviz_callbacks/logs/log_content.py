"""Collects all that a browser would show of a log directory."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from tensorboard.context import RequestContext

from tests.tb_plugin.loaders import PROVIDERS

_ALL = 2**63 - 1
_KEY = {"ctx": RequestContext(), "experiment_id": ""}
_OF_THE_CLOCK = ("kerasviz/cost_s/", "kerasviz/overhead/")


def pictures(log_dir: Path, loader: str = "python") -> dict[Any, np.ndarray]:
    """Return every picture and map, by tag, step and place."""
    found = {}
    with PROVIDERS[loader](log_dir) as provider:
        for plugin in ("kerasviz", "images"):
            answer = provider.read_blob_sequences(
                **_KEY, plugin_name=plugin, downsample=_ALL
            )
            for tag, series in answer["kerasviz"].items():
                for datum in series:
                    for place, value in enumerate(datum.values):
                        blob = provider.read_blob(
                            ctx=_KEY["ctx"], blob_key=value.blob_key
                        )
                        found[tag, datum.step, place] = _values(blob)
    return found


def numbers(log_dir: Path, loader: str = "python") -> dict[Any, float]:
    """Return every scalar that does not depend on the clock."""
    with PROVIDERS[loader](log_dir) as provider:
        answer = provider.read_scalars(
            **_KEY, plugin_name="scalars", downsample=_ALL
        )
    return {
        (tag, datum.step): datum.value
        for tag, series in answer["kerasviz"].items()
        if not tag.startswith(_OF_THE_CLOCK)
        for datum in series
    }


def assert_same_content(one: Path, other: Path, loader: str = "python") -> None:
    """Compare pictures and numbers to 1e-5, and that both have all of them."""
    for content in (pictures, numbers):
        ours, theirs = content(one, loader), content(other, loader)
        assert ours and _named(ours) == _named(theirs)
        for key, value in ours.items():
            if key in theirs:
                np.testing.assert_allclose(
                    value, theirs[key], rtol=1e-5, atol=1e-5, err_msg=str(key)
                )


def _named(content: dict[Any, Any]) -> set[Any]:
    """Return what is there; a new process writes the images once more."""
    return {key[:1] if "/held_out/" in key[0] else key for key in content}


def _values(blob: bytes) -> np.ndarray:
    """Return pixels from 0 to 1, raw maps, or the bytes of anything else."""
    if blob.startswith((b"\x89PNG", b"\xff\xd8")):
        return np.asarray(Image.open(io.BytesIO(blob)), np.float64) / 255
    if blob.startswith(b"{") or blob.isdigit():  # a record, a size in words
        return np.frombuffer(blob, np.uint8).astype(np.float64)
    return np.frombuffer(blob, "<f4")
