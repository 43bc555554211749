"""The Keras callbacks, and the recorder that they have in common with backfill.

A `Recorder` is given a `Series`, a model and where training stands; out goes a
capture in the log, or a note of what failed. It decides whether the budget is
asked and what to do about a failure, and it knows no hook of Keras.
`FilterPatterns` and `GradCAM` are wiring: `Scheduled` turns the hooks of `fit`
into calls of their recorder, and nothing here computes a picture. `KerasViz`
holds both. With `where="process"` the recorder is another one of the same face,
which has another process draw.
"""

from kerasviz_callbacks.callbacks.filter_patterns import FilterPatterns
from kerasviz_callbacks.callbacks.grad_cam import GradCAM
from kerasviz_callbacks.callbacks.keras_viz import KerasViz
from kerasviz_callbacks.callbacks.options import CaptureOptions
from kerasviz_callbacks.callbacks.recorder import Recorder
from kerasviz_callbacks.callbacks.scheduled import AnyRecorder

__all__ = [
    "AnyRecorder",
    "CaptureOptions",
    "FilterPatterns",
    "GradCAM",
    "KerasViz",
    "Recorder",
]
