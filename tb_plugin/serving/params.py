"""Parses and checks query strings; no other file does."""

import re
from dataclasses import dataclass
from typing import Protocol

from tensorboard import errors

from tb_plugin import contract

MAX_NAME_CHARACTERS = 2048  # of a run, a path or a stream
MAX_STEPS = 256  # in one question
# Callbacks write none below 0; whatever a log holds can be asked for.
_STEP = re.compile(r"-?\d{1,16}", re.ASCII)


class Arguments(Protocol):
    """What is needed of werkzeug's parsed query string."""

    def getlist(self, key: str) -> list[str]:
        """Return every value given for `key`."""


@dataclass(frozen=True)
class LayerQuestion:
    """One layer of one run."""

    run: str
    kind: contract.Kind
    path: str


@dataclass(frozen=True)
class PicturesQuestion:
    """Pictures of one layer; `versioned` if their URL changes with them."""

    layer: LayerQuestion
    steps: tuple[int, ...]
    versioned: bool


@dataclass(frozen=True)
class HeldOutQuestion:
    """The held-out images of one stream of one run."""

    run: str
    stream: str


@dataclass(frozen=True)
class LineageQuestion:
    """Filters of two captures, each a layer of a run at a step."""

    own: PicturesQuestion
    other: PicturesQuestion


def run_question(arguments: Arguments) -> str:
    """Return the run that is asked about.

    Raises:
        InvalidArgumentError: A parameter is missing, repeated or malformed. The
            other functions of this file raise it too.
    """
    return _name(arguments, "run")


def layer_question(arguments: Arguments) -> LayerQuestion:
    """Return the layer that is asked about."""
    run, path = _name(arguments, "run"), _name(arguments, "path")
    return LayerQuestion(run, _kind(arguments), path)


def pictures_question(arguments: Arguments) -> PicturesQuestion:
    """Return the pictures that are asked for."""
    layer = layer_question(arguments)
    return PicturesQuestion(layer, _steps(arguments), _is_versioned(arguments))


def class_means_question(arguments: Arguments) -> PicturesQuestion:
    """Return the heatmaps whose class means are asked for."""
    return _beside("grad_cam", arguments)


def exemplars_question(arguments: Arguments) -> PicturesQuestion:
    """Return the patterns whose exemplars are asked for."""
    return _beside("filter_patterns", arguments)


def lineage_question(arguments: Arguments) -> LineageQuestion:
    """Return the two captures whose filters are matched."""
    own, other = (
        PicturesQuestion(
            LayerQuestion(
                _name(arguments, f"{which}run"),
                "filter_patterns",
                _name(arguments, f"{which}path"),
            ),
            (_step(arguments, f"{which}step"),),
            versioned=False,
        )
        for which in ("", "other_")
    )
    return LineageQuestion(own, other)


def _beside(kind: contract.Kind, arguments: Arguments) -> PicturesQuestion:
    run, path = _name(arguments, "run"), _name(arguments, "path")
    layer = LayerQuestion(run, kind, path)
    return PicturesQuestion(layer, _steps(arguments), _is_versioned(arguments))


def held_out_question(arguments: Arguments) -> HeldOutQuestion:
    """Return the stream whose images are asked for."""
    return HeldOutQuestion(_name(arguments, "run"), _name(arguments, "stream"))


def _single(arguments: Arguments, key: str) -> str:
    values = arguments.getlist(key)
    if len(values) != 1:
        raise errors.InvalidArgumentError(
            f"{key} must be given once; it was given {len(values)} times"
        )
    return values[0]


def _name(arguments: Arguments, key: str) -> str:
    name = _single(arguments, key)
    if not 0 < len(name) <= MAX_NAME_CHARACTERS:
        raise errors.InvalidArgumentError(
            f"{key} must have 1 to {MAX_NAME_CHARACTERS} characters; "
            f"it has {len(name)}"
        )
    return name


def _is_versioned(arguments: Arguments) -> bool:
    is_versioned = bool(arguments.getlist("v"))
    if is_versioned:
        _name(arguments, "v")
    return is_versioned


def _kind(arguments: Arguments) -> contract.Kind:
    name = _single(arguments, "kind")
    for kind in contract.KINDS:
        if kind == name:
            return kind
    raise errors.InvalidArgumentError(
        f"kind must be one of {', '.join(contract.KINDS)}; got {name[:40]!r}"
    )


def _step(arguments: Arguments, key: str) -> int:
    text = _single(arguments, key)
    if not _STEP.fullmatch(text):
        raise errors.InvalidArgumentError(
            f"{key} must be a whole number; got {text[:40]!r}"
        )
    return int(text)


def _steps(arguments: Arguments) -> tuple[int, ...]:
    text = _single(arguments, "steps")
    words = text.split(",", MAX_STEPS)
    if len(words) > MAX_STEPS:
        raise errors.InvalidArgumentError(
            f"steps must be at most {MAX_STEPS}; ask for the rest by itself"
        )
    for word in words:
        if not _STEP.fullmatch(word):
            raise errors.InvalidArgumentError(
                "steps must be whole numbers with commas between; "
                f"got {word[:40]!r}"
            )
    return tuple(int(word) for word in words)
