"""Finds checkpoints by paths and patterns of paths, in no order.

| what lies there                          | kind         | what is loaded     |
|------------------------------------------|--------------|--------------------|
| `*.weights.h5`, `*.h5`, `*.keras`        | `keras`      | the file           |
| `*.index` and `*.data-…`, or their       | `tensorflow` | their prefix       |
| common prefix                            |              |                    |
| a directory of `BackupAndRestore`        | `keras`      | its weights file   |
| a step of `OrbaxCheckpoint`              | `orbax`      | the directory      |
| any other directory                      |              | all that is in it  |
"""

import glob
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from kerasviz_callbacks.commands.backfill.checkpoints import orbax

Kind = Literal["keras", "tensorflow", "orbax"]

_KERAS = (".weights.h5", ".h5", ".keras")
_INDEX = ".index"
_DATA = re.compile(r"\.data-\d{5}-of-\d{5}$")
_BACKUP = "latest.weights.h5"
_METADATA = "training_metadata.json"
_FIELD = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Checkpoint:
    """A saved state of a model.

    Attributes:
        path: absolute; of the file or directory that is loaded, or the prefix
            of several files.
        kind: how it is loaded.
        name: without what says its format; numbers are looked for in it.
        metadata: of `BackupAndRestore`, a path; "" for none.
    """

    path: str
    kind: Kind
    name: str
    metadata: str = ""

    @property
    def file(self) -> str:
        """The file that is surely there, whose time counts."""
        if self.kind == "orbax":
            return os.path.join(self.path, orbax.METADATA)
        return self.path + _INDEX * (self.kind == "tensorflow")


def find_checkpoints(patterns: Iterable[str]) -> tuple[Checkpoint, ...]:
    """Return the checkpoints, each once.

    Args:
        patterns: paths, globs, or the template that `ModelCheckpoint` saved
            by, such as `ckpt/{epoch:02d}-{val_loss:.2f}.weights.h5`.

    Raises:
        FileNotFoundError: nothing lies there.
        ValueError: something there is no checkpoint.
    """
    found: dict[str, Checkpoint] = {}
    for pattern in patterns:
        here = {one.path: one for one in _matching(pattern)}
        if not here:
            raise FileNotFoundError(
                "--checkpoints must match files that are there — nothing "
                f"matches {pattern!r}. Put a pattern into quotes, or give a "
                "directory."
            )
        found |= here
    return tuple(found.values())


def _matching(pattern: str) -> Iterator[Checkpoint]:
    pattern = os.path.abspath(_FIELD.sub("*", pattern))
    if os.path.exists(pattern):  # a name may hold a bracket
        paths = [pattern]
    else:
        paths = glob.glob(pattern, recursive=True)
        paths = paths or glob.glob(pattern + _INDEX, recursive=True)
    for path in sorted(paths):
        yield from _at(path)


def _at(path: str) -> Iterator[Checkpoint]:
    if os.path.isdir(path):
        yield from _in_directory(path)
        return
    found = _of_file(path)
    if found is not None:
        yield found
    elif os.path.basename(path) not in ("checkpoint", _METADATA):
        raise ValueError(
            f"Checkpoints are {', '.join(_KERAS)} files, files of "
            "tf.train.Checkpoint (.index, .data-…) and directories of "
            "BackupAndRestore and OrbaxCheckpoint — "
            f"{path!r} is none. Match fewer files."
        )


def _in_directory(path: str) -> Iterator[Checkpoint]:
    step = orbax.step_path(path)
    if step is not None:
        yield Checkpoint(step, "orbax", step)
        return
    names = sorted(os.listdir(path))
    if _BACKUP in names:
        metadata = os.path.join(path, _METADATA) * (_METADATA in names)
        yield Checkpoint(os.path.join(path, _BACKUP), "keras", path, metadata)
        return
    files = [os.path.join(path, name) for name in names]
    found = [_of_file(file) for file in files if os.path.isfile(file)]
    yield from filter(None, found)
    steps = [orbax.step_path(file) for file in files if os.path.isdir(file)]
    yield from (Checkpoint(one, "orbax", one) for one in steps if one)


def without_ending(path: str) -> str:
    """Return a path without what says its format."""
    for ending in (*_KERAS, _INDEX):
        if path.endswith(ending):
            return path[: -len(ending)]
    return _DATA.sub("", path)


def _of_file(path: str) -> Checkpoint | None:
    stem = without_ending(path)
    if stem == path:
        return None
    if path.endswith(_KERAS):
        return Checkpoint(path, "keras", stem)
    return Checkpoint(stem, "tensorflow", stem)
