"""Schedules that wait for an event in training.

| schedule              | draws when                     | reason              |
|-----------------------|--------------------------------|---------------------|
| `TrainableChanged`    | layers were frozen or unfrozen | `trainable weights: |
|                       |                                | more` (or `fewer`)  |
| `LearningRateDropped` | it fell to half, or less       | `learning rate drop`|
| `BestValue`           | a metric reached a new best    | `best NAME`         |
| `LossJumped`          | an epoch's loss is twice the   | `loss jump`         |
|                       | previous one's                 |                     |
| `LossNotFinite`       | the loss became NaN or         | `loss not finite`   |
|                       | infinite                       |                     |
| `Interrupted`         | the process receives Ctrl+C or | `interrupt`         |
|                       | SIGTERM                        |                     |

Each of them keeps what it saw last over all fits of a callback. If an event
occurs while the newest capture already shows these very weights, the next
capture records it.
"""

import logging
import math
from collections.abc import Sequence
from typing import Any, Literal

import keras
import tensorflow as tf

from kerasviz_callbacks.schedule.schedule import Moment, Schedule
from kerasviz_callbacks.schedule.steps import check_factor

logger = logging.getLogger("kerasviz")

_SIGN = {"min": -1.0, "max": 1.0}
_BETWEEN = ("begin", "epoch")  # where callbacks change what is trained, how


class TrainableChanged(Schedule):
    """Draw when the set of trainable weights changed, as by unfreezing.

    Checked before and after every epoch.
    """

    def __init__(self) -> None:
        self._all: Sequence[int] = ()
        self._trainable: Sequence[int] = ()

    def reason(self, moment: Moment) -> str | None:
        """Return whether more or fewer weights are trained than before."""
        if moment.event not in _BETWEEN or moment.model is None:
            return None
        # By identity: names need not be unlike. Another model is no change.
        all_weights = [id(weight) for weight in moment.model.weights]
        now = [id(weight) for weight in moment.model.trainable_weights]
        is_same_model = self._all == all_weights
        before, self._trainable = self._trainable, now
        self._all = all_weights
        if not is_same_model or before == now:
            return None
        direction = "more" if len(now) > len(before) else "fewer"
        if len(now) == len(before):
            direction = "other"
        return f"trainable weights: {direction}"

    def describe(self) -> str:
        """Return when it draws, in words."""
        return "on (un)freezing"


class LearningRateDropped(Schedule):
    """Draw when the learning rate fell below a share of what it was.

    Args:
        factor: How many times smaller it must be than the largest rate since
            the last such drop. Defaults to 2. A rate that decays all the time
            triggers it now and then.
    """

    def __init__(self, factor: float = 2.0) -> None:
        check_factor("factor", factor)
        self._factor = factor
        self._largest = 0.0

    def reason(self, moment: Moment) -> str | None:
        """Return a reason if the learning rate fell."""
        if moment.event not in _BETWEEN:
            return None
        rate = _learning_rate(moment.model)
        if rate is None:
            return None
        self._largest = max(self._largest, rate)
        # A little more, so that a rate halved in float32 counts as halved.
        if rate * self._factor > self._largest * (1 + 1e-6):
            return None
        self._largest = rate
        return "learning rate drop"

    def describe(self) -> str:
        """Return when it draws, in words."""
        return f"when the learning rate falls {self._factor:g} times"


class BestValue(Schedule):
    """Draw at the end of an epoch in which a metric reached a new best.

    Args:
        monitor: Name of the metric in the logs. Defaults to `"val_loss"`.
        mode: `"min"` or `"max"`: which value is better. Defaults to `"auto"`,
            which is `"max"` for names that contain acc, auc, precision or
            recall, and `"min"` otherwise.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        mode: Literal["auto", "min", "max"] = "auto",
    ) -> None:
        if mode not in ("auto", *_SIGN):
            raise ValueError(
                f"mode must be 'auto', 'min' or 'max' — got {mode!r}."
            )
        grows = ("acc", "auc", "precision", "recall")
        if mode == "auto":
            is_larger = any(name in monitor.lower() for name in grows)
            mode = "max" if is_larger else "min"
        self._monitor = monitor
        self._sign = _SIGN[mode]
        self._best = -math.inf
        self._has_warned = False

    def reason(self, moment: Moment) -> str | None:
        """Return a reason if the value is the best so far."""
        if moment.event != "epoch":
            return None
        value = moment.logs.get(self._monitor)
        if value is None:
            self._warn(sorted(moment.logs))
            return None
        if not self._sign * float(value) > self._best:
            return None
        self._best = self._sign * float(value)
        return f"best {self._monitor}"

    def describe(self) -> str:
        """Return when it draws, in words."""
        return f"when {self._monitor} is best"

    def _warn(self, known: list[str]) -> None:
        if not self._has_warned:
            self._has_warned = True
            logger.warning(
                "kerasviz: BestValue waits for %r, which is not in the logs — "
                "there are %s. Name one of these.",
                self._monitor,
                ", ".join(known[:10]) or "none",
            )


class LossJumped(Schedule):
    """Draw at the end of an epoch whose loss is much larger than the last.

    Args:
        factor: How many times larger. Defaults to 2.
    """

    def __init__(self, factor: float = 2.0) -> None:
        check_factor("factor", factor)
        self._factor = factor
        self._previous = math.inf

    def reason(self, moment: Moment) -> str | None:
        """Return a reason if the loss jumped."""
        loss = moment.logs.get("loss")
        if moment.event != "epoch" or loss is None or not math.isfinite(loss):
            return None
        before, self._previous = self._previous, float(loss)
        has_jumped = 0 < before < math.inf and loss > self._factor * before
        return "loss jump" if has_jumped else None

    def describe(self) -> str:
        """Return when it draws, in words."""
        return f"when the loss grows {self._factor:g} times"


class LossNotFinite(Schedule):
    """Draw once when the loss becomes NaN or infinite.

    The capture is drawn at the next opportunity, so that it shows what broke.
    It is drawn once, until the loss is finite again.
    """

    def __init__(self) -> None:
        self._is_broken = False

    def reason(self, moment: Moment) -> str | None:
        """Return a reason if the loss just became NaN or infinite."""
        loss = moment.logs.get("loss")
        if loss is None:
            return None
        was_broken, self._is_broken = self._is_broken, not math.isfinite(loss)
        is_new = self._is_broken and not was_broken
        return "loss not finite" if is_new else None

    def describe(self) -> str:
        """Return when it draws, in words."""
        return "on NaN"


class Interrupted(Schedule):
    """Draw once on Ctrl+C or SIGTERM, then let the process end.

    Clusters send SIGTERM before they reclaim a machine. The current batch is
    finished, the capture drawn, and then the signal is handled as usual. A
    second signal does not wait. Signals can be received in the main thread
    only; elsewhere this schedule does nothing.
    """

    def reason(self, moment: Moment) -> str | None:
        """Return None: a signal is not a moment of training."""
        return None

    def waits_for_interrupt(self) -> bool:
        """Return True."""
        return True

    def describe(self) -> str:
        """Return when it draws, in words."""
        return "when interrupted"


def _learning_rate(model: keras.Model | None) -> float | None:
    optimizer: Any = getattr(model, "optimizer", None)
    rate = getattr(optimizer, "learning_rate", None)
    return None if rate is None else float(tf.convert_to_tensor(rate))
