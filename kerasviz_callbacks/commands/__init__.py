"""The command `kerasviz`: its subcommands `layers`, `backfill` and `export`.

Comes in: the arguments of a shell. Goes out: an exit code. Each subcommand is a
room of its own, and none imports another. What one may touch: `main.main`, and
in the subcommands the errors below.
"""

__all__ = ["ERRORS", "StoppedError", "main"]

# What a command may raise: its text is what is wrong, in a sentence.
ERRORS = (ImportError, OSError, RuntimeError, TypeError, ValueError)


class StoppedError(RuntimeError):
    """A command failed after it had begun to write."""
