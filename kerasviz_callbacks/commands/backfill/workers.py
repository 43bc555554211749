"""Has the ascents of checkpoints done by several processes.

The engine is Ray: its local runner needs no server, installs beside TensorFlow
and moves none of its packages (Apache Beam takes protobuf back by a major
version, and its local runner ends with the first worker that does). It starts
the processes, on this host or on those of a cluster, gives each GPU to as many
as share it, and does again what a process that died was at. What is asked for
is asked for once, and taken once: nothing is doubled.

Ascents do not depend on each other, so each device gets ascents of its own. A
`tf.distribute` strategy would split one batch of filters over the devices and
wait for the slowest at every step.

With workers the model goes twice over the checkpoints: once ahead, to find out
which ascents are due and ask for them, and once behind, to draw.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerasviz_callbacks.commands.backfill.checkpoints.files import Checkpoint
from kerasviz_callbacks.commands.backfill.job import BackfillJob
from kerasviz_callbacks.commands.backfill.share import draw_share

if TYPE_CHECKING:
    from kerasviz_callbacks.captures import AscentOf, Climb, PatternSeries
    from kerasviz_callbacks.commands.backfill.streams import BackfillStream
    from kerasviz_callbacks.patterns.ascent import Climbed
from collections import deque
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from kerasviz_callbacks.commands.backfill.checkpoints.order import Placed

_TRIES = 5  # of a share whose process dies
_SEAT = "kerasviz_worker"  # of which this host has as many as were asked for


@dataclass(frozen=True)
class Crew:
    """How many processes draw, where.

    Attributes:
        num_workers: processes beside this one.
        address: of a Ray cluster; None for this host.
        gpus_per_worker: 0.5 lets two share one. None: all GPUs, evenly.
    """

    num_workers: int
    address: str | None = None
    gpus_per_worker: float | None = None


class Workers:
    """Processes that do ascents; close them.

    Raises:
        ImportError: Ray is not installed.
    """

    def __init__(self, job: BackfillJob, crew: Crew) -> None:
        self._ray = _started(crew)
        self._job = job
        self.num_workers = crew.num_workers
        self._num_threads = _cpus_per_worker(self._ray, crew.num_workers)
        share = self._ray.remote(draw_share).options(
            num_cpus=self._num_threads,
            num_gpus=_gpus_per_worker(self._ray, crew),
            resources=None if crew.address else {_SEAT: 1},
            max_retries=_TRIES,
        )
        self._draw: Callable[..., Any] = share.remote
        self._asked: dict[tuple[Checkpoint, AscentOf], Any] = {}

    @property
    def num_asked(self) -> int:
        """How many ascents were asked for and not yet taken."""
        return len(self._asked)

    def ask(self, checkpoint: Checkpoint, ascent: "AscentOf") -> None:
        """Have an ascent done, as soon as a process is free."""
        self._asked[checkpoint, ascent] = self._draw(
            self._job, checkpoint, ascent, self._num_threads
        )

    def take(self, checkpoint: Checkpoint, ascent: "AscentOf") -> "Climbed":
        """Return where the ascent ended, once it has.

        Raises:
            RuntimeError: it could not be done.
        """
        asked = self._asked.pop((checkpoint, ascent))
        try:
            climbed: Climbed = self._ray.get(asked)
        except self._ray.exceptions.RayError as error:
            cause = getattr(error, "cause", None) or error
            raise RuntimeError(
                f"A worker could not draw {ascent.path!r} of "
                f"{checkpoint.path!r} — {type(cause).__name__}: {cause}"
            ) from error
        return climbed

    def taken_for(self, checkpoint: Checkpoint) -> "Climb":
        """Return what takes a checkpoint's ascents in place of climbing."""
        return lambda layer, ascent: self.take(checkpoint, ascent)

    def close(self) -> None:
        """End the processes."""
        self._ray.shutdown()


def _cpus_per_worker(ray: Any, num_workers: int) -> int:
    """Return the cores of a worker, no more than the smallest host has."""
    hosts = [n["Resources"].get("CPU", 1) for n in ray.nodes() if n["Alive"]]
    return int(max(1, min(sum(hosts) // num_workers, *hosts)))


def _gpus_per_worker(ray: Any, crew: Crew) -> float:
    """Return the part of a GPU that a worker gets, at most one."""
    if crew.gpus_per_worker is not None:
        return crew.gpus_per_worker
    num_gpus: float = ray.cluster_resources().get("GPU", 0.0)
    return min(1.0, num_gpus / crew.num_workers)


def _started(crew: Crew) -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "1")
    # This process shares a GPU with the workers.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    try:
        import ray
    except ImportError as error:
        raise ImportError(
            f"--workers {crew.num_workers} needs Ray, which is not installed — "
            "pip install 'kerasviz-callbacks[backfill]', or leave --workers "
            "out and one process does all."
        ) from error
    quiet = {"logging_level": "ERROR", "log_to_driver": False}
    if crew.address is not None:
        ray.init(address=crew.address, **quiet)
    else:
        cpus = max(os.cpu_count() or 1, crew.num_workers)
        seats = {_SEAT: crew.num_workers}
        ray.init(
            address="local",  # whatever RAY_ADDRESS says
            num_cpus=cpus,
            resources=seats,
            include_dashboard=False,
            **quiet,
        )
    return ray


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
    patterns: "BackfillStream[PatternSeries]",
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
            for ascent in patterns.series.due(patterns.model):
                workers.ask(turn[1].checkpoint, ascent)
            waiting.append(turn)
        if waiting:
            ordinal, one = waiting.popleft()
            if load(one.checkpoint):
                patterns.series.climb_by(workers.taken_for(one.checkpoint))
                yield ordinal, one
