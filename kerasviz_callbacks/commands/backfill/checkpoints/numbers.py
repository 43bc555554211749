"""Reads the epoch or step of checkpoints from their names.

Numbers that are the same in all names say nothing. Of those that differ, one
with a decimal point is a metric. What is left must be one number, or an epoch
and a step, by the words before them; or a template says which is which:

| names                                   | what counts                        |
|-----------------------------------------|------------------------------------|
| `weights.2`, `weights.10`               | 2, 10                              |
| `run3/epoch-02-loss-0.35`, `…-03-…`     | the epoch: 2, 3                    |
| `epoch_2_step_400`, `epoch_3_step_600`  | both                               |
| `a-2-17`, `a-3-9`                       | refused: which one?                |
| `{epoch:02d}-{batch}` and such names    | the epoch under way, and its batch |
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WORD = re.compile(r"([a-z]+)[^a-z]*$", re.IGNORECASE)
_FIELD = re.compile(r"\{([^{}:!]*)[^{}]*\}")
_WORDS = {
    "epoch": "epoch",
    "epochs": "epoch",
    "ep": "epoch",
    "e": "epoch",
    "step": "step",
    "steps": "step",
    "iter": "step",
    "iteration": "step",
    "iterations": "step",
}
_FIELDS = ("epoch", "batch", "step")
_SHOWN = 5


@dataclass(frozen=True)
class Numbers:
    """What the name of a checkpoint tells.

    Attributes:
        epoch: None where it does not.
        batch: of the epoch, if the epoch is under way.
        step: likewise.
        plain: a number that may be either.
    """

    epoch: int | None = None
    batch: int | None = None
    step: int | None = None
    plain: int | None = None


def numbers_in(names: Sequence[str], template: str | None) -> list[Numbers]:
    """Return what each name tells; nothing at all where no number differs.

    Args:
        names: paths without what says the format.
        template: with fields such as `{epoch:02d}`, or None.

    Raises:
        ValueError: it is not clear which number counts.
    """
    if template is not None and _FIELD.search(template):
        return [_by_template(name, template) for name in names]
    folder = os.path.commonpath([os.path.dirname(name) for name in names])
    names = [os.path.relpath(name, folder or ".") for name in names]
    if not any(map(_NUMBER.search, names)):
        return [Numbers() for _ in names]
    shapes = {_NUMBER.sub("#", name) for name in names}
    if len(shapes) > 1:
        raise ValueError(
            "Checkpoints must be named alike to be ordered by a number — "
            f"these are not: {_listing(_one_of_each(names))}. Match fewer of "
            "them, or order them by time."
        )
    [shape] = shapes
    columns = [_NUMBER.findall(name) for name in names]
    places = _places(columns)
    words = [_word_before(shape, place) for place in places]
    return [
        _told(dict(zip(places, words, strict=True)), column, names)
        for column in columns
    ]


def _places(columns: Sequence[Sequence[str]]) -> list[int]:
    """Return which of the numbers in a name may count."""
    places = range(len(columns[0]))
    differing = [p for p in places if len({c[p] for c in columns}) > 1]
    if len(columns) == 1:
        differing = list(places)[-1:]
    whole = [p for p in differing if all("." not in c[p] for c in columns)]
    return whole or differing


def _told(
    words: dict[int, str | None], column: Sequence[str], names: Sequence[str]
) -> Numbers:
    if not words:
        return Numbers()
    if any("." in column[place] for place in words):
        raise _unclear(names)
    kinds = list(words.values())
    if len(words) == 1 and kinds == [None]:
        return Numbers(plain=int(column[next(iter(words))]))
    if None in kinds or len(set(kinds)) < len(kinds):
        raise _unclear(names)
    return Numbers(
        **{kind: int(column[p]) for p, kind in words.items() if kind}
    )


def _word_before(shape: str, place: int) -> str | None:
    before = "#".join(shape.split("#")[: place + 1]).rpartition("#")[2]
    found = _WORD.search(before)
    return _WORDS.get(found[1].lower()) if found else None


def _by_template(name: str, template: str) -> Numbers:
    """Return what the fields of `ModelCheckpoint`'s template were."""
    kinds: list[str] = []

    def group(field: re.Match[str]) -> str:
        if field[1] not in _FIELDS or field[1] in kinds:
            return ".+?"
        kinds.append(field[1])
        return r"(\d+)"

    parts = _FIELD.split(template)
    fields = list(_FIELD.finditer(template))
    pattern = _escaped(parts[0])
    for field, text in zip(fields, parts[2::2], strict=True):
        pattern += group(field) + _escaped(text)
    found = re.search(pattern + "$", name)
    if not kinds or found is None:
        raise ValueError(
            "A template must have a field {epoch} or {step} and match the "
            f"names — {template!r} does not match {name!r}."
        )
    values = dict(zip(kinds, found.groups(), strict=True))
    return Numbers(**{kind: int(value) for kind, value in values.items()})


def _escaped(text: str) -> str:
    return re.escape(text).replace(r"\*", ".*?")


def _one_of_each(names: Sequence[str]) -> list[str]:
    return list({_NUMBER.sub("#", name): name for name in names}.values())


def _unclear(names: Sequence[str]) -> ValueError:
    return ValueError(
        "One number in the names must give the order — several differ, or "
        f"none that is whole, in {_listing(names)}. Say which, by the template "
        "that they were saved by, as 'ckpt/{epoch}-{batch}.weights.h5', or "
        "order them by time."
    )


def _listing(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:_SHOWN])
    return shown + ", …" * (len(names) > _SHOWN)
