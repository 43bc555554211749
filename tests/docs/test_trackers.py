"""The functions for W&B and MLflow hand over what these take.

Neither is installed: stand-ins take the arguments that their documentation
names, and keep them.
"""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from kerasviz_callbacks import grad_cam
from tests.docs.markdown import blocks_of
from tests.docs.test_code_blocks import a_training


@pytest.fixture(scope="module")
def page() -> dict[str, object]:
    """Return the names that the page's last block defines."""
    names: dict[str, object] = {}
    exec(blocks_of("how_to/trackers")[-1].text, names)
    return names


@pytest.fixture(scope="module")
def result():
    names = a_training()
    return grad_cam(names["model"], names["x_test"][:4])


def check_sheet(image) -> None:
    """Both take (height, width, 3) arrays of bytes."""
    assert isinstance(image, np.ndarray)
    assert image.dtype == np.uint8 and image.shape[2:] == (3,)


def test_wandb_gets_an_image_and_the_step(page, result, monkeypatch):
    logged: list[dict] = []
    wandb = SimpleNamespace(Image=lambda image: image, log=logged.append)
    monkeypatch.setitem(sys.modules, "wandb", wandb)
    page["to_wandb"](result, 7)
    [line] = logged
    assert line["step"] == 7
    check_sheet(line["kerasviz/conv1"])


def test_mlflow_gets_an_image_a_key_and_the_step(page, result, monkeypatch):
    logged: list[tuple] = []

    def log_image(image, *, key: str, step: int) -> None:
        logged.append((image, key, step))

    mlflow = SimpleNamespace(log_image=log_image)
    monkeypatch.setitem(sys.modules, "mlflow", mlflow)
    page["to_mlflow"](result, 7)
    [(image, key, step)] = logged
    assert (key, step) == ("conv1", 7)
    check_sheet(image)
