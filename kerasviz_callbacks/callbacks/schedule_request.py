"""What a user gives as `every=` in, a schedule of one's own out."""

import copy

from kerasviz_callbacks.schedule.events import LossNotFinite, TrainableChanged
from kerasviz_callbacks.schedule.schedule import AnyOf, Schedule
from kerasviz_callbacks.schedule.steps import EveryEpochs, check_count


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
