"""Train as usual, then draw the finished run from its checkpoints.

    python examples/backfill.py --folder runs/demo --log-dir logs/backfill
    tensorboard --logdir logs/backfill

The training does not use kerasviz: it saves its weights before the first batch
and after each epoch. The script then prints and runs the command that draws
them. For a run of your own, copy that command, with a function like `network`
or a `.keras` file as --model, and a folder of photographs as --images.
"""

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

# Run as a file: the command below imports this module by its full name.
sys.path.insert(0, str(Path(__file__).parents[1]))

from examples.demo import sets
from examples.demo.network import build_network
from examples.demo.pictures import CLASS_NAMES
from kerasviz_callbacks.commands.main import main as kerasviz

BATCH_SIZE = 32


def network() -> keras.Model:
    """Return the model, untrained; `--model` of the command."""
    return build_network(seed=3)


def held_out() -> dict[str, Any]:
    """Return the held-out images; `--images` of the command."""
    pictures = sets.held_out(12)
    return {
        "images": pictures.images,
        "labels": pictures.labels,
        "class_names": CLASS_NAMES,
        "regions": pictures.boxes,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, then draw."""
    options = _parser().parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    num_batches = train(options.folder, options.epochs, options.images)
    command = backfill(options, num_batches)
    print(f"kerasviz {shlex.join(command)}", flush=True)
    code = kerasviz(command)
    if code:
        sys.exit(code)
    print(f"To view the log: tensorboard --logdir {options.log_dir}")


def train(folder: Path, epochs: int, num_images: int) -> int:
    """Train and save as usual; return the batches per epoch."""
    model, pictures = network(), sets.phase_two(num_images)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.save_weights(folder / "epoch-00.weights.h5")  # the baseline
    model.fit(
        pictures.images,
        pictures.labels,
        batch_size=BATCH_SIZE,
        epochs=epochs,
        callbacks=[
            keras.callbacks.ModelCheckpoint(
                str(folder / "epoch-{epoch:02d}.weights.h5"),
                save_weights_only=True,
            )
        ],
        verbose=2,
    )
    return -(-num_images // BATCH_SIZE)


def backfill(options: argparse.Namespace, num_batches: int) -> list[str]:
    """Return the words of the command that draws what was saved."""
    return [
        *["backfill", "--model", "examples.backfill:network"],
        *["--checkpoints", str(options.folder / "*.weights.h5")],
        *["--images", "examples.backfill:held_out"],
        *["--layers", "backbone/conv2", "backbone/conv4"],
        *["--filters", str(options.filters)],
        *["--steps-per-epoch", str(num_batches)],
        *["--log-dir", str(options.log_dir)],
        *["--workers", str(options.workers)],
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--folder", type=Path, default=Path("runs/demo"), help="(%(default)s)")
    add("--log-dir", default="logs/backfill", help="(%(default)s)")
    add("--epochs", type=int, default=10, help="(%(default)s)")
    add("--images", type=int, default=600, help="training images (%(default)s)")
    add(
        "--filters", type=int, default=8, help="filters per layer (%(default)s)"
    )
    add(
        "--workers",
        type=int,
        default=1,
        help="processes that draw; more need kerasviz[backfill] (%(default)s)",
    )
    return parser


if __name__ == "__main__":
    main()
