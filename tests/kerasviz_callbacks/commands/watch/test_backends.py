"""Checkpoints that Keras wrote while training on another backend are drawn."""

import importlib.util
import os
import subprocess
import sys

import pytest

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


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_a_training_on_another_backend_is_drawn(backend, tmp_path, monkeypatch):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    done = subprocess.run(
        [sys.executable, "-c", TRAINING],
        check=False,
        cwd=tmp_path,
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip().endswith(backend), done.stderr
    monkeypatch.chdir(tmp_path)
    (tmp_path / "done").touch()
    words = ["--model", "model.keras", "--checkpoints", "*.weights.h5"]
    words += ["--log-dir", "log", "--until", "done", "--filters", "1"]
    assert main(["watch", *words, "--steps", "2"]) == 0
    assert [c.step for c in captures(tmp_path / "log")] == [0, 1, 2]
