"""Exemplars: the images of a pool that activate each filter most.

A pool, or the held-out images, and a graph that runs the layers come in. Out go
`Exemplars` by layer: the nine images that activate a filter most, each cut to
what the responding position sees, a histogram, and which classes they are of;
and, if asked for, images that activate it less. One pass serves all layers.
`prepare_survey` makes ready, `Survey` makes it; the rest is how it is done.
"""

from kerasviz_callbacks.patterns.exemplars.opening import prepare_survey
from kerasviz_callbacks.patterns.exemplars.responses import Responses
from kerasviz_callbacks.patterns.exemplars.result import Exemplars, Surveyed
from kerasviz_callbacks.patterns.exemplars.survey import Survey
from kerasviz_callbacks.patterns.exemplars.tally import NO_LABEL, NUM_EXEMPLARS

__all__ = [
    "NO_LABEL",
    "NUM_EXEMPLARS",
    "Exemplars",
    "Responses",
    "Survey",
    "Surveyed",
    "prepare_survey",
]
