"""`kerasviz backfill`: draws a finished run from its checkpoints.

In go checkpoints on disk and a model; out comes the log that the callbacks
would have written during training.
"""

__all__ = ["command"]
