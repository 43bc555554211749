"""The command `kerasviz`: runs a subcommand and turns errors into exit codes.

| code | meaning                                               |
|------|-------------------------------------------------------|
| 0    | done                                                  |
| 1    | it failed after it had begun to write                 |
| 2    | it cannot be done as asked; nothing was written       |
| 3    | done, except for some checkpoints, which are named    |

Where it is 1 or 2, one sentence on stderr says why. Each subcommand is a module
with `add_parser`, which sets `run` of the options: a function of them that
returns the code, or raises an error whose text is printed. The `arguments` as
they were given are among the options. It imports what waits for TensorFlow only
when it runs.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from kerasviz_callbacks.commands import ERRORS, StoppedError
from kerasviz_callbacks.commands.backfill import command as backfill_command
from kerasviz_callbacks.commands.export import command as export_command
from kerasviz_callbacks.commands.layers import command as layers_command
from kerasviz_callbacks.commands.watch import command as watch_command

_COMMANDS = (layers_command, backfill_command, watch_command, export_command)
_OURS = ("keras", "matplotlib", "tensorflow")
_DESCRIPTION = """\
Feature visualization and Grad-CAM of Keras networks, over training.

  kerasviz layers MODEL    list the layers of a model, and which can be drawn
  kerasviz backfill …      draw a finished run from its checkpoints
  kerasviz watch …         draw a run while it trains, from its checkpoints
  kerasviz export LOGDIR   write pictures, animations or a report to share

Usually the callback KerasViz draws during model.fit; TensorBoard shows the log
in its kerasviz tab.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return the exit code.

    Args:
        arguments: Command line arguments. Defaults to those of the process.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser().parse_args(arguments)
    options.arguments = tuple(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        return int(options.run(options))
    except ModuleNotFoundError as error:
        print(f"kerasviz: {_missing(error)}", file=sys.stderr)
    except StoppedError as error:
        print(f"kerasviz: {error}", file=sys.stderr)
        return 1
    except ERRORS as error:
        print(f"kerasviz: {error}", file=sys.stderr)
    return 2


def _missing(error: ModuleNotFoundError) -> str:
    """Return what to install where only a part of the requirements is there."""
    if error.name in _OURS:
        return (
            f"This needs {error.name}, which is not installed — "
            f"pip install {error.name}"
        )
    return str(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kerasviz",
        description=_DESCRIPTION,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for command in _COMMANDS:
        command.add_parser(commands)
    return parser
