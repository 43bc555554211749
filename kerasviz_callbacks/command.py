"""The command `kerasviz`: what a shell gives in, an exit code out.

| code | meaning                                            |
|------|----------------------------------------------------|
| 0    | done                                               |
| 1    | it could not be done; one sentence on stderr says why |
| 2    | the command line itself is wrong                   |
"""

import argparse
import os
import sys
from collections.abc import Sequence

_DESCRIPTION = """\
Watch what a Keras network learns to see.

  kerasviz layers MODEL    which layers a model has, and which can be drawn

The pictures themselves are drawn by two callbacks during model.fit and shown
by TensorBoard: see the README.
"""
_LAYERS = """\
Print the tree of a model's layers: path, class, shape of the answer, filters.

  P  FilterPatterns can draw it       p  and layers="auto" takes it
  H  GradCAM can explain it           h  and layers="auto" takes it

A path is an address: FilterPatterns(log_dir, layers="backbone/conv4").
"""
_MODEL = """\
a .keras or .h5 file, a SavedModel directory where Keras loads it, or
package.module:function, a function without arguments that returns the model
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; `arguments` default to those of the process."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Only now: --help must not wait for TensorFlow.
    from kerasviz_callbacks.layer_tree import layer_tree
    from kerasviz_callbacks.model_source import load_model

    try:
        model = load_model(options.model)
        lines = layer_tree(model, options.size)
    except (ImportError, OSError, RuntimeError, TypeError, ValueError) as error:
        print(f"kerasviz: {error}", file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


def _parser() -> argparse.ArgumentParser:
    form = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(
        prog="kerasviz", description=_DESCRIPTION, formatter_class=form
    )
    commands = parser.add_subparsers(dest="command", required=True)
    layers = commands.add_parser(
        "layers", description=_LAYERS, help="list layers", formatter_class=form
    )
    layers.add_argument("model", metavar="MODEL", help=_MODEL)
    layers.add_argument(
        "--size",
        type=int,
        default=128,
        metavar="PX",
        help="side of an image, where the model leaves it open (default: 128)",
    )
    return parser
