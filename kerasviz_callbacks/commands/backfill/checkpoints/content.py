"""Looks into a checkpoint's file without loading it.

All functions raise what h5py, zipfile and TensorFlow raise of damaged files.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any, TypeAlias

import h5py
import tensorflow as tf
from tensorflow.core.protobuf.trackable_object_graph_pb2 import (
    TrackableObjectGraph,
)

from kerasviz_callbacks.commands.backfill.checkpoints import orbax
from kerasviz_callbacks.commands.backfill.checkpoints.files import Checkpoint
from kerasviz_callbacks.commands.backfill.checkpoints.numbers import Numbers
from kerasviz_callbacks.model import check_group, check_stored

Shape: TypeAlias = tuple[int, ...]

_WEIGHTS = "model.weights.h5"  # in a .keras file
_MAX_METADATA = 2**20  # characters
_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"
_NOT_OF_THE_MODEL = ("optimizer", "_optimizer", "save_counter")
_H5_COUNTS = ("optimizer/vars/0", "optimizer_weights")
_TF_COUNTS = ("/_iterations/.ATTRIBUTES/", "/iter/.ATTRIBUTES/")


def keras_shapes(path: str) -> dict[str, Shape]:
    """Return the shape of each weight of a model in a file of Keras."""
    with _h5(path) as file:
        shapes = {name: tuple(data.shape) for name, data in _datasets(file)}
    return {
        name: shape
        for name, shape in shapes.items()
        if not name.startswith("optimizer")
    }


def holder_names(prefix: str) -> list[str]:
    """Return under which names a `tf.train.Checkpoint` may hold a model.

    "" stands for the checkpoint itself.
    """
    children = _graph(prefix).nodes[0].children
    names = [child.local_name for child in children]
    return ["", *(name for name in names if name not in _NOT_OF_THE_MODEL)]


def graph_shapes(prefix: str, holder: str) -> list[Shape]:
    """Return the shapes of all floating variables under one name."""
    graph, reader = _graph(prefix), tf.train.load_checkpoint(prefix)
    shapes = reader.get_variable_to_shape_map()
    dtypes = reader.get_variable_to_dtype_map()
    keys = _keys(graph, _root(graph, holder))
    return [tuple(shapes[key]) for key in keys if dtypes[key].is_floating]


def optimizer_steps(checkpoint: Checkpoint) -> int | None:
    """Return the optimizer's count of steps; None where it is not told."""
    if checkpoint.kind == "orbax":
        return orbax.optimizer_count(checkpoint.path)
    if checkpoint.kind == "tensorflow":
        return _tensorflow_steps(checkpoint.path)
    with _h5(checkpoint.path) as file:
        for name, data in _datasets(file):
            is_count = name.startswith(_H5_COUNTS) and data.shape == ()
            if is_count and data.dtype.kind in "iu":
                count: int = data[()].item()
                return count
    return None


def backup_numbers(checkpoint: Checkpoint) -> Numbers:
    """Return what `BackupAndRestore` noted: nothing, if it did not."""
    if not checkpoint.metadata:
        return Numbers()
    with open(checkpoint.metadata, encoding="utf-8") as file:
        text = file.read(_MAX_METADATA)
    try:
        noted = json.loads(text)
        epoch, batch = int(noted["epoch"]), int(noted["batch"])
    except (TypeError, ValueError) as error:
        raise OSError(f"{checkpoint.metadata!r} is damaged") from error
    if not batch:
        return Numbers(epoch=epoch)
    return Numbers(epoch=epoch + 1, batch=batch + 1)  # it counts from 0


def _h5(path: str) -> Any:
    """Return the opened file of weights, if it is what Keras writes."""
    check_stored(path)
    if not path.endswith(".keras"):
        return h5py.File(path, "r")
    with zipfile.ZipFile(path) as archive:
        file = h5py.File(io.BytesIO(archive.read(_WEIGHTS)), "r")
    check_group(file)
    return file


def _datasets(group: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every dataset with its path; `visititems` leaves out links."""
    for name, item in group.items():
        here = f"{path}/{name}" if path else name
        if isinstance(item, h5py.Dataset):
            yield here, item
        elif item is not None:
            yield from _datasets(item, here)


def _graph(prefix: str) -> Any:
    reader = tf.train.load_checkpoint(prefix)
    return TrackableObjectGraph.FromString(reader.get_tensor(_GRAPH))


def _root(graph: Any, holder: str) -> int:
    if not holder:
        return 0
    children = graph.nodes[0].children
    [number] = [c.node_id for c in children if c.local_name == holder]
    return int(number)


def _keys(graph: Any, root: int) -> list[str]:
    """Return the keys of all variables that a node leads to."""
    seen: set[int] = set()
    keys, ahead = [], [root]
    while ahead:
        number = ahead.pop()
        if number in seen:
            continue
        seen.add(number)
        node = graph.nodes[number]
        keys += [a.checkpoint_key for a in node.attributes if a.checkpoint_key]
        ahead += [
            child.node_id
            for child in node.children
            if child.local_name not in _NOT_OF_THE_MODEL
        ]
    return keys


def _tensorflow_steps(prefix: str) -> int | None:
    reader = tf.train.load_checkpoint(prefix)
    shapes = reader.get_variable_to_shape_map()
    for key in sorted(shapes):
        if not shapes[key] and any(end in key for end in _TF_COUNTS):
            return int(reader.get_tensor(key))
    return None
