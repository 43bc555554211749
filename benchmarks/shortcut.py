"""Counts hits and false alarms of the search for shortcuts.

    python -m benchmarks.shortcut clean --seeds 0 20
    python -m benchmarks.shortcut demo --seeds 0 10
    python -m benchmarks.shortcut stamps --seeds 0 20

The network and the pictures are the demo's: textured discs that lie anywhere,
four classes. Captures search as they do in a training, after every epoch, in 16
held-out pictures (`few`), and in these and a pool of 200 more (`pool`).

| case   | trained on                         | counted                       |
|--------|------------------------------------|-------------------------------|
| clean  | the demo's second phase: the stamp | runs of 6 epochs with any     |
|        | is on half of each class           | alarm                         |
| demo   | two epochs of the first phase,     | runs with an alarm of the     |
|        | where the stamp gives a class      | right place in the first      |
|        | away, then four of the second      | phase, and at the end         |
| stamps | a stamp of 5 to 20% of the side,   | the same within 3 epochs, if  |
|        | of random colors and place, on all | the network takes the         |
|        | of one class, held out as well     | shortcut: the stamp turns     |
|        |                                    | half of 200 unseen pictures   |
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.trust_networks import compile_for_demo
from examples.demo import sets
from examples.demo.network import build_network
from examples.demo.pictures import (
    CLASS_NAMES,
    SIZE_PX,
    draw_pictures,
    stamp_box,
)
from examples.demo.story import BATCH_SIZE, Plan
from kerasviz_callbacks.captures import ShortcutWatch
from kerasviz_callbacks.heatmaps import HeatmapRequest, prepare_heatmaps
from tb_plugin.contract import ShortcutPlace

NUM_FEW = 16
NUM_POOL = 200
CLEAN_EPOCHS, STAMP_EPOCHS = 6, 3
FIRST_EPOCHS, SECOND_EPOCHS = 2, 4
SIDES_PX = (3, 13)  # of 64: 5 to 20%


@dataclass(frozen=True)
class Images:
    """Pictures and their labels."""

    images: np.ndarray
    labels: np.ndarray

    def split(self, count: int) -> "tuple[Images, Images]":
        """Return the first ones, and the rest."""
        return (
            Images(self.images[:count], self.labels[:count]),
            Images(self.images[count:], self.labels[count:]),
        )


class Watched:
    """A network that is trained, and searched after every epoch."""

    def __init__(self, seed: int, held_out: Images) -> None:
        self.model = build_network(seed)
        compile_for_demo(self.model)
        few, pool = held_out.split(NUM_FEW)
        request = HeatmapRequest(few.images, labels=few.labels)
        self._prepared = prepare_heatmaps(self.model, request, "auto")
        self._watches = {
            "few": ShortcutWatch(True),
            "pool": ShortcutWatch(True, pool.images),
        }
        for watch in self._watches.values():
            watch.prepare(self._prepared, request)

    def train(self, on: Images, epochs: int) -> Iterator[dict[str, list]]:
        """Train, and yield the shortcuts of each search after each epoch."""
        for _ in range(epochs):
            self.model.fit(
                on.images, on.labels, batch_size=BATCH_SIZE, verbose=0
            )
            batch = self._prepared.draw()
            yield {
                name: [
                    place
                    for place in watch.look(batch, 1.0, np.inf).places
                    if place.is_shortcut
                ]
                for name, watch in self._watches.items()
            }


def clean(seed: int) -> dict[str, Any]:
    """Train without a shortcut; return the epochs with an alarm."""
    plan = Plan()
    held_out = as_images(sets.held_out(NUM_FEW + NUM_POOL))
    watched = Watched(seed, held_out)
    found = watched.train(
        as_images(sets.phase_two(plan.num_images)), CLEAN_EPOCHS
    )
    return alarms(found, lambda _: True)


def demo(seed: int) -> dict[str, Any]:
    """Train the demo's phases; return the epochs with the right alarm."""
    plan = Plan()
    held_out = as_images(sets.held_out(NUM_FEW + NUM_POOL))
    watched = Watched(seed, held_out)
    left, upper, right, lower = stamp_box()
    middle = (left + right) / 2, (upper + lower) / 2

    def is_right(place: ShortcutPlace) -> bool:
        return place.class_index == 0 and holds(place, *middle)

    first = as_images(sets.phase_one(plan.num_images))
    second = as_images(sets.phase_two(plan.num_images))
    return {
        "first": alarms(watched.train(first, FIRST_EPOCHS), is_right),
        "second": alarms(watched.train(second, SECOND_EPOCHS), is_right),
    }


def stamps(seed: int) -> dict[str, Any]:
    """Train with a stamp on one class; return the epochs with its alarm."""
    rng = np.random.default_rng(seed)
    side, one = (
        int(rng.integers(*SIDES_PX, endpoint=True)),
        int(rng.integers(len(CLASS_NAMES))),
    )
    row, column = (int(v) for v in rng.integers(0, SIZE_PX - side + 1, 2))
    cells = rng.integers(0, 2, (4, 4))
    fine = np.arange(side) * 4 // side
    stamp = rng.integers(0, 256, (2, 3))[cells[np.ix_(fine, fine)]]

    def stamped(count: int, which: int, on: str) -> Images:
        labels = np.arange(count) % len(CLASS_NAMES)
        nowhere = np.zeros(count, bool)
        images = draw_pictures(labels, nowhere, seed=which).images
        chosen = {"class": labels == one, "all": labels >= 0, "none": nowhere}
        images[chosen[on], row : row + side, column : column + side] = stamp
        return Images(images, labels)

    watched = Watched(seed, stamped(NUM_FEW + NUM_POOL, 5, "class"))
    middle = column + side / 2, row + side / 2
    found = alarms(
        watched.train(stamped(Plan().num_images, 1, "class"), STAMP_EPOCHS),
        lambda place: place.class_index == one and holds(place, *middle),
    )
    bare, full = (
        watched.model.predict(stamped(200, 7, on).images, verbose=0)
        for on in ("none", "all")
    )
    others = bare.argmax(axis=1) != one
    turned = float(np.mean(full.argmax(axis=1)[others] == one))
    return {"side": side, "stamp turns": round(turned, 2), **found}


CASES = {"clean": clean, "demo": demo, "stamps": stamps}


def alarms(found: Iterator[dict[str, list]], is_right: Any) -> dict[str, Any]:
    """Return the epochs with right and with other alarms, by search."""
    told: dict[str, Any] = {}
    for epoch, by_search in enumerate(found, start=1):
        for name, places in by_search.items():
            right = told.setdefault(name, [])
            wrong = told.setdefault(f"{name}, elsewhere", [])
            right += [epoch] * any(map(is_right, places))
            wrong += [epoch] * (not all(map(is_right, places)))
    return told


def holds(place: ShortcutPlace, x: float, y: float) -> bool:
    """Return whether a point, in px, lies in the place."""
    left, upper, right, lower = (SIZE_PX * edge for edge in place.box)
    return left <= x <= right and upper <= y <= lower


def as_images(pictures: Any) -> Images:
    """Return the pictures of the demo without what is known of them."""
    return Images(pictures.images, pictures.labels)


def main() -> None:
    """Print a line of JSON per seed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("case", choices=CASES)
    parser.add_argument("--seeds", type=int, nargs=2, default=(0, 20))
    options = parser.parse_args()
    for seed in range(*options.seeds):
        print(
            json.dumps({"seed": seed, **CASES[options.case](seed)}), flush=True
        )


if __name__ == "__main__":
    main()
