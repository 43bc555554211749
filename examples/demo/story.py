"""Trains the two phases and draws into a log directory while it does."""

from dataclasses import dataclass
from pathlib import Path

import keras

from examples.demo import sets
from examples.demo.network import build_network
from examples.demo.pictures import CLASS_NAMES, Pictures
from examples.demo.progress import Moment, OneLinePerEpoch, look
from kerasviz_callbacks import FilterPatterns, GradCAM

BATCH_SIZE = 32
LEARNING_RATE = 2e-3


@dataclass(frozen=True)
class Plan:
    """How long the demo is; the default takes about a minute on two cores."""

    num_images: int = 1200
    num_held_out: int = 12
    num_filters: int = 10
    first_epochs: int = 5
    second_epochs: int = 7
    seed: int = 3


@dataclass(frozen=True)
class _Phase:
    """One `fit`: on what, and how the learning rate ends."""

    name: str
    pictures: Pictures
    epochs: range  # numbered on from the first fit's
    last_rate: float  # as a share of `LEARNING_RATE`


def tell(plan: Plan, log_dir: Path) -> list[Moment]:
    """Train both phases and return what was seen before, between and after.

    Everything that the callbacks drew is in `<log_dir>/kerasviz` then.
    """
    print("Drawing the pictures ...", flush=True)
    held_out = sets.held_out(plan.num_held_out)
    network = build_network(plan.seed)
    watchers = _watchers(plan, log_dir, held_out)
    moments = [look("untrained", network, held_out)]
    for phase in _phases(plan):
        _fit(network, phase, held_out, watchers)
        moments.append(look(f"after {phase.name}", network, held_out))
    return moments


def _phases(plan: Plan) -> tuple[_Phase, _Phase]:
    """Return the two fits; the second settles, so that its end is steady."""
    first = sets.phase_one(plan.num_images)
    second = sets.phase_two(plan.num_images)
    change = plan.first_epochs
    epochs = range(change), range(change, change + plan.second_epochs)
    return (
        _Phase("phase one", first, epochs[0], last_rate=1.0),
        _Phase("phase two", second, epochs[1], last_rate=0.2),
    )


def _watchers(
    plan: Plan, log_dir: Path, held_out: Pictures
) -> list[keras.callbacks.Callback]:
    """Return the two callbacks, as anyone would add them to their training."""
    return [
        FilterPatterns(
            str(log_dir),
            layers=["backbone/conv2", "backbone/conv4"],
            filters=plan.num_filters,
            images=held_out.images,
            budget=None,  # its epochs take a second: every one is drawn
        ),
        GradCAM(
            str(log_dir),
            held_out.images,
            labels=held_out.labels,
            class_names=CLASS_NAMES,
            regions=held_out.boxes,
            budget=None,
        ),
    ]


def _fit(
    network: keras.Model,
    phase: _Phase,
    held_out: Pictures,
    watchers: list[keras.callbacks.Callback],
) -> None:
    num_batches = -(-len(phase.pictures.labels) // BATCH_SIZE)
    rate = keras.optimizers.schedules.CosineDecay(
        LEARNING_RATE, num_batches * len(phase.epochs), alpha=phase.last_rate
    )
    network.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    network.fit(
        phase.pictures.images,
        phase.pictures.labels,
        validation_data=(held_out.images, held_out.labels),
        batch_size=BATCH_SIZE,
        initial_epoch=phase.epochs.start,
        epochs=phase.epochs.stop,
        callbacks=[*watchers, OneLinePerEpoch(phase.name)],
        verbose=0,
    )
