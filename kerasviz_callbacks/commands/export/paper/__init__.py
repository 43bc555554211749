"""Panels on paper: figures (.png, .jpg, .pdf) and animations (.gif, .apng).

Comes in: panels. Goes out: files. What one may touch: `layout.Layout` makes a
drawing of a panel, `figure` writes drawings, `animation` writes panels.
"""
