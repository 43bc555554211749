"""Builds the lines that a callback prints: before training, and of a capture.

    FilterPatterns  32 filters of 4 layers, backbone/(conv1, conv2, conv3, conv4), steady
                    before training, every epoch, on (un)freezing, on NaN, at the end
                    budget 5% → logs/run1/kerasviz
    FilterPatterns  ~8.0 s and 0.42 MB a capture; at most 21 by the clock, 8.8 MB in all

A line has 100 characters at most, but for a path. What does not fit into the
first line stands in the third. With `verbose=2` all names of layers follow, and
a line for each reason.
"""  # noqa: E501

import os
import textwrap
from collections.abc import Iterable, Sequence
from itertools import takewhile

from kerasviz_callbacks.callbacks.options import CaptureOptions
from kerasviz_callbacks.captures import Plan
from kerasviz_callbacks.schedule import Schedule

_WIDTH = 100  # of a line
_INDENT = 16  # longer than the longest name of a callback
_ROOM = _WIDTH - _INDENT
_ARROW = " → "  # before a path, which is never broken
_MEGABYTE = 1e6


def announcement(
    plan: Plan,
    options: CaptureOptions,
    schedule: Schedule,
    budget: float | None,
    place: str,
) -> list[str]:
    """Return what is drawn, when, and within what: a line each.

    Args:
        plan: Of a capture.
        options: What the user asked for.
        schedule: When.
        budget: Share of training's wall time that drawing may take.
        place: Directory of the run, as it is shown.
    """
    when = [schedule.describe(), "at the end"]
    if options.baseline:
        when.insert(0, "before training")
    what, last = _split(plan, f"{_limits(options, budget)}{_ARROW}{place}")
    return [what, ", ".join(when), last]


def reasons(plan: Plan) -> list[str]:
    """Return all layers, and why it is drawn so: a line each."""
    names = f"layers: {', '.join(plan.paths)}"
    return [names, *(f"why: {words}" for words in plan.reasons)]


def aligned(name: str, lines: Iterable[str]) -> str:
    """Return the lines of one callback as a block, its name before them."""
    block = [part for line in lines for part in _wrapped(line)]
    return "\n".join(
        f"{name if not i else '':<{_INDENT}}{line}".rstrip()
        for i, line in enumerate(block)
    )


def margin(name: str) -> str:
    """Return the name of a callback as it stands before its lines."""
    return f"{name:<{_INDENT}}"


def _wrapped(line: str) -> list[str]:
    words, arrow, path = line.partition(_ARROW)
    wrapped = textwrap.wrap(
        words, _ROOM, break_long_words=False, break_on_hyphens=False
    ) or [""]
    if not arrow:
        return wrapped
    if len(wrapped[-1]) + len(arrow + path) > _ROOM:
        return [*wrapped, f"{arrow}{path}".lstrip()]
    return [*wrapped[:-1], f"{wrapped[-1]}{arrow}{path}"]


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


def _split(plan: Plan, limits: str) -> tuple[str, str]:
    """Return what is drawn, and the limits behind what does not fit there.

    All names of layers rather than all details, unless the last line grows too
    long by that. A long path stands below by itself.
    """
    counts = range(len(plan.details), -1, -1)
    lines = [_with_details(plan, count, limits) for count in counts]
    beside = [pair for pair in lines if max(map(len, pair)) <= _ROOM]
    above = [pair for pair in lines if max(map(_length, pair)) <= _ROOM]
    for fitting in (beside, above):
        whole = [pair for pair in fitting if not _is_cut(pair[0], plan)]
        if fitting:
            return (whole or fitting)[0]
    return lines[0]


def _length(line: str) -> int:
    """Return the length of what stands before a path."""
    return len(line.partition(_ARROW)[0])


def _with_details(plan: Plan, count: int, limits: str) -> tuple[str, str]:
    """Return the first line with so many details, and the last line."""
    first, rest = plan.details[:count], plan.details[count:]
    room = _ROOM - len(", ".join((plan.what, "", *first)))
    what = ", ".join((plan.what, listed(plan.paths, room), *first))
    return what, "; ".join(filter(None, [", ".join(rest), limits]))


def _is_cut(what: str, plan: Plan) -> bool:
    names = what.removeprefix(plan.what)
    return any(f" {count} more" in names for count in range(len(plan.paths)))


def _limits(options: CaptureOptions, budget: float | None) -> str:
    limits = []
    if budget is not None:
        limits.append(f"{100 * budget:.3g}%")
    if options.max_log_bytes is not None:
        limits.append(f"{options.max_log_bytes / _MEGABYTE:.2f} MB")
    words = f"budget {' and '.join(limits) or 'none'}"
    if options.where == "process":
        return f"in another process, {words}"
    return words
