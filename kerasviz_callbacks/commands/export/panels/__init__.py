"""Panels: rows of pictures of one layer over the captures of a run.

In goes a log as the plugin reads it; out come panels, which know nothing of
paper, pages or animations.
"""
