"""Every code block of the docs runs, page by page, one block after the other.

`SMALLER` says where a test uses smaller numbers; each must be on its page.
"""

import shlex

import keras
import numpy as np
import pytest

from kerasviz_callbacks.commands.main import main
from tests.docs.markdown import PAGES, blocks_of

pytestmark = pytest.mark.usefixtures("few_steps")

SMALLER = {
    "index": {"epochs=20": "epochs=1", "[:12]": "[:4]"},
    "how_to/own_model": {"range(1, 101)": "range(48, 51)"},
    "how_to/backfill": {"epochs=2": "epochs=1"},
    "how_to/watch": {"epochs=10": "epochs=1", "30m": "1s --filters 2"},
}
PYTHON_PAGES = [page for page in PAGES if blocks_of(page)]
ELSEWHERE = {"tensorboard", "ssh", "pip", "make", "python"}  # tested elsewhere


def a_training() -> dict[str, object]:
    """Return the names that the pages say stand for the reader's own."""
    model = keras.Sequential(
        [
            keras.Input((12, 12, 3)),
            keras.layers.Conv2D(4, 3, activation="relu", name="conv1"),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile("sgd", "sparse_categorical_crossentropy")
    images = np.random.default_rng(0).uniform(size=(16, 12, 12, 3))
    labels = np.arange(16) % 2
    return {
        "model": model,
        "x_train": images,
        "x_test": images,
        "y_train": labels,
        "y_test": labels,
        "names": ["cat", "dog"],
    }


def run_shell(text: str) -> None:
    """Run the lines that are commands of ours; know all others."""
    for line in text.replace("\\\n", " ").splitlines():
        command, *arguments = shlex.split(line)
        if command == "kerasviz":
            assert main(arguments) == 0, line
        else:
            assert command in ELSEWHERE, line


@pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")  # Keras
@pytest.mark.parametrize("page", PYTHON_PAGES)
def test_code_blocks_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names, changes = a_training(), dict(SMALLER.get(page, {}))
    for block in blocks_of(page):
        text = block.text
        for large, small in SMALLER.get(page, {}).items():
            if large in text:
                text = text.replace(large, small)
                changes.pop(large, None)
        if block.language == "python":
            at = f"docs/{page}.md, line {block.line}"
            exec(compile(text, at, "exec"), names)
        elif block.language == "sh":
            run_shell(text)
    assert changes == {}


def test_only_languages_that_are_tested_are_used():
    used = {block.language for page in PAGES for block in blocks_of(page)}
    assert used == {"python", "sh"}
