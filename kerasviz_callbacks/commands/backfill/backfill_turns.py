"""Checkpoints in, each in its turn with its weights in the model, out.

With workers the model goes twice over the checkpoints: once ahead, to find out
which ascents are due and ask for them, and once behind, to draw.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from kerasviz_callbacks.commands.backfill.callbacks import BackfilledPatterns
from kerasviz_callbacks.commands.backfill.checkpoints.files import Checkpoint
from kerasviz_callbacks.commands.backfill.checkpoints.order import Placed
from kerasviz_callbacks.commands.backfill.workers import Workers

_ASKED_AHEAD = 2  # ascents per worker: one at work, one that waits
_MOST_AHEAD = 64  # checkpoints, where most repeat an earlier picture
Turn: TypeAlias = tuple[int, Placed]  # its ordinal, from 1
Load: TypeAlias = Callable[[Checkpoint], bool]


def in_turn(placed: Sequence[Placed], load: Load) -> Iterator[Turn]:
    """Yield one after another; this process climbs.

    Args:
        placed: the checkpoints.
        load: gives the model its weights, and tells whether it could.
    """
    for ordinal, one in enumerate(placed, start=1):
        if load(one.checkpoint):
            yield ordinal, one


def looking_ahead(
    placed: Sequence[Placed],
    load: Load,
    patterns: BackfilledPatterns,
    workers: Workers,
) -> Iterator[Turn]:
    """Yield one after another; workers climb, for those ahead as well.

    Args:
        placed: the checkpoints.
        load: gives the model its weights, and tells whether it could.
        patterns: that are drawn of each, when it is yielded.
        workers: that climb.
    """
    waiting: deque[Turn] = deque()
    turns = in_turn(placed, load)
    most_asked = _ASKED_AHEAD * workers.num_workers
    is_over = False
    while waiting or not is_over:
        while (
            not is_over
            and len(waiting) < _MOST_AHEAD
            and (not waiting or workers.num_asked < most_asked)
        ):
            turn = next(turns, None)
            if turn is None:
                is_over = True
                break
            for ascent in patterns.due():
                workers.ask(turn[1].checkpoint, ascent)
            waiting.append(turn)
        if waiting:
            ordinal, one = waiting.popleft()
            if load(one.checkpoint):
                patterns.climb_by(workers.taken_for(one.checkpoint))
                yield ordinal, one
