"""When to draw a capture: schedules, events and the time budget.

A moment of training comes in. Out goes whether a capture is due and why
(`schedule`, `steps`, `events`), and how much of it the budget affords
(`budget`, `allowance`; `replay` plays a training through).
Nothing here draws.
"""

from kerasviz_callbacks.schedule.allowance import Price
from kerasviz_callbacks.schedule.budget import GRACE_S, Budget
from kerasviz_callbacks.schedule.events import (
    BestValue,
    Interrupted,
    LearningRateDropped,
    LossJumped,
    LossNotFinite,
    TrainableChanged,
)
from kerasviz_callbacks.schedule.replay import Replayed, replay
from kerasviz_callbacks.schedule.schedule import (
    SCHEDULED,
    AnyOf,
    Event,
    Moment,
    Schedule,
    Span,
    joined,
)
from kerasviz_callbacks.schedule.steps import (
    AtSteps,
    EveryEpochs,
    EverySteps,
    LogSpaced,
    check_count,
)

__all__ = [
    "GRACE_S",
    "SCHEDULED",
    "AnyOf",
    "AtSteps",
    "BestValue",
    "Budget",
    "Event",
    "EveryEpochs",
    "EverySteps",
    "Interrupted",
    "LearningRateDropped",
    "LogSpaced",
    "LossJumped",
    "LossNotFinite",
    "Moment",
    "Price",
    "Replayed",
    "Schedule",
    "Span",
    "TrainableChanged",
    "check_count",
    "joined",
    "replay",
]
