"""Builds the lines that a callback prints: before training, and of a capture.

    FilterPatterns  32 filters of 4 layers, backbone/(conv1, conv2, conv3, conv4), steady
                    before training, every epoch, on (un)freezing, on NaN, at the end; at most 21
                    ~8.0 s and 0.42 MB each, 8.8 MB in all, budget 5% → logs/run1/kerasviz

With `verbose=2` a line follows for each reason.
"""  # noqa: E501

import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any

from kerasviz_callbacks.callbacks.options import CaptureOptions
from kerasviz_callbacks.captures import Plan
from kerasviz_callbacks.schedule import Schedule

_WIDTH = 100  # of a line
_INDENT = 16  # longer than the longest name of a callback
_MEGABYTE = 1e6


def announcement(
    plan: Plan,
    options: CaptureOptions,
    schedule: Schedule,
    budget: float | None,
    params: Mapping[str, Any] | None,
) -> list[str]:
    """Return what is drawn, when, and within what: a line each.

    Args:
        plan: Of a capture.
        options: What the user asked for.
        schedule: When.
        budget: Share of training's wall time that drawing may take.
        params: What Keras knows of the fit, such as `epochs`.
    """
    when = [schedule.describe(), "at the end"]
    if options.baseline:
        when.insert(0, "before training")
    most = _most(schedule, options, params or {})
    count = "" if most is None else f"; at most {most}"
    return [
        _what(plan),
        f"{', '.join(when)}{count}",
        _limits(options, budget),
    ]


def reasons(plan: Plan) -> list[str]:
    """Return why it is drawn so, for `verbose=2`: a line each."""
    return [f"why: {words}" for words in plan.reasons]


def aligned(name: str, lines: Iterable[str]) -> str:
    """Return the lines of one callback as a block, its name before them."""
    margins = [name, *[""] * len(lines := list(lines))]
    return "\n".join(
        f"{margin:<{_INDENT}}{line}".rstrip()
        for margin, line in zip(margins, lines, strict=False)
    )


def short_directory(directory: str) -> str:
    """Return the path, relative to where the process works if it is inside."""
    if "://" in directory:
        return directory
    relative = os.path.relpath(directory)
    return directory if relative.startswith("..") else relative


def listed(paths: Sequence[str], room: int) -> str:
    """Return paths of layers in so many characters, what they share once.

    Example:
        >>> listed(["body/a", "body/b", "body/c"], 80)
        'body/(a, b, c)'
    """
    folder, stem = _shared(paths, "/"), _shared(paths, "/_-.")
    for shared in (folder, stem):
        if len(words := _sharing(shared, paths, len(paths))) <= room:
            return words
    for count in range(len(paths) - 1, 0, -1):
        if len(words := _sharing(stem, paths, count)) <= room:
            break
    return words


def _shared(paths: Sequence[str], ends: str) -> str:
    """Return what all paths begin with, up to one of these characters."""
    if len(paths) < 2:
        return ""
    alike = takewhile(
        lambda found: len(set(found)) == 1, zip(*paths, strict=False)
    )
    begin = "".join(one for one, *_ in alike)
    return begin[: 1 + max(begin.rfind(end) for end in ends)]


def _sharing(shared: str, paths: Sequence[str], count: int) -> str:
    names = ", ".join(path.removeprefix(shared) for path in paths[:count])
    names += f", {len(paths) - count} more" * (count < len(paths))
    return f"{shared}({names})" if shared else names


def _what(plan: Plan) -> str:
    details = "".join(f", {words}" for words in plan.details)
    room = _WIDTH - _INDENT - len(plan.what) - len(details) - 2
    return f"{plan.what}, {listed(plan.paths, room)}{details}"


def _most(
    schedule: Schedule, options: CaptureOptions, params: Mapping[str, Any]
) -> int | None:
    """Return how many captures there will be at most, if that is known."""
    epochs, steps = params.get("epochs"), params.get("steps")
    if not epochs:
        return None
    count = schedule.count(epochs, epochs * (steps or 0)) + options.baseline
    return max(1, count)


def _limits(options: CaptureOptions, budget: float | None) -> str:
    limits = []
    if budget is not None:
        limits.append(f"{100 * budget:.3g}%")
    if options.max_log_bytes is not None:
        limits.append(f"{options.max_log_bytes / _MEGABYTE:.2f} MB")
    return f"budget {' and '.join(limits) or 'none'}"
