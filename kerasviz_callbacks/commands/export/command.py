"""The command line of `kerasviz export LOGDIR`."""

import argparse
import contextlib
import re
from collections.abc import Callable
from pathlib import Path

from kerasviz_callbacks.commands import add_command, whole_number
from kerasviz_callbacks.commands.quiet import import_tensorflow

_DESCRIPTION = """\
Write one file to share from a log of FilterPatterns and GradCAM.

  kerasviz export logs                          list what the log holds
  kerasviz export logs --to report.html         a report: needs no server, runs
                                                no code, prints
  kerasviz export logs --to strip.png           film strips: a row per filter or
  kerasviz export logs --to strip.pdf           image, a column per capture; a
                                                PDF has a page per layer (.jpg
                                                is smaller, .png exact)
  kerasviz export logs --to sheet.png --as sheet    contact sheets of the last
                                                    capture
  kerasviz export logs --to evolution.gif       a frame per capture; .apng keeps
                                                all colors, a .gif has 256

By default: every run, up to 6 layers of each, the filters that changed most,
captures spread over training. The file says what it omits. TensorFlow
is not needed.
"""
_FORMATS = (".png", ".jpg", ".pdf", ".gif", ".apng", ".html")
_NUMBERS = {
    "--image-indices": "which held-out images, such as 0,3,8-11",
    "--captures": "which captures, by step, such as 0,100-500",
}
_MOVED = {"--images": "--image-indices", "--steps": "--captures"}
_COUNTS = {
    "--max-layers": "most layers per run (6)",
    "--rows": "most filters or images per layer (8; in a sheet 64)",
    "--columns": "most captures per layer (14; in an animation 200)",
}
_RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?", re.ASCII)
_MAX_NUMBERS = 4096
_POSITIVE = whole_number(99_999)
_MAX_TILE_PX = 2048  # painted, a heatmap takes 0.8 GB for a moment
_MAX_DPI = 1200


def add_parser(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the subcommand to the command line."""
    parser = add_command(
        commands,
        "export",
        run,
        summary="write pictures, animations and reports to share",
        description=_DESCRIPTION,
    )
    parser.add_argument(
        "log_dir",
        metavar="LOGDIR",
        help="log directory, as for tensorboard --logdir",
    )
    parser.add_argument(
        "--to",
        type=_target,
        metavar="FILE",
        help=f"file to write, ending in one of {' '.join(_FORMATS)}",
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="replace an existing file without asking",
    )
    _add_choice(parser.add_argument_group("selection"))
    _add_look(parser.add_argument_group("appearance"))


def _add_choice(group: "argparse._ArgumentGroup") -> None:
    _add_several(group, "--run", "runs", "NAME")
    group.add_argument(
        "--layers",
        nargs="+",
        action="extend",
        default=[],
        metavar="PATH",
        help="layer paths, or ends of paths",
    )
    group.add_argument(
        "--filters",
        type=_filters,
        default=(),
        metavar="N|I,J",
        help="how many filters per layer, or which: 0,3,8-11",
    )
    group.add_argument(
        "--kind",
        choices=["filter_patterns", "grad_cam"],
        help="only patterns, or only heatmaps",
    )
    for option, words in _NUMBERS.items():
        group.add_argument(
            option, type=_numbers, default=(), metavar="N,N-N", help=words
        )
    for option, words in _COUNTS.items():
        group.add_argument(option, type=_POSITIVE, metavar="N", help=words)

    for old, new in _MOVED.items():
        group.add_argument(old, type=_moved(new), help=argparse.SUPPRESS)


def _moved(now: str) -> Callable[[str], str]:
    """Return a type of argument that says the option's name of today."""

    def refused(text: str) -> str:
        raise argparse.ArgumentTypeError(
            f"is the argument of callbacks alone; write {now} {text}"
        )

    return refused


def _add_several(
    group: "argparse._ArgumentGroup", option: str, name: str, metavar: str
) -> None:
    group.add_argument(
        option,
        dest=name,
        action="append",
        default=[],
        metavar=metavar,
        help="name of a run; may be repeated",
    )


def _add_look(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--as",
        dest="layout",
        choices=["strip", "sheet"],
        help="layout of a .png, .jpg or .pdf: all captures (strip), or the "
        "last one (sheet)",
    )
    group.add_argument(
        "--colormap",
        choices=["turbo", "viridis", "jet", "grey"],
        default="turbo",
        help="colormap of heatmaps (turbo)",
    )
    group.add_argument(
        "--opacity",
        type=_share,
        default=0.6,
        help="opacity of heatmaps, 0 to 1 (0.6)",
    )
    group.add_argument(
        "--scale",
        choices=["run", "picture"],
        default="run",
        help="top of the color scale: the largest value of an image in the "
        "run, or of each picture (run)",
    )
    group.add_argument(
        "--theme",
        choices=["light", "dark"],
        help="background of pictures and animations (light)",
    )
    group.add_argument(
        "--tile",
        type=whole_number(_MAX_TILE_PX),
        metavar="PX",
        help="longer side of a tile, in pixels; enlarged by whole factors only",
    )
    group.add_argument(
        "--dpi",
        type=whole_number(_MAX_DPI),
        default=150,
        help="resolution for PDF and PNG text, in pixels per inch (150)",
    )
    group.add_argument(
        "--fps", type=_rate, default=2.0, help="frames per second (2)"
    )


def run(options: argparse.Namespace) -> int:
    """Write the file, print what was written, and return the exit code."""
    with contextlib.suppress(ImportError):  # TensorBoard reads logs with it
        import_tensorflow()
    # Only now: --help must not wait for matplotlib and TensorBoard.
    from kerasviz_callbacks.commands.export.writing import list_log, write

    lines = write(options) if options.to else list_log(options.log_dir)
    print("\n".join(lines))
    return 0


def _target(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in _FORMATS:
        raise argparse.ArgumentTypeError(
            f"must end with one of {', '.join(_FORMATS)}; got {text!r}"
        )
    return path


def _filters(text: str) -> int | tuple[int, ...]:
    """Read `8`, how many, or `0,3,8-11`, which; `3,` is filter 3 alone."""
    is_count = "," not in text and "-" not in text
    return _POSITIVE(text) if is_count else _numbers(text.rstrip(","))


def _numbers(text: str) -> tuple[int, ...]:
    found: list[int] = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            raise argparse.ArgumentTypeError(
                f"must be numbers as 0,3,8-11; got {text!r}"
            )
        first, last = int(match[1]), int(match[2] or match[1])
        found += range(first, min(last, first + _MAX_NUMBERS) + 1)
    return tuple(found)


def _share(text: str) -> float:
    return _number_in(text, 0, 1)


def _rate(text: str) -> float:
    return _number_in(text, 0.1, 50)


def _number_in(text: str, least: float, most: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(
            f"must be a number from {least} to {most}; got {text!r}"
        )
    return value
