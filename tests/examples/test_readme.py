"""What the README tells to type works, and what it names is there."""

import re
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from keras import layers

import kerasviz_callbacks
from kerasviz_callbacks import CaptureOptions
from tests.kerasviz_callbacks.logs.written import captures

pytestmark = pytest.mark.usefixtures("few_steps")

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def a_training() -> dict[str, object]:
    """Return the names that the README's lines expect to be there."""
    model = keras.Sequential(
        [
            layers.Input((16, 16, 3)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile("sgd", "sparse_categorical_crossentropy")
    images = np.random.default_rng(0).uniform(size=(24, 16, 16, 3))
    labels = np.arange(24) % 2
    data = {"x_train": images, "x_test": images}
    data |= {"y_train": labels, "y_test": labels}
    return {"model": model, "names": ["cat", "dog"], **data}


def test_lines_for_ones_own_training_work(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (lines,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert lines.count("epochs=20") == 1
    exec(lines.replace("epochs=20", "epochs=1"), a_training())
    drawn = [(c.kind, c.step) for c in captures(tmp_path / "logs" / "run1")]
    kinds = ("filter_patterns", "grad_cam")
    assert drawn == [(kind, step) for kind in kinds for step in (0, 1)]


@pytest.mark.parametrize("name", re.findall(r"\]\(([\w/.]+)\)", README))
def test_every_linked_file_is_there(name) -> None:
    assert (ROOT / name).is_file()


def test_every_script_that_is_named_is_there() -> None:
    named = set(re.findall(r"`(\w+\.py)`", README))
    assert named == {
        path.name for path in (ROOT / "examples").glob("[a-z]*.py")
    }


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)", README, re.M))
def test_every_make_target_that_is_named_is_there(target) -> None:
    assert f"\n{target}: " in (ROOT / "Makefile").read_text()


def test_every_function_that_is_named_is_public() -> None:
    called = set(re.findall(r"(?<![.\w])([A-Z]\w+|\w+_\w+)\(", README))
    called -= {"BatchNormalization"}
    assert called <= set(kerasviz_callbacks.__all__)


@pytest.mark.parametrize("lines", re.findall(r"```py\n(.*?)```", README, re.S))
def test_functions_for_other_tools_get_what_they_log(tmp_path, lines) -> None:
    kept: list[tuple[str, object, int]] = []
    wandb = SimpleNamespace(
        Image=lambda picture: picture,
        log=lambda what, step: kept.extend(
            (k, v, step) for k, v in what.items()
        ),
    )
    mlflow = SimpleNamespace(
        log_image=lambda picture, key, step: kept.append((key, picture, step))
    )
    names = {"wandb": wandb, "mlflow": mlflow}
    exec(lines, names)
    training = a_training()
    draw = kerasviz_callbacks.GradCAM(
        tmp_path,
        training["x_test"],
        options=CaptureOptions(on_capture=names["log"], on_error="raise"),
    )
    training["model"].fit(
        training["x_train"], training["y_train"], callbacks=[draw]
    )
    assert [step for _, _, step in kept] == [0, 1]
    assert all(picture.shape[-1] == 3 for _, picture, _ in kept)
