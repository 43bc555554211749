"""What the demo prints: a line per epoch, and the story as a small table."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np

from examples.demo.energy import energy_in_boxes, energy_in_corner
from examples.demo.pictures import Pictures
from kerasviz_callbacks import grad_cam


@dataclass(frozen=True)
class Moment:
    """What the held-out pictures say about the network at one moment.

    All four are shares in [0, 1]; a mean of heatmaps leaves blank ones out.

    Attributes:
        name: when it was.
        right: of the pictures whose label is predicted.
        in_box: of a heatmap's energy that lies in the disc's box, mean.
        in_corner: of it that lies on the stamp, mean of the stamped pictures.
    """

    name: str
    right: float
    in_box: float
    in_corner: float


class OneLinePerEpoch(keras.callbacks.Callback):
    """Prints how training goes; Keras' own bar redraws itself all the time."""

    def __init__(self, phase: str) -> None:
        super().__init__()
        self._phase = phase

    def on_epoch_end(
        self, epoch: int, logs: dict[str, float] | None = None
    ) -> None:
        """Print the line of the epoch that ended."""
        logs = logs or {}
        print(
            f"{self._phase}, epoch {epoch + 1}/{self.params['epochs']}:"
            f" trained on {logs['accuracy']:4.0%} right,"
            f" held out {logs['val_accuracy']:4.0%} right",
            flush=True,
        )


def look(name: str, network: keras.Model, held_out: Pictures) -> Moment:
    """Return what the held-out pictures say about the network now."""
    answer = grad_cam(network, held_out.images)
    corner = energy_in_corner(answer.maps[held_out.stamped])
    return Moment(
        name=name,
        right=float(np.mean(answer.predictions == held_out.labels)),
        in_box=float(np.nanmean(energy_in_boxes(answer.maps, held_out.boxes))),
        in_corner=float(np.nanmean(corner)),
    )


def table(moments: Sequence[Moment]) -> str:
    """Return the moments as a table for the terminal."""
    head = f"{'held-out pictures':<24} right  energy on disc  on stamp"
    rows = [
        f"{moment.name:<24} {moment.right:5.0%}"
        f" {moment.in_box:15.0%} {moment.in_corner:9.0%}"
        for moment in moments
    ]
    return "\n".join([head, *rows])
