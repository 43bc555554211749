"""The command `kerasviz`: `layers`, `backfill`, `watch` and `export`.

The arguments of a shell come in, an exit code goes out. Each subcommand is a
room of its own, and none imports another, but for `watch`, a backfill that does
not stop. What one may touch: `main.main`, and in the subcommands what follows.
"""

import argparse
import re
import sys
from collections.abc import Callable

__all__ = [
    "ERRORS",
    "INTERRUPTED",
    "LEFT_OUT",
    "StoppedError",
    "add_command",
    "interrupted",
    "main",
    "whole_number",
]

# What a command may raise: its text is what is wrong, in a sentence.
ERRORS = (ImportError, OSError, RuntimeError, TypeError, ValueError)
LEFT_OUT = 3  # the exit code where some checkpoints were not drawn
INTERRUPTED = 130  # the exit code of a shell's Ctrl+C


class StoppedError(RuntimeError):
    """A command failed after it had begun to write."""


def add_command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], int],
    *,
    summary: str,
    description: str,
) -> argparse.ArgumentParser:
    """Add a subcommand to the command line, and return its parser.

    Args:
        commands: The subcommands.
        name: Its name.
        run: Function from its options to the exit code.
        summary: What it does, in the list of all commands.
        description: What it does, on its own page.
    """
    parser = commands.add_parser(
        name,
        description=description,
        help=summary,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def interrupted() -> int:
    """Say that the same command goes on, and return the exit code."""
    print("kerasviz: ended; the same command goes on.", file=sys.stderr)
    return INTERRUPTED


def whole_number(most: int) -> Callable[[str], int]:
    """Return a type of argument: whole numbers from 1 on.

    Args:
        most: The largest one, below 100,000.
    """

    def number(text: str) -> int:
        is_whole = re.fullmatch(r"[1-9]\d{0,4}", text, re.ASCII)
        if not is_whole or int(text) > most:
            raise argparse.ArgumentTypeError(
                f"must be a whole number from 1 to {most}; got {text!r}"
            )
        return int(text)

    return number
