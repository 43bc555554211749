"""The command `kerasviz`: its subcommands `layers`, `backfill` and `export`.

Comes in: the arguments of a shell. Goes out: an exit code. Each subcommand is a
room of its own, and none imports another. What one may touch: `main.main`.
"""

__all__ = ["main"]
