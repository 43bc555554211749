"""Builds the line that is printed before training."""

from collections.abc import Mapping
from typing import Any

from kerasviz_callbacks.callbacks.options import CaptureOptions
from kerasviz_callbacks.captures import Plan
from kerasviz_callbacks.schedule import Schedule

_MEGABYTE = 1e6


def announcement(
    plan: Plan,
    options: CaptureOptions,
    schedule: Schedule,
    params: Mapping[str, Any] | None,
) -> str:
    """Return what is drawn, when, and about what it takes.

    Args:
        plan: of a capture.
        options: What the user asked for.
        schedule: when.
        params: what Keras knows of the fit, such as `epochs`.
    """
    when = [schedule.describe(), "at the end"]
    if options.baseline:
        when.insert(0, "before training")
    once = f", once {plan.once_seconds:.1f} s more"
    return (
        f"{plan.what}; {' and '.join([', '.join(when[:-1]), when[-1]])}; about "
        f"{plan.seconds:.1f} s and {plan.num_bytes / _MEGABYTE:.2f} MB a "
        f"capture{once * bool(plan.once_seconds)}"
        f"{_in_all(plan, options, schedule, params or {})}"
    )


def _in_all(
    plan: Plan,
    options: CaptureOptions,
    schedule: Schedule,
    params: Mapping[str, Any],
) -> str:
    """Return the size of the log after the fit, as far as it can be known."""
    limits = []
    if options.budget is not None:
        limits.append(f"{options.budget:.3g} of training's time")
    if options.max_log_bytes is not None:
        limits.append(f"{options.max_log_bytes / _MEGABYTE:.2f} MB")
    words = f", within {' and '.join(limits)}" if limits else ""
    epochs, steps = params.get("epochs"), params.get("steps")
    if not epochs:
        return words
    count = schedule.count(epochs, epochs * (steps or 0)) + options.baseline
    most = max(1, count) * plan.num_bytes / _MEGABYTE
    return f", at most {most:.1f} MB in {max(1, count)}{words}"
