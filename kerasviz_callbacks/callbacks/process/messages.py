"""What a training and the process that draws for it say to each other.

They are pickled one after another into two pipes. Copies of the weights go
another way; see `mailbox`.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

from kerasviz_callbacks.callbacks.process.copies import WeightName
from kerasviz_callbacks.captures import Plan, TrainingPlace


@dataclass(frozen=True)
class ModelParcel:
    """A model as another process builds it.

    Attributes:
        number: Which model of the training it is.
        config: What Keras builds it from, pickled.
        is_compiled: Whether the configuration holds a loss.
        weights: What it must have; see `weight_list`.
    """

    number: int
    config: bytes
    is_compiled: bool
    weights: tuple[WeightName, ...]


@dataclass(frozen=True)
class CallbackParcel:
    """A callback as another process makes it.

    Attributes:
        kind: Its class, pickled.
        arguments: What it is made with, pickled one by one.
    """

    kind: bytes
    arguments: dict[str, bytes]


@dataclass(frozen=True)
class Settings:
    """What the process that draws takes over; the first thing it is told.

    Attributes:
        training: Process id of the training.
        folder: Of the copies; the process that draws removes it at the end.
        keras: Keras' own configuration, by name of the setting.
    """

    training: int
    folder: str
    keras: dict[str, Any]


@dataclass(frozen=True)
class Join:
    """Check everything for a fit; see `Recorder.join`. Answer: `Joined`.

    Attributes:
        member: Number of the recorder.
        callback: How it is made, if it is not there yet.
        model: How the model is made.
        copy: Path of a copy of its weights.
        fit: Number of the fit, one for all its recorders; None by hand.
        weights: Numbers of the training's own weights; see `RunLog.follow`.
        wants_results: Whether `on_capture` is to be called, by `Result`.
    """

    member: int
    callback: CallbackParcel
    model: ModelParcel
    copy: str
    fit: int | None
    weights: tuple[int, ...]
    wants_results: bool


@dataclass(frozen=True)
class Joined:
    """What will be drawn, and where the log is."""

    plan: Plan
    directory: str


@dataclass(frozen=True)
class Begin:
    """Find the place in the log; see `Recorder.begin`. Answer: `Begun`."""

    member: int
    iterations: int
    epoch: int
    is_training: bool


@dataclass(frozen=True)
class Begun:
    """Where the fit stands in the log; `first_step` is None if nowhere."""

    first_step: int | None
    num_recorded: int = 0
    is_restart: bool = False


@dataclass(frozen=True)
class Finish:
    """Draw what waits. Answer: None, once that is done."""

    member: int


@dataclass(frozen=True)
class Leave:
    """Draw what waits, check the heatmaps if asked, close the log.

    Answer: `Left`.

    Attributes:
        member: Number of the recorder.
        check_at: Where training stands; None for no check.
    """

    member: int
    check_at: TrainingPlace | None


@dataclass(frozen=True)
class Left:
    """What was drawn in the fit, and the seconds that it took."""

    num_drawn: int
    seconds: float


@dataclass(frozen=True)
class Drop:
    """Forget recorders: the training has forgotten them."""

    members: tuple[int, ...]


Command: TypeAlias = Join | Begin | Finish | Leave | Drop


@dataclass(frozen=True)
class Call:
    """A command; `number` is None if nobody waits for the answer."""

    number: int | None
    command: Command


@dataclass(frozen=True)
class Answer:
    """The answer to the call of that number."""

    number: int
    value: Any


@dataclass(frozen=True)
class Failure:
    """What a call raised, or a capture where `on_error="raise"`.

    Attributes:
        number: Of the call; None for a capture.
        member: Number of the recorder.
        kind: Name of a built-in exception.
        words: What it says.
    """

    number: int | None
    member: int
    kind: str
    words: str


@dataclass(frozen=True)
class Logged:
    """A line of the log, with its traceback if there is one."""

    name: str
    level: int
    words: str


@dataclass(frozen=True)
class Result:
    """What `on_capture` is called with."""

    member: int
    result: Any
    step: int
