"""The command `kerasviz`: `layers`, `backfill` and `export`.

Each command is a room of its own, and none imports another. `main` finds the
command and turns errors into one sentence and an exit code.
"""
