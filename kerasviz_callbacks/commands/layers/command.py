"""The command line of `kerasviz layers MODEL`."""

import argparse

from kerasviz_callbacks.commands import add_command
from kerasviz_callbacks.commands.quiet import import_tensorflow

_DESCRIPTION = """\
Print a model's layers: path, class, shape of the output, number of filters, and
what can be drawn of each.

  yes   it can be named: KerasViz(log_dir, images, layers="backbone/conv4")
  auto  it is taken where none is named

The end of a path will do where only one layer has it.
"""
_MODEL = """\
a .keras or .h5 file, a SavedModel directory where Keras loads it, or
package.module:function, a function without arguments that returns the model
"""


def add_parser(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the subcommand to the command line."""
    parser = add_command(
        commands,
        "layers",
        run,
        summary="list layers",
        description=_DESCRIPTION,
    )
    parser.add_argument("model", metavar="MODEL", help=_MODEL)
    parser.add_argument(
        "--size",
        type=int,
        default=128,
        metavar="PX",
        help="side of an image, where the model leaves it open (default: 128)",
    )


def run(options: argparse.Namespace) -> int:
    """Print the tree and return the exit code."""
    # Only now: --help must not wait for TensorFlow.
    import_tensorflow()
    from kerasviz_callbacks.commands.layers.tree import layer_tree
    from kerasviz_callbacks.model import load_model

    model = load_model(options.model)
    print("\n".join(layer_tree(model, options.size)))
    return 0
