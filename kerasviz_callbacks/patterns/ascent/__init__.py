"""Gradient ascent on a batch of images, as traced TensorFlow functions.

A layer, filters and a `Preset` come in. Optimized images and the activations
that they reach go out. `gradients/` is an annex: it makes gradients of a few
operations faster, and can be skipped by a reader who wants to know what is
computed.
"""

from kerasviz_callbacks.patterns.ascent.ascent import Climbed

__all__ = ["Climbed"]
