"""Panels: rows of pictures of one layer over the captures of a run.

Comes in: a log as the plugin reads it, and what to show of it. Goes out:
panels, which know nothing of paper, pages or animations.

What one may touch: `of_run.run_panels`, the types of `panel`, and for findings
the painting and decoding of single pictures.
"""

__all__ = ["decoding", "of_run", "painting", "panel", "patterns", "source"]
