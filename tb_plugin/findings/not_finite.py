"""Finds when weights became NaN or infinite, and what it left of the run.

From then on a capture says nothing of the network: activations are NaN, or 0
where a ReLU makes 0 of NaN, and pictures are the noise that optimization starts
from. So other findings are of the captures before, and this one is the first.

Some models hold infinity from the start, as a mask of attention: what counts is
that there are more such numbers than in the first capture, or any NaN.
"""

from collections.abc import Sequence

from tb_plugin.contract import Capture, NotFiniteWeight
from tb_plugin.findings.finding import Finding, between, counted, moment, short
from tb_plugin.reading import layers_of

MAX_NAMED = 4
_EVENT = "weights not finite"
_LOSS = "loss not finite"


def sound_captures(stream: Sequence[Capture]) -> list[Capture]:
    """Return the captures of a network whose weights are finite."""
    return [each for each in stream if not _is_broken(each, stream[0])]


def not_finite_findings(stream: Sequence[Capture]) -> list[Finding]:
    """Return which weights became NaN or infinite, or that the loss did.

    Args:
        stream: All captures of a stream, by step.
    """
    first = next(
        (
            i
            for i, each in enumerate(stream)
            if _is_broken(each, stream[0]) and layers_of(each)
        ),
        None,
    )
    if first is None:
        return _of_loss(stream)
    at, before = stream[first], stream[first - 1] if first else None
    fresh = _fresh(at, stream[0])
    again = next(
        (x for x in stream[first:] if not _is_broken(x, stream[0])), None
    )
    when = between(before, at, stream) if before else "before the first capture"
    weights = at.not_finite is not None
    count = max(len(fresh), at.num_not_finite - len(at.not_finite or ()))
    what = (
        f"{counted(count, 'weight tensor')} became {_kind(fresh)}"
        if weights
        else "Activations and gradients became NaN or infinite"
    )
    names = _named(fresh, count) if weights else "The log does not say which."
    path = _path(at, fresh)
    return [
        Finding(
            weight=1.0,
            tone="bad",
            title=f"{what} {when}",
            text=f"{names} {_rest(again, stream)}",
            kind=at.kind,
            stream=at.stream,
            path=path,
            item=None,
            step=at.step,
            versus=before.step if before else None,
            event=_EVENT,
        )
    ]


def _is_broken(capture: Capture, first: Capture) -> bool:
    if capture.not_finite is None:
        return _shows_nothing(capture)
    more = capture.num_not_finite > first.num_not_finite
    return more or bool(_fresh(capture, first))


def _fresh(capture: Capture, first: Capture) -> list[NotFiniteWeight]:
    """Return weights with NaN, or with more infinite numbers than at first."""
    known = {x.path: x.num_infinite for x in first.not_finite or ()}
    return [
        each
        for each in capture.not_finite or ()
        if each.num_nan or each.num_infinite > known.get(each.path, 0)
    ]


def _shows_nothing(capture: Capture) -> bool:
    """Return whether a capture of a log that does not say is all NaN."""
    words = [word for layer in layers_of(capture) for word in layer.status]
    return bool(words) and set(words) == {"not_finite"}


def _kind(weights: Sequence[NotFiniteWeight]) -> str:
    has_nan = any(each.num_nan for each in weights)
    has_infinite = any(each.num_infinite for each in weights)
    if has_nan and not has_infinite:
        return "NaN"
    return "infinite" if has_infinite and not has_nan else "NaN or infinite"


def _named(weights: Sequence[NotFiniteWeight], count: int) -> str:
    names = [
        f"{short(each.path)} ({each.num_nan + each.num_infinite} of "
        f"{counted(each.size, 'number')})"
        for each in weights[:MAX_NAMED]
    ]
    more = count - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "") + "."


def _rest(again: Capture | None, stream: Sequence[Capture]) -> str:
    if again is not None:
        return f"All are finite again at {moment(again, stream)}."
    return (
        "Captures from then on show nothing of the network: all else here is "
        "about the ones before."
    )


def _path(capture: Capture, weights: Sequence[NotFiniteWeight]) -> str:
    """Return the first drawn layer with such a weight, or the first drawn."""
    paths = [layer.path for layer in layers_of(capture)]
    return next(
        (
            path
            for path in paths
            if any(f"/{path}/" in f"/{each.path}" for each in weights)
        ),
        paths[0],
    )


def _of_loss(stream: Sequence[Capture]) -> list[Finding]:
    """Return that the loss became NaN or infinite, though no weight did."""
    place = next(
        (
            i
            for i, each in enumerate(stream)
            if _LOSS in each.reason.split(", ") and layers_of(each)
        ),
        None,
    )
    if place is None or stream[place].not_finite is None:
        return []
    at = stream[place]
    return [
        Finding(
            weight=0.95,
            tone="bad",
            title="The loss became NaN or infinite "
            + (between(stream[place - 1], at, stream) if place else "at first"),
            text="All weights are finite in every capture: a batch or the loss "
            "function may be the cause.",
            kind=at.kind,
            stream=at.stream,
            path=layers_of(at)[0].path,
            item=None,
            step=at.step,
            versus=stream[place - 1].step if place else None,
            event=_LOSS,
        )
    ]
