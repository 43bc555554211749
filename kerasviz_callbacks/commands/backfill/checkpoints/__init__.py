"""Checkpoints on disk: which files there are, their order, their weights.

In go paths and patterns of file names; out come checkpoints in the order of
training, with the step and epoch of each, and their weights in a model.
"""

__all__ = ["files", "order", "weights"]
