"""The arguments of `kerasviz backfill`, and what they ask for."""

import argparse
import os
from typing import TYPE_CHECKING, Any

from kerasviz_callbacks.commands.backfill.job import BackfillJob, Options

if TYPE_CHECKING:
    from kerasviz_callbacks.commands.backfill.checkpoints.order import Ordering

_COUNTS = ("num_images", "steps_per_epoch", "workers")


def add_options(
    parser: argparse.ArgumentParser, *, has_workers: bool = True
) -> None:
    """Add all options, group by group."""
    _add_required(parser)
    _add_images(parser.add_argument_group("held-out images"))
    _add_layers(parser.add_argument_group("layers (see KerasViz)"))
    _add_patterns(parser.add_argument_group("patterns (see FilterPatterns)"))
    _add_heatmaps(parser.add_argument_group("heatmaps (see GradCAM)"))
    _add_order(parser.add_argument_group("order of the checkpoints"))
    if has_workers:
        _add_workers(parser.add_argument_group("processes"))


def job_of(options: argparse.Namespace) -> BackfillJob:
    """Return the job.

    Raises:
        ValueError: there would be nothing to draw, or a number is below 1.
    """
    for name in _COUNTS:
        value = getattr(options, name, None)
        if value is not None and value < 1:
            word = f"--{name.replace('_', '-')}"
            raise ValueError(f"{word} must be a positive number — got {value}.")
    has_heatmaps = options.heatmaps and options.images is not None
    if not options.patterns and not has_heatmaps:
        raise ValueError(
            "Something must be drawn — heatmaps need --images, and "
            "--no-patterns turns off the rest."
        )
    log_dir: str = options.log_dir
    return BackfillJob(
        directory=os.getcwd(),
        model=options.model,
        log_dir=log_dir if "://" in log_dir else os.path.abspath(log_dir),
        images=options.images,
        num_images=options.num_images,
        pool=options.pool,
        preprocess=options.preprocess,
        preset=options.preset,
        preset_changes=_preset_changes(options),
        patterns=_pattern_options(options) if options.patterns else None,
        heatmaps=_heatmap_options(options) if has_heatmaps else None,
    )


def ordering_of(options: argparse.Namespace) -> "Ordering":
    """Return how the checkpoints are to be ordered; loads TensorFlow."""
    from kerasviz_callbacks.commands.backfill.checkpoints.order import Ordering

    patterns = options.checkpoints
    return Ordering(
        options.order,
        options.number,
        options.steps_per_epoch,
        patterns[0] if len(patterns) == 1 else None,
    )


def _preset_changes(options: argparse.Namespace) -> Options:
    size = options.size and (
        options.size[0] if len(options.size) == 1 else tuple(options.size)
    )
    low_high = options.value_range and tuple(options.value_range)
    return (
        ("size", size),
        ("seed", options.seed),
        ("value_range", low_high),
        ("noise_floor", options.noise_floor),
    )


def _pattern_options(options: argparse.Namespace) -> Options:
    return (
        ("layers", _layers(options.layers)),
        ("filters", options.filters),
        ("steps", options.steps),
        ("input", options.input),
        ("num_images", options.num_images),
        ("spread", options.spread),
    )


def _heatmap_options(options: argparse.Namespace) -> Options:
    return (
        ("layers", _layers(options.heatmap_layers or options.layers)),
        ("target", options.target),
        ("method", options.method),
        ("input", options.input),
        ("output", options.output),
        ("num_images", options.num_images),
    )


def _layers(given: list[str]) -> str | tuple[str, ...]:
    return "auto" if given == ["auto"] else tuple(given)


def _filters(text: str) -> int | tuple[int, ...]:
    """Read `8`, how many, or `0,3,5`, which; `3,` is filter 3 alone."""
    parts = [part for part in text.split(",") if part]
    if "," not in text:
        return int(text)
    return tuple(int(part) for part in parts)


def _target(text: str) -> str | int | None:
    return None if text == "predicted" else _index_or_name(text)


def _index_or_name(text: str) -> str | int:
    return int(text) if text.lstrip("-").isdigit() else text


def _add_required(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--model",
        required=True,
        help="a .keras or .h5 file, or package.module:function that returns\n"
        "the model; compiled, the meaning of its output is known",
    )
    add(
        "--checkpoints",
        required=True,
        nargs="+",
        metavar="PATTERN",
        help="a pattern such as 'ckpt/*.weights.h5', a directory (that of\n"
        "OrbaxCheckpoint, for example), or the template of ModelCheckpoint,\n"
        "in quotes",
    )
    add("--log-dir", required=True, help="TensorBoard log directory")
    add("--quiet", action="store_true", help="no progress bar")


def _add_images(group: Any) -> None:
    add = group.add_argument
    add(
        "--images",
        metavar="DIR",
        help="folder of held-out images, or with one folder per class;\n"
        "or package.module:function that returns images, or a dict of\n"
        "images, labels, class_names, regions",
    )
    add("--num-images", type=int, default=16, metavar="N", help=_MOST)
    add(
        "--pool",
        metavar="DIR",
        help="folder of hundreds of images, or with one folder per class, to\n"
        "find exemplars of filters and shortcuts in; or\n"
        "package.module:function that returns images, or (images,\n"
        "labels) (the held-out images)",
    )
    add(
        "--preprocess",
        metavar="FUNCTION",
        help="function from raw images to model inputs, for example\n"
        "keras.applications.xception:preprocess_input",
    )
    add("--input", type=_index_or_name, help="name or index of the image input")


def _add_layers(group: Any) -> None:
    add = group.add_argument
    add(
        "--layers",
        nargs="+",
        default=["auto"],
        metavar="PATH",
        help="layers for patterns and heatmaps (auto: four wide layers for\n"
        "patterns, the last feature map for heatmaps)",
    )
    add(
        "--heatmap-layers",
        nargs="+",
        metavar="PATH",
        help="layers for heatmaps, if they differ; or auto",
    )


def _add_patterns(group: Any) -> None:
    add = group.add_argument
    add("--no-patterns", dest="patterns", action="store_false", help=_LESS)
    add(
        "--filters",
        type=_filters,
        default=8,
        metavar="N|I,J",
        help="how many filters per layer, or which (8)",
    )
    add("--preset", default="steady", help="steady or recipe (steady)")
    add(
        "--steps",
        type=int,
        metavar="N",
        help="ascent steps per pattern (preset)",
    )
    add(
        "--size",
        type=int,
        nargs="+",
        metavar="PX",
        help="side of a pattern in pixels, or height and width (chosen per\n"
        "layer)",
    )
    add("--seed", type=int, default=0, help="seed of the starting noise (0)")
    add("--value-range", type=float, nargs=2, metavar=("LOW", "HIGH"))
    add(
        "--no-noise-floor",
        dest="noise_floor",
        action="store_false",
        help="do not measure how much pictures differ without a change",
    )
    add(
        "--spread",
        action="store_true",
        help="show images that activate a filter 75, 50 and 25%% as much\n"
        "beside those that activate it most",
    )


def _add_heatmaps(group: Any) -> None:
    add = group.add_argument
    add("--no-heatmaps", dest="heatmaps", action="store_false", help=_LESS)
    add(
        "--target",
        type=_target,
        default=None,
        help="predicted, label, mistakes, a class index, … (predicted)",
    )
    add("--method", default="grad_cam")
    add(
        "--output",
        type=_index_or_name,
        help="output to explain, by name or index",
    )


def _add_order(group: Any) -> None:
    add = group.add_argument
    add(
        "--order",
        choices=["auto", "name", "time"],
        default="auto",
        help="order by the number in the names, or by file time (auto: by\n"
        "name if names hold a number; an error if it is ambiguous)",
    )
    add(
        "--number",
        choices=["auto", "step", "epoch"],
        default="auto",
        help="meaning of a number without a word before it",
    )
    add(
        "--steps-per-epoch",
        type=int,
        metavar="N",
        help="batches per epoch, to turn epochs into training steps",
    )


def _add_workers(group: Any) -> None:
    add = group.add_argument
    add(
        "--workers",
        type=int,
        default=1,
        metavar="N",
        help="number of processes (1: this one); more need the extra\n"
        "kerasviz-callbacks[backfill]",
    )
    add(
        "--ray-address",
        metavar="ADDRESS",
        help="address of a Ray cluster whose hosts see the same paths; if it\n"
        "needs a token, set RAY_AUTH_MODE and RAY_AUTH_TOKEN as Ray says",
    )
    add(
        "--gpus-per-worker",
        type=float,
        metavar="N",
        help="share of a GPU per worker: 0.5 for two on one (evenly)",
    )


_MOST = "most images of a directory, balanced over classes (16)"
_LESS = "draw none"
