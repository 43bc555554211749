"""The options of a callback that concern all captures, checked.

When captures are drawn, what they may cost, and what happens if one fails.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from kerasviz_callbacks.schedule import (
    GRACE_S,
    AnyOf,
    EveryEpochs,
    LossNotFinite,
    Schedule,
    TrainableChanged,
    check_count,
)

OnError: TypeAlias = Literal["log", "raise"]
Weights: TypeAlias = Literal["live", "averaged"]
OnCapture: TypeAlias = Callable[[Any, int], object]


@dataclass(frozen=True)
class CaptureOptions:
    """When to draw, at what cost, and what where that fails.

    Attributes:
        every: a number of epochs, or a schedule.
        baseline: whether to draw before the first batch.
        budget: share of training's wall time that drawing may take.
        max_log_bytes: that the run may take.
        weights: which to draw.
        on_error: what to do about a drawing that fails.
        verbose: whether to print.
        on_capture: called with the result and the step of what was written.
        grace_s: seconds by which a short training may take longer.

    Raises:
        ValueError: one of them is out of its range.
        TypeError: `on_capture` is no function.
    """

    every: int | Schedule
    baseline: bool
    budget: float | None
    max_log_bytes: int | None
    weights: Weights
    on_error: OnError
    verbose: int
    on_capture: OnCapture | None = None
    grace_s: float = GRACE_S

    def __post_init__(self) -> None:
        if self.on_error not in get_args(OnError):
            raise ValueError(
                f"on_error must be 'log' or 'raise' — got {self.on_error!r}."
            )
        if self.weights not in get_args(Weights):
            raise ValueError(
                "weights must be 'live' or 'averaged' (the optimizer's moving "
                f"average) — got {self.weights!r}."
            )
        if self.on_capture is not None and not callable(self.on_capture):
            raise TypeError(
                "on_capture must be a function of a result and a step, such as "
                "one that hands them to W&B or MLflow — got "
                f"{self.on_capture!r}."
            )
        _check_budget(self.budget)
        _check_bytes(self.max_log_bytes)


def _check_budget(budget: float | None) -> None:
    if budget is None:
        return
    is_number = isinstance(budget, int | float) and not isinstance(budget, bool)
    if not is_number or not 0 < budget <= 1:
        raise ValueError(
            "budget must be a share of training's time above 0 and up to 1, or "
            f"None for no limit — got {budget!r}."
        )


def _check_bytes(limit: int | None) -> None:
    if limit is None:
        return
    is_whole = isinstance(limit, int) and not isinstance(limit, bool)
    if not is_whole or limit < 1:
        raise ValueError(
            "max_log_bytes must be a positive whole number, or None for no "
            f"limit — got {limit!r}."
        )


def as_schedule(every: int | Schedule) -> Schedule:
    """Return the schedule that `every=` names.

    An int counts epochs, and two events are drawn beside, which are rare and
    explain a run: weights were frozen or unfrozen, the loss is not finite. A
    schedule is taken as it is, as a copy, for it may remember.

    Raises:
        ValueError: the int is not positive.
        TypeError: it is neither an int nor a schedule.
    """
    if isinstance(every, int) and not isinstance(every, bool):
        check_count("every", every)
        return AnyOf(EveryEpochs(every), TrainableChanged(), LossNotFinite())
    if isinstance(every, Schedule):
        return copy.deepcopy(every)
    raise TypeError(
        "every must be a number of epochs or a schedule such as "
        f"EverySteps(500) — got {every!r}."
    )


def as_directory(log_dir: Any) -> str:
    """Return the path.

    Raises:
        TypeError: it is none.
        ValueError: it is empty.
    """
    try:
        path = log_dir if isinstance(log_dir, str) else log_dir.__fspath__()
    except AttributeError:
        raise TypeError(
            f"log_dir must be a path — got {log_dir!r}. It is the first "
            "argument, as in keras.callbacks.TensorBoard."
        ) from None
    if not path:
        raise ValueError("log_dir must not be empty; name a directory.")
    return str(path)
