"""What the README tells to type works, and what it names is there."""

import re
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

import kerasviz_callbacks
from tests.kerasviz_callbacks.logs.written import captures

pytestmark = pytest.mark.usefixtures("few_steps")

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
LINKED = re.compile(r"""[("]((?:docs/|[A-Z]+\b(?=[.)]))[\w/.-]*)""")


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


@pytest.mark.parametrize("name", sorted(set(LINKED.findall(README))))
def test_every_linked_file_is_there(name) -> None:
    assert (ROOT / name).is_file()


def test_every_script_is_listed_in_the_docs() -> None:
    listed = (ROOT / "docs" / "index.md").read_text()
    named = set(re.findall(r"`(\w+\.py)`", listed))
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
