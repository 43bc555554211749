"""`kerasviz watch`: draws a run beside its training, from its checkpoints.

The directory that a training saves to and a model come in. Out goes the log
that the callbacks would have written. It is a backfill that does not stop:
`arrivals` finds checkpoints as they come, `backfill.run` draws them.
"""

__all__ = ["command"]
