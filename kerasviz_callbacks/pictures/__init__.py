"""Displayable pictures: contact sheets, color maps, overlays and plots.

Float or uint8 arrays come in. Out go arrays of pixels, encoded PNG or JPEG
files, or matplotlib axes. Only `overlay` needs Keras; the rest works without
TensorFlow.
"""
