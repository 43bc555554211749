"""A run that is over, with its live log and its checkpoints."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasviz_callbacks import CaptureOptions, FilterPatterns, GradCAM
from kerasviz_callbacks.commands.main import main
from tests.kerasviz_callbacks.networks.training import X, Y, fit, network

HERE = "tests.kerasviz_callbacks.logs.finished_run"
NUM_IMAGES = 6
_UNLIKE = ("wall_time", "cost_s", "overhead", "reason")
PATTERNS = {"layers": ["conv1", "conv2"], "filters": 2, "steps": 6}
WORDS = ["--layers", "conv1", "conv2", "--heatmap-layers", "auto"]
WORDS += ["--filters", "2", "--steps", "6", "--preset", "recipe"]

Save = Callable[[keras.Model, int], Any]


def watched() -> dict[str, Any]:
    """Return what is looked at, as `--images` takes it."""
    labels = Y[:NUM_IMAGES, 0]
    return {"images": X[:NUM_IMAGES], "labels": labels}


def other_network() -> keras.Model:
    """Return a model of the same kind with one more layer."""
    L = keras.layers
    first, *rest = network().layers[1:]
    more = L.Conv2D(4, 3, padding="same")
    model = keras.Sequential([keras.Input(X.shape[1:]), first, more, *rest])
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


def train(
    folder: Path,
    save: Save,
    epochs: int,
    *,
    is_frozen: bool = False,
    preset: str = "recipe",
) -> None:
    """Train with both callbacks and save at the moments that they draw."""
    keras.utils.set_random_seed(1)
    model = network()
    if is_frozen:
        for name in ("conv1", "norm"):  # a filter ends behind its norm
            model.get_layer(name).trainable = False
        model.compile(model.optimizer, "sparse_categorical_crossentropy")
    options = {
        "budget": None,
        "verbose": 0,
        "options": CaptureOptions(on_error="raise", faithfulness=False),
    }
    images, log_dir = watched(), folder / "live"
    fit(
        model,
        FilterPatterns(log_dir, **images, **PATTERNS, preset=preset, **options),
        GradCAM(log_dir, **images, **options),
        Saving(save),
        epochs=epochs,
        batch_size=8,
    )


def train_saving(folder: Path, epochs: int, **how: Any) -> Path:
    """Train, with checkpoints named by their step, and return the folder."""

    def save(model: keras.Model, epoch: int) -> None:
        model.save_weights(folder / f"w.{2 * epoch}.weights.h5")

    train(folder, save, epochs, **how)
    return folder


class Saving(keras.callbacks.Callback):
    """Saves before the first batch and after each epoch."""

    def __init__(self, save: Save) -> None:
        super().__init__()
        self._save = save

    def on_train_begin(self, logs: Any = None) -> None:
        """Save what is the baseline."""
        self._save(self.model, 0)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Save what was drawn."""
        self._save(self.model, epoch + 1)


def backfill(*words: Any) -> int:
    """Run the command on the network and its images."""
    given = ["--model", "tests.kerasviz_callbacks.networks.training:network"]
    given += ["--images", f"{HERE}:watched", "--quiet", *WORDS]
    return main(["backfill", *given, *map(str, words)])


def comparable(capture: Any) -> dict[str, Any]:
    """Return all of a record but what depends on the clock."""
    found = dataclasses.asdict(capture)
    for name in _UNLIKE:
        found.pop(name)
    return found


def assert_alike(one: Any, other: Any) -> None:
    """Compare nested records, numbers to 1e-5."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for name in one:
            assert_alike(one[name], other[name])
    elif isinstance(one, list | tuple):
        assert len(one) == len(other)
        for ours, theirs in zip(one, other, strict=True):
            assert_alike(ours, theirs)
    elif isinstance(one, float) and other is not None:
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)
    else:
        assert one == other
