"""`kerasviz layers`: lists the layers of a model, and which can be drawn.

Comes in: a model file or function. Goes out: printed lines. What one may touch:
`command.add_parser` and `tree.layer_tree`.
"""

__all__ = ["command"]
