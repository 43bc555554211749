"""Opens the pool, or takes the held-out images, and makes ready to survey them.

The pool's first batch is read and checked here, before any training. Where its
images are of the held-out images' size, both share what was traced.
"""

import functools
from collections.abc import Sequence

from kerasviz_callbacks.images import (
    HeldOutImages,
    OwnPreprocess,
    Pool,
    Preprocess,
    check_class_names,
    check_range,
    wanted_of,
)
from kerasviz_callbacks.model import Probe, model_input, probe_model
from kerasviz_callbacks.patterns.excitation import Exciter
from kerasviz_callbacks.patterns.excitation_graph import ExcitationGraph
from kerasviz_callbacks.patterns.exemplars.result import Surveyed
from kerasviz_callbacks.patterns.exemplars.survey import Survey
from kerasviz_callbacks.patterns.request import PatternRequest


def prepare_survey(
    probe: Probe,
    layers: Sequence[Surveyed],
    exciter: Exciter | None,
    request: PatternRequest,
    preprocess: Preprocess | OwnPreprocess | None,
) -> Survey | None:
    """Return what finds exemplars; None without a pool and held-out images.

    Args:
        probe: Probe of the model.
        layers: The layers and their filters.
        exciter: Runs the layers on the held-out images; None without.
        request: The user's request.
        preprocess: Function from raw images to the model's input, or the
            model's own.

    Raises:
        TypeError, ValueError: The pool cannot be used; the message says what
            to do.
    """
    names = check_class_names(request.class_names, None)
    survey = functools.partial(Survey, has_spread=request.spread)
    if request.pool is None:
        if exciter is None:
            return None
        return survey(exciter.graph, layers, exciter.images, names)
    held_out = exciter.images if exciter else None
    pool = Pool(
        request.pool,
        model_input(probe.model, request.input),
        wanted=wanted_of(probe.model, None, None, request.class_names),
        preprocess=preprocess,
        held_out=held_out,
    )
    if exciter is not None and _is_alike(pool, exciter.images):
        return survey(exciter.graph, layers, pool, names)
    height, width, channels = pool.first.fed.shape[1:]
    shape = (height, width, channels)
    if shape != probe.image_shape:
        probe = probe_model(probe.model, probe.spec, shape)
    if held_out is None:
        check_range(probe, pool.first.fed)
    located = [layer.located for layer in layers]
    graph = ExcitationGraph(probe, located, tuple(pool.first.others))
    return survey(graph, layers, pool, names)


def _is_alike(pool: Pool, images: HeldOutImages) -> bool:
    """Return whether one traced function takes both."""
    first = pool.first
    return first.fed.shape[1:] == images.fed.shape[1:] and list(
        first.others
    ) == list(images.others)
