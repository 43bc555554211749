"""Pixels for people: contact sheets, colormaps, overlays and plots.

In go arrays of floats; out come arrays of pixels, encoded PNGs or matplotlib
axes. Works without TensorFlow.
"""
