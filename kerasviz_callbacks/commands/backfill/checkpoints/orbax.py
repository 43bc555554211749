"""Reads the checkpoints of `keras.callbacks.OrbaxCheckpoint`.

```
<directory>/<step>/_CHECKPOINT_METADATA     JSON: when the step was committed
                   pytree/_METADATA         JSON: the names of all arrays
                   pytree/manifest.ocdbt …  the arrays: Zarr in a database
<directory>/<step>.orbax-checkpoint-tmp/    a step that is being saved
```

The arrays are read by TensorStore, as Orbax itself reads them. Orbax would do
that by way of JAX, which takes most of a GPU's memory as it starts, and it
reads before one can compare what an array says of its size.

Source: https://orbax.readthedocs.io/en/latest/guides/checkpoint/v1/checkpoint_format.html
"""

import contextlib
import json
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from kerasviz_callbacks.arrays import AnyArray

Shape: TypeAlias = tuple[int, ...]
Key: TypeAlias = tuple[str, ...]

METADATA = "_CHECKPOINT_METADATA"
_ARRAYS = "pytree"
_NAMES = os.path.join(_ARRAYS, "_METADATA")
_UNDER_WAY = re.compile(r"(.*\d)\.orbax-checkpoint-tmp[^/]*")
_MAX_JSON = 2**26  # bytes; an array takes about 300
_MAX_FILES = 100_000
# What JSON and TensorStore raise for damaged data.
_DAMAGED = (AttributeError, KeyError, RecursionError, TypeError, ValueError)
# Groups of a model's state; beside them are those of optimizer and metrics.
_WEIGHTS = ("trainable_variables", "non_trainable_variables")
_OPTIMIZER = "optimizer_variables"
_COUNT = "iteration"
_SEED = "seed_generator_state"


def step_path(path: str) -> str | None:
    """Return the step that a directory is, or will be; None if it is none.

    Args:
        path: A directory.
    """
    under_way = _UNDER_WAY.fullmatch(path)
    if under_way is not None:
        return under_way[1]
    is_step = os.path.isfile(os.path.join(path, METADATA))
    return path if is_step else None


def check_committed(path: str) -> None:
    """Raise OSError for a step that is not saved to its end.

    Orbax writes the time of the commit last, and then renames the directory,
    except where a file system cannot do that at once.
    """
    metadata = os.path.join(path, METADATA)
    is_there = os.path.exists(metadata)
    if not is_there or not _json(metadata).get("commit_timestamp_nsecs"):
        raise OSError("saving it was not finished (it is not committed)")


def signature(path: str) -> tuple[int, int]:
    """Return size in bytes and time of change in ns of all of a step.

    Raises:
        OSError: It is not there, or not committed.
    """
    check_committed(path)
    found = list(_files(path))
    size = sum(status.st_size for status in found)
    return size, max(status.st_mtime_ns for status in found)


@dataclass(frozen=True)
class _Tree:
    """The arrays of a step.

    Attributes:
        path: Directory of the step.
        keys: The names that lead to each array.
        driver: TensorStore's name of the format of an array.
    """

    path: str
    keys: tuple[Key, ...]
    driver: str

    @property
    def weights(self) -> dict[str, Key]:
        """The key of each weight by its path in Keras; seeds are none."""
        return {
            "/".join(key[1:]): key
            for key in self.keys
            if key[0] in _WEIGHTS and key[-1] != _SEED
        }

    @property
    def count(self) -> Key | None:
        """The key of the optimizer's count of steps, if it is there."""
        keys = [k for k in self.keys if k[0] == _OPTIMIZER and k[-1] == _COUNT]
        return min(keys, key=len, default=None)


def weight_shapes(path: str) -> dict[str, Shape]:
    """Return the shape of each weight of the model, by its path in Keras.

    Raises:
        OSError: The step is corrupt, not committed, or something else.
        ImportError: TensorStore is not installed.
    """
    tree = _tree(path)
    arrays = _opened(tree, tree.weights)
    return {name: _checked_shape(array) for name, array in arrays.items()}


def weight_values(path: str, names: Collection[str]) -> dict[str, AnyArray]:
    """Return the values of some weights, whose shapes were looked at.

    Raises:
        OSError, ImportError: As for `weight_shapes`.
    """
    tree = _tree(path)
    arrays = _opened(tree, {name: tree.weights[name] for name in names})
    with _as_os_error():
        reads = {name: array.read() for name, array in arrays.items()}
        return {name: read.result() for name, read in reads.items()}


def optimizer_count(path: str) -> int | None:
    """Return the optimizer's count of steps; None where it is not there.

    Raises:
        OSError, ImportError: As for `weight_shapes`.
    """
    tree = _tree(path)
    if tree.count is None:
        return None
    [array] = _opened(tree, {_COUNT: tree.count}).values()
    if _checked_shape(array) != ():
        return None
    with _as_os_error():
        return int(array.read().result())


def _tree(path: str) -> _Tree:
    check_committed(path)
    metadata = _json(os.path.join(path, _NAMES))
    with _as_os_error():
        keys = (
            tuple(str(part["key"]) for part in entry["key_metadata"])
            for entry in metadata["tree_metadata"].values()
        )
        driver = "zarr3" if metadata.get("use_zarr3") else "zarr"
        return _Tree(path, tuple(filter(None, keys)), driver)


def _opened(tree: _Tree, keys: Mapping[str, Key]) -> dict[str, Any]:
    """Open arrays, of which nothing is read but their shapes."""
    tensorstore = _tensorstore()
    for _ in _files(tree.path):  # all are plain
        pass
    base = {"driver": "file", "path": os.path.join(tree.path, _ARRAYS, "")}
    with _as_os_error():
        opened = {
            name: tensorstore.open(
                {
                    "driver": tree.driver,
                    "kvstore": {
                        "driver": "ocdbt",
                        "base": base,
                        "path": f"{'.'.join(key)}/",
                    },
                },
                open=True,
                read=True,
            )
            for name, key in keys.items()
        }
        return {name: array.result() for name, array in opened.items()}


def _checked_shape(array: Any) -> Shape:
    """Return the shape of an array whose parts are no larger than all of it.

    A part is decoded as a whole, and may claim any size.
    """
    shape = tuple(array.shape)
    parts = array.chunk_layout.write_chunk.shape or ()
    if any(
        part > max(all_, 1) for part, all_ in zip(parts, shape, strict=True)
    ):
        raise OSError(
            f"an array of {shape} is stored in parts of {tuple(parts)}"
        )
    return shape


def _files(path: str) -> Iterator[os.stat_result]:
    """Yield what is known of each file below a step.

    Raises:
        OSError: One is a link, a device or a pipe, or there are too many.
    """
    ahead, count = [path], 0
    while ahead:
        with os.scandir(ahead.pop()) as found:
            for entry in found:
                status = entry.stat(follow_symlinks=False)
                count += 1
                if count > _MAX_FILES:
                    raise OSError(f"it holds more than {_MAX_FILES} files")
                if stat.S_ISDIR(status.st_mode):
                    ahead.append(entry.path)
                elif stat.S_ISREG(status.st_mode):
                    yield status
                else:
                    raise OSError(f"{entry.name[:80]!r} in it is no plain file")


def _json(path: str) -> dict[str, Any]:
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode) or status.st_size > _MAX_JSON:
        raise OSError(f"{os.path.basename(path)!r} in it is no metadata")
    with _as_os_error(), open(path, encoding="utf-8") as file:
        found: dict[str, Any] = dict(json.load(file))
        return found


@contextlib.contextmanager
def _as_os_error() -> Iterator[None]:
    """Raise as one kind of error what is raised for damaged data."""
    try:
        yield
    except _DAMAGED as error:
        words = re.sub(r"[^\x20-\x7e].*", "", str(error))[:200]
        raise OSError(f"it is damaged: {words}") from error


def _tensorstore() -> Any:
    try:
        import tensorstore
    except ImportError as error:
        raise ImportError(
            "Checkpoints of Orbax need the package tensorstore — it is not "
            "installed. Run: pip install 'kerasviz-callbacks[orbax]'."
        ) from error
    return tensorstore
