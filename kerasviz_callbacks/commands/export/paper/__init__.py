"""Panels on paper: figures (.png, .jpg, .pdf) and animations (.gif, .apng).

Comes in: panels. Goes out: files. What one may touch: `layout.Layout` makes a
graphic of a panel, `figure` writes graphics, `animation` writes panels.
"""

__all__ = ["animation", "figure", "layout"]
