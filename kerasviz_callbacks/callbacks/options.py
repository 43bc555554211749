"""The options of a callback that concern all captures, checked.

What captures may cost beside the budget, which weights they show, and what
happens if one fails.
"""

import copy
import operator
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from kerasviz_callbacks.images import Unreadable, check_unreadable
from kerasviz_callbacks.schedule import (
    GRACE_S,
    AnyOf,
    EveryEpochs,
    LossNotFinite,
    Schedule,
    TrainableChanged,
    check_count,
)
from tb_plugin.contract import MAX_STEP

OnError: TypeAlias = Literal["log", "raise"]
Weights: TypeAlias = Literal["live", "averaged"]
Where: TypeAlias = Literal["fit", "process"]
OnCapture: TypeAlias = Callable[[Any, int], object]


@dataclass(frozen=True, kw_only=True)
class CaptureOptions:
    """What is rarely changed about captures; `options=` of every callback.

    Attributes:
        baseline: Whether to capture before the first batch. Defaults to True.
        sanity_check: Whether to test at the end if heatmaps depend on the
            weights, in one more capture without pictures; see `sanity_check`.
            Its cost is printed before training. Patterns have no such test.
            Defaults to False.
        faithfulness: Whether to test at the end if the model needs the places
            that heatmaps mark: halves of the images are blurred, in 33 forward
            passes of all images; see `faithfulness_check`. True tests in the
            same capture as `sanity_check`, whatever it takes, False never.
            Defaults to None: in the last capture, if `budget` leaves time.
        shortcuts: Whether to search for shortcuts: places of the image that
            decide a class by themselves, such as a watermark; see
            `shortcut_check`. Captures of heatmaps search where there are 8
            images or more, 3 of them of the same label or a `pool=`, and where
            `budget` leaves time: not at the baseline. `verbose=2` prints why
            not. Defaults to True.
        spread: Whether to show, beside the exemplars that activate a filter
            most, images that activate it 75, 50 and 25% as much. Takes a second
            reading of the images, 16 bytes of memory per filter and image, and
            twice the bytes of exemplars in the log. Defaults to False.
        grace_s: Seconds by which drawing may prolong a run in all, beside
            `budget` and beside the baseline and the last capture, so that a
            short run is drawn as well as a long one. Defaults to 60.
        max_log_bytes: Largest size of the run in bytes, kept like `budget`:
            more and more captures are skipped as it fills up. None disables
            it. Defaults to None.
        weights: `"live"` draws the weights that train, `"averaged"` the moving
            average that an optimizer with `use_ema=True` keeps. Defaults to
            `"live"`.
        on_error: `"log"` logs a drawing that fails and goes on; `"raise"` ends
            training. Defaults to `"log"`.
        unreadable: `"raise"`, or `"skip"` image files that cannot be read;
            labels and regions have one entry per given file all the same; see
            `grad_cam`. Defaults to `"raise"`.
        on_capture: Called as `on_capture(result, step)` for every layer that
            was computed anew, once the capture is in the log, with a copy of
            what `filter_patterns` or `grad_cam` would return: to hand it to
            W&B or MLflow. What it raises is treated as `on_error` says; its
            time counts as drawing. Defaults to None.

    Raises:
        ValueError: One of them is out of its range.
        TypeError: `on_capture` is no function.

    Example:
        >>> GradCAM("logs", x, options=CaptureOptions(weights="averaged"))
    """

    baseline: bool = True
    sanity_check: bool = False
    faithfulness: bool | None = None
    shortcuts: bool = True
    spread: bool = False
    grace_s: float = GRACE_S
    max_log_bytes: int | None = None
    weights: Weights = "live"
    on_error: OnError = "log"
    unreadable: Unreadable = "raise"
    on_capture: OnCapture | None = None
    where: Where = "fit"
    wait: bool = True

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
        if self.where not in get_args(Where):
            raise ValueError(
                "where must be 'fit' or 'process' (another process draws) — "
                f"got {self.where!r}."
            )
        if self.on_capture is not None and not callable(self.on_capture):
            raise TypeError(
                "on_capture must be a function of a result and a step, such as "
                "one that hands them to W&B or MLflow — got "
                f"{self.on_capture!r}."
            )
        check_unreadable(self.unreadable)
        _check_grace(self.grace_s)
        _check_bytes(self.max_log_bytes)


def as_options(options: CaptureOptions | None) -> CaptureOptions:
    """Return the options, or the defaults for None.

    Raises:
        TypeError: They are something else.
    """
    if options is None:
        return CaptureOptions()
    if not isinstance(options, CaptureOptions):
        raise TypeError(
            "options must be CaptureOptions(…), such as "
            f"CaptureOptions(baseline=False) — got {options!r}."
        )
    return options


def check_budget(budget: float | None) -> None:
    """Raise ValueError if the budget is no share of training's time."""
    if budget is None:
        return
    if not _is_number(budget) or not 0 < budget <= 1:
        raise ValueError(
            "budget must be a share of training's time above 0 and up to 1, or "
            f"None for no limit — got {budget!r}."
        )


def _check_grace(grace_s: float) -> None:
    if not _is_number(grace_s) or not 0 <= grace_s < float("inf"):
        raise ValueError(
            f"grace_s must be a number of seconds, 0 or more — got {grace_s!r}."
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


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def as_schedule(every: int | str | Schedule) -> Schedule:
    """Return the schedule that `every=` names.

    An int counts epochs, and two events are drawn beside, which are rare and
    explain a run: weights were frozen or unfrozen, the loss is not finite. A
    schedule is taken as it is, as a copy, for it may remember.

    Raises:
        ValueError: The int is not positive.
        TypeError: It is none of these.
    """
    if isinstance(every, str) and every == "epoch":
        every = 1
    if isinstance(every, int) and not isinstance(every, bool):
        check_count("every", every)
        return AnyOf(EveryEpochs(every), TrainableChanged(), LossNotFinite())
    if isinstance(every, Schedule):
        return copy.deepcopy(every)
    raise TypeError(
        'every must be a number of epochs, "epoch", or a schedule such as '
        f"EverySteps(500) — got {every!r}."
    )


def as_verbose(verbose: int) -> int:
    """Return 0, 1 or 2.

    Raises:
        ValueError: It is something else.
    """
    if isinstance(verbose, int) and verbose in (0, 1, 2):
        return int(verbose)
    raise ValueError(
        "verbose must be 0 (nothing), 1 or 2 (the reasons too) — got "
        f"{verbose!r}."
    )


def as_place(name: str, value: Any) -> int:
    """Return a step or an epoch that a log can hold.

    Args:
        name: Which of them, for the message.
        value: As a user gave it.

    Raises:
        ValueError: It is no whole number from 0 to `MAX_STEP`.
    """
    try:
        whole = operator.index(value)
    except TypeError:
        whole = -1
    if isinstance(value, bool) or not 0 <= whole <= MAX_STEP:
        raise ValueError(
            f"{name} must be a whole number from 0 to {MAX_STEP} — got "
            f"{value!r}."
        )
    return whole


def as_directory(log_dir: Any) -> str:
    """Return the whole path, also where the process works elsewhere later.

    Raises:
        TypeError: It is none.
        ValueError: It is empty.
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
    if "://" in path:
        return str(path)
    try:  # now: the process may go elsewhere while it trains
        return os.path.abspath(os.path.expanduser(path))
    except FileNotFoundError:
        raise ValueError(
            f"log_dir is relative — got {path!r} — and the directory in which "
            "the process works is no longer there. Give the whole path."
        ) from None
