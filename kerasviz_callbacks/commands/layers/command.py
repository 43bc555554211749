"""The command line of `kerasviz layers MODEL`."""

import argparse

_DESCRIPTION = """\
Print the tree of a model's layers: path, class, shape of the answer, filters.

  P  FilterPatterns can draw it       p  and layers="auto" takes it
  H  GradCAM can explain it           h  and layers="auto" takes it

A path is an address: FilterPatterns(log_dir, layers="backbone/conv4").
"""
_MODEL = """\
a .keras or .h5 file, a SavedModel directory where Keras loads it, or
package.module:function, a function without arguments that returns the model
"""


def add_parser(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the subcommand to the command line."""
    parser = commands.add_parser(
        "layers",
        description=_DESCRIPTION,
        help="list layers",
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.set_defaults(run=run)
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
    from kerasviz_callbacks.commands.layers.tree import layer_tree
    from kerasviz_callbacks.model import load_model

    model = load_model(options.model)
    print("\n".join(layer_tree(model, options.size)))
    return 0
