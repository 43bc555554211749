"""Loads a checkpoint into a model, or says what is wrong with it.

Keras and TensorFlow load what fits and say nothing of the rest: a file of a
deeper network of the same kind would be drawn as if it were this one. So what
a checkpoint holds is compared with what the model has, name by name where the
model can save such a file itself, else by shapes.
"""

import contextlib
import os
import tempfile
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import keras
import tensorflow as tf

from kerasviz_callbacks.commands.backfill.checkpoints import orbax
from kerasviz_callbacks.commands.backfill.checkpoints.content import (
    graph_shapes,
    holder_names,
    keras_shapes,
)
from kerasviz_callbacks.commands.backfill.checkpoints.files import Checkpoint

_NAMED = (".weights.h5", ".keras")
_OPTIMIZER = "Skipping variable loading for optimizer"
_SHOWN = 3
# What the readers raise for files that are torn, forged or something else.
_UNREADABLE = (
    OSError,
    KeyError,
    RuntimeError,
    zipfile.BadZipFile,
    tf.errors.OpError,
)
_Shape: TypeAlias = tuple[int, ...]


class UnreadableCheckpointError(ValueError):
    """A checkpoint is damaged, or is none.

    Attributes:
        checkpoint: which.
    """

    def __init__(self, words: str, checkpoint: Checkpoint) -> None:
        super().__init__(words)
        self.checkpoint = checkpoint


class OtherModelError(ValueError):
    """A checkpoint is of a model with other weights."""


class CheckpointLoader:
    """Loads checkpoints into a model, one after another.

    Args:
        model: with weights.
    """

    def __init__(self, model: keras.Model) -> None:
        self._model = model
        self._own_names: Mapping[str, _Shape] | None = None
        self._own = Counter(tuple(w.shape) for w in model.weights)

    def load(self, checkpoint: Checkpoint) -> None:
        """Give the model the checkpoint's weights.

        Raises:
            UnreadableCheckpointError: it is damaged; the model may hold some
                of its weights.
            OtherModelError: it is of another model; likewise.
        """
        with readable(checkpoint):
            if checkpoint.kind == "keras":
                self._load_keras(checkpoint)
            elif checkpoint.kind == "orbax":
                self._load_orbax(checkpoint)
            else:
                self._load_tensorflow(checkpoint)

    def _load_keras(self, checkpoint: Checkpoint) -> None:
        path = checkpoint.path
        held = keras_shapes(path)
        if path.endswith(_NAMED):
            _check_names(checkpoint, held, self._names())
        elif Counter(held.values()) != self._own:
            raise _other(checkpoint, self._shape_words(held.values()))
        try:
            with warnings.catch_warnings():
                # Nothing trains here: the optimizer's state is not needed, and
                # other backends of Keras write another one.
                warnings.filterwarnings("ignore", _OPTIMIZER)
                self._model.load_weights(path)
        except ValueError as error:
            raise _other(checkpoint, str(error).splitlines()[0]) from error

    def _names(self) -> Mapping[str, _Shape]:
        """Return what the model itself would save."""
        if self._own_names is None:
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "own.weights.h5")
                self._model.save_weights(path)
                self._own_names = keras_shapes(path)
        return self._own_names

    def _load_orbax(self, checkpoint: Checkpoint) -> None:
        """Give the model's variables what is stored under their paths.

        `load_weights` would leave a weight as it is whose path is not there.
        """
        weights = {one.path: one for one in self._model.weights}
        own = {path: tuple(one.shape) for path, one in weights.items()}
        held = orbax.weight_shapes(checkpoint.path)
        pairs = _pairs(held, own)
        matched = {pairs.get(name, name): held[name] for name in held}
        _check_names(checkpoint, matched, own)
        for name, value in orbax.weight_values(checkpoint.path, held).items():
            weights[pairs.get(name, name)].assign(value)

    def _load_tensorflow(self, checkpoint: Checkpoint) -> None:
        """Find the model in the checkpoint: itself, or in an attribute."""
        path, seen = checkpoint.path, []
        for name in holder_names(path):
            shapes = graph_shapes(path, name)
            seen.append(f"{name or 'itself'}: {self._shape_words(shapes)}")
            if Counter(shapes) != self._own:
                continue
            holder = (
                tf.train.Checkpoint(**{name: self._model})
                if name
                else tf.train.Checkpoint(self._model)
            )
            with contextlib.suppress(AssertionError):
                holder.read(path).assert_existing_objects_matched()
                return
        raise _other(
            checkpoint,
            f"{'; '.join(seen)}. tf.train.Checkpoint omits layers that a "
            "Keras 3 model keeps in a list or a dict",
        )

    def _shape_words(self, shapes: Iterable[_Shape]) -> str:
        found = Counter(shapes)
        differing = [*(found - self._own), *(self._own - found)]
        return (
            f"{found.total()} weights, where the model has "
            f"{self._own.total()}; they differ in "
            f"{', '.join(map(str, differing[:_SHOWN]))}"
        )


@contextlib.contextmanager
def readable(checkpoint: Checkpoint) -> Iterator[None]:
    """Raise whatever a damaged file raises as one kind of error."""
    try:
        yield
    except _UNREADABLE as error:
        first = (str(error).splitlines() or [""])[0]
        raise UnreadableCheckpointError(
            f"{checkpoint.path!r} cannot be read — {type(error).__name__}: "
            f"{first[:200]}",
            checkpoint,
        ) from error


def _pairs(
    held: Mapping[str, _Shape], own: Mapping[str, _Shape]
) -> dict[str, str]:
    """Return the path in the model of each weight that a checkpoint holds.

    The ends of paths are compared, as short as they are unique. Where they
    begin depends on how the model was made: a layer of `sequential` is
    `sequential/conv` where it was trained, `sequential_1/conv` if another model
    came before, and `conv` as it comes from a file.

    Returns:
        Nothing, unless each weight has its own.
    """
    depth = 1 + max((path.count("/") for path in (*held, *own)), default=0)
    for length in range(2, max(depth, 2) + 1):  # all have a `kernel`
        ends = {_end(path, length): path for path in own}
        pairs = {path: ends.get(_end(path, length), "") for path in held}
        is_one_to_one = set(pairs.values()) == set(own)
        if is_one_to_one and len(held) == len(own) == len(ends):
            return pairs
    return {}


def _end(path: str, length: int) -> tuple[str, ...]:
    return tuple(path.split("/")[-length:])


def _check_names(
    checkpoint: Checkpoint,
    held: Mapping[str, _Shape],
    own: Mapping[str, _Shape],
) -> None:
    differing = [
        f"{name} is {held.get(name, 'missing')} and "
        f"{own.get(name, 'missing')} in the model"
        for name in sorted({*held, *own})
        if held.get(name) != own.get(name)
    ]
    if differing:
        more = len(differing) - _SHOWN
        words = ", ".join(differing[:_SHOWN])
        raise _other(checkpoint, words + f" and {more} more" * (more > 0))


def _other(checkpoint: Checkpoint, how: str) -> OtherModelError:
    return OtherModelError(
        f"Checkpoints must be of the model that --model gives — "
        f"{checkpoint.path!r} is of another one: {how}. Give its own --model, "
        "or match fewer files."
    )
