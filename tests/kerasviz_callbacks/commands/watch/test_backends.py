"""Checkpoints that Keras wrote while training on another backend are drawn."""

import importlib.util
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from kerasviz_callbacks.commands.backfill.checkpoints.files import (
    find_checkpoints,
)
from kerasviz_callbacks.commands.backfill.checkpoints.weights import (
    CheckpointLoader,
)
from kerasviz_callbacks.commands.main import main
from tests.kerasviz_callbacks.logs.written import captures

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ impl:DeprecationWarning"  # of Keras, as it saves
)
TRAINING = """
import sys
import keras, numpy as np
L = keras.layers
model = keras.Sequential([
    keras.Input((16, 16, 3)),
    L.Conv2D(4, 3, activation="relu", name="conv"),
    L.GlobalAveragePooling2D(),
    L.Dense(2, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy")
model.save("model.keras")
model.save_weights("00.weights.h5")
saving = keras.callbacks.ModelCheckpoint(
    "{epoch:02d}.weights.h5", save_weights_only=True
)
x = np.random.default_rng(0).uniform(size=(8, 16, 16, 3))
model.fit(x, np.arange(8) % 2, epochs=2, callbacks=[saving], verbose=0)
print(keras.backend.backend())
"""


WITH_ORBAX = """
import os, sys
import keras, numpy as np
L = keras.layers
model = keras.Sequential([
    keras.Input((16, 16, 3)),
    L.Conv2D(4, 3, activation="relu", name="conv"),
    L.BatchNormalization(),
    L.Dropout(0.5),
    L.GlobalAveragePooling2D(),
    L.Dense(2, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.save("model.keras")
saving = keras.callbacks.OrbaxCheckpoint(
    os.path.abspath("ckpt"),
    max_to_keep=2,
    save_on_background=keras.backend.backend() == "jax",
)
x = np.random.default_rng(0).uniform(size=(8, 16, 16, 3))
y = np.arange(8) % 2
model.fit(x, y, epochs=3, batch_size=2, callbacks=[saving], verbose=0)
model.save_weights("last.weights.h5")
print(keras.backend.backend())
"""


def train(backend, program, folder):
    """Train in a process of its own."""
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        cwd=folder,
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip().endswith(backend), done.stderr


def watch(folder, monkeypatch, checkpoints):
    """Draw what a finished training saved, and return the steps."""
    monkeypatch.chdir(folder)
    (folder / "done").touch()
    words = ["--model", "model.keras", "--checkpoints", checkpoints]
    words += ["--log-dir", "log", "--until", "done", "--filters", "1"]
    assert main(["watch", *words, "--steps", "2"]) == 0
    return [c.step for c in captures(folder / "log")]


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_a_training_on_another_backend_is_drawn(backend, tmp_path, monkeypatch):
    train(backend, TRAINING, tmp_path)
    assert watch(tmp_path, monkeypatch, "*.weights.h5") == [0, 1, 2]


@pytest.mark.parametrize("backend", ["jax", "torch", "tensorflow"])
def test_a_training_that_orbax_saves_is_drawn(backend, tmp_path, monkeypatch):
    pytest.importorskip("tensorstore")
    if importlib.util.find_spec("orbax") is None:
        pytest.skip("orbax-checkpoint is not installed")
    train(backend, WITH_ORBAX, tmp_path)
    assert watch(tmp_path, monkeypatch, "ckpt") == [8, 12]
    assert [c.epoch for c in captures(tmp_path / "log")] == [2, 3]
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    *_, newest = find_checkpoints([str(tmp_path / "ckpt")])
    CheckpointLoader(loaded).load(newest)
    ours = loaded.get_weights()
    loaded.load_weights(tmp_path / "last.weights.h5")
    assert all(map(np.array_equal, ours, loaded.get_weights()))
