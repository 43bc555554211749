"""Runs saved in other ways, of other models, are drawn as their live log."""

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from kerasviz_callbacks import CaptureOptions, FilterPatterns, GradCAM, Preset
from kerasviz_callbacks.commands.main import main
from tests.kerasviz_callbacks.logs.finished_run import (
    Saving,
    assert_alike,
    comparable,
)
from tests.kerasviz_callbacks.logs.log_content import assert_same_content
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks.training import CLASSES, fit

L = keras.layers
HERE = "tests.kerasviz_callbacks.commands.backfill.test_backfill_kinds"
OPTIONS = {
    "budget": None,
    "verbose": 0,
    "options": CaptureOptions(on_error="raise", faithfulness=False),
}
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ impl:DeprecationWarning"  # of Keras, as it saves
)


class Net(keras.Model):
    """Leaves its size open and says nothing of it before it is called."""

    def __init__(self):
        super().__init__()
        self.conv = L.Conv2D(4, 3, name="conv1", activation="relu")
        self.pool = L.GlobalAveragePooling2D()
        self.head = L.Dense(CLASSES)

    def call(self, x):
        return self.head(self.pool(self.conv(x)))


def net() -> keras.Model:
    model = Net()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss)
    return model


def photos(folder: Path) -> list[Path]:
    """Write pictures of 16 x 16, two of each class, and return them."""
    random = np.random.default_rng(0)
    paths = [folder / f"{c}" / f"{i}.png" for c in "abc" for i in range(2)]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = random.integers(0, 255, (16, 16, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(path)
    return paths


def train(tmp_path: Path, save, pool: Path | None = None) -> None:
    """Train for two epochs; preprocess by halves."""
    keras.utils.set_random_seed(2)
    paths = photos(tmp_path / "photos")
    fit(
        net(),
        FilterPatterns(
            tmp_path / "live",
            filters=[3, 1],
            steps=3,
            images=paths,
            labels=[0, 0, 1, 1, 2, 2],
            class_names=["a", "b", "c"],
            preprocess=halved,
            pool=pool,
            **OPTIONS,
            preset=Preset.steady(size=16),
        ),
        GradCAM(
            tmp_path / "live",
            paths,
            labels=[0, 0, 1, 1, 2, 2],
            class_names=["a", "b", "c"],
            preprocess=halved,
            target="mistakes",
            pool=pool,
            **OPTIONS,
        ),
        Saving(save),
    )


def halved(images):
    return images / 510


def backfill(tmp_path: Path, checkpoints: str, *words: str) -> int:
    given = ["backfill", "--model", f"{HERE}:net", "--filters", "3,1"]
    given += ["--images", str(tmp_path / "photos"), "--steps", "3"]
    given += ["--preprocess", f"{HERE}:halved", "--target", "mistakes"]
    given += ["--size", "16", "--log-dir", str(tmp_path / "log"), "--quiet"]
    return main([*given, "--checkpoints", str(tmp_path / checkpoints), *words])


def assert_as_live(tmp_path: Path) -> None:
    ours, theirs = captures(tmp_path / "log"), captures(tmp_path / "live")
    assert len(ours) == 6
    assert_alike([*map(comparable, ours)], [*map(comparable, theirs)])
    assert_same_content(tmp_path / "log", tmp_path / "live")


def test_checkpoints_of_tensorflow_of_a_subclassed_model(tmp_path, capsys):
    def save(model, epoch):
        kept = tf.train.Checkpoint(net=model, optimizer=model.optimizer)
        kept.write(str(tmp_path / "ckpt" / f"epoch-{epoch}"))

    train(tmp_path, save)
    # The optimizer counts batches: steps need not be said.
    assert backfill(tmp_path, "ckpt") == 0
    assert "steps are the optimizer's count" in capsys.readouterr().out
    assert_as_live(tmp_path)


def test_directories_of_backups(tmp_path):
    def save(model, epoch):
        folder = tmp_path / f"backup{epoch}"
        backup = keras.callbacks.BackupAndRestore(str(folder))
        backup.set_model(model)
        backup.on_epoch_end(epoch - 1)

    train(tmp_path, save)
    assert backfill(tmp_path, "backup*", "--steps-per-epoch", "4") == 0
    assert_as_live(tmp_path)


def test_a_pool_is_there_for_exemplars_and_shortcuts(tmp_path):
    pool = tmp_path / "pool"
    photos(pool)
    train(
        tmp_path,
        lambda m, e: m.save_weights(tmp_path / f"{e}.weights.h5"),
        pool,
    )
    words = ["--pool", str(pool), "--steps-per-epoch", "4"]
    assert backfill(tmp_path, "*.h5", *words) == 0
    assert_as_live(tmp_path)
    for capture in captures(tmp_path / "log"):
        if capture.kind == "grad_cam":
            assert capture.shortcuts.num_images == 12
        else:
            assert capture.patterns[0].exemplars.is_of_pool


def test_weaker_exemplars_are_there_if_asked_for(tmp_path):
    train(tmp_path, lambda m, e: m.save_weights(tmp_path / f"{e}.weights.h5"))
    pool = tmp_path / "pool"
    pool.mkdir()
    noise = np.random.default_rng(0).integers(0, 255, (16, 16, 3))
    for i in range(40):  # ever fainter, and so are the activations
        faint = (noise * (1 - i / 40)).astype(np.uint8)
        Image.fromarray(faint).save(pool / f"{i}.png")
    words = ["--pool", str(pool), "--spread", "--no-heatmaps"]
    assert backfill(tmp_path, "0.weights.h5", *words) == 0
    [capture] = captures(tmp_path / "log")
    found = capture.patterns[0].exemplars
    assert found.num_strongest == 9
    assert max(len(row) for row in found.image) > 9


def test_patterns_or_heatmaps_alone(tmp_path):
    train(tmp_path, lambda m, e: m.save_weights(tmp_path / f"{e}.weights.h5"))
    assert backfill(tmp_path, "*.h5", "--no-heatmaps") == 0
    assert {c.kind for c in captures(tmp_path / "log")} == {"filter_patterns"}
    assert backfill(tmp_path, "*.h5", "--no-patterns", "--no-heatmaps") == 2
