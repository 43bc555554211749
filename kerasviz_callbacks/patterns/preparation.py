"""Checks a request for patterns on the real model, and traces its graphs.

`filter_patterns` and the `FilterPatterns` callback share this preparation:
layers are found, graphs traced, images loaded and checked. Everything that
cannot work raises here, before anything is drawn.
"""

import functools
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.images import (
    HeldOutImages,
    Preprocess,
    TensorPreprocess,
    as_to_input,
    check_range,
    load_held_out,
)
from kerasviz_callbacks.model import (
    NUM_AUTO_LAYERS,
    Located,
    Probe,
    Shape,
    as_layers,
    build_if_needed,
    check_model,
    choose_layers,
    model_input,
    probe_model,
    spread_convolutions,
    structure_signature,
)
from kerasviz_callbacks.patterns.engine import PatternEngine
from kerasviz_callbacks.patterns.excitation import Excitation, Exciter
from kerasviz_callbacks.patterns.excitation_graph import FilterActivations
from kerasviz_callbacks.patterns.request import (
    PatternRequest,
    canvas_shape,
    canvas_side,
    check_drawable,
    choose_filters,
)


@dataclass(frozen=True)
class PreparedLayer:
    """The engine that draws one layer, and the filters to draw."""

    engine: PatternEngine
    filters: tuple[int, ...]

    @property
    def path(self) -> str:
        """Path of the layer."""
        return self.engine.located.path


@dataclass(frozen=True)
class PreparedPatterns:
    """Everything that draws the patterns of one model, checked and traced.

    Attributes:
        layers: The layers, each once.
        exciter: Runs the layers on the held-out images; None without images.
        signature: Signature of the model's structure that was traced.
        notes: What may surprise about the images, in sentences.
    """

    layers: tuple[PreparedLayer, ...]
    exciter: Exciter | None
    signature: tuple[Any, ...]
    notes: tuple[str, ...]

    def activations(self) -> dict[str, FilterActivations]:
        """Run all layers on the held-out images; empty without images."""
        return {} if self.exciter is None else self.exciter.activations()

    def excitation(
        self, layer: PreparedLayer, activations: Mapping[str, FilterActivations]
    ) -> Excitation | None:
        """Return how the images activate a layer's filters; None without."""
        if self.exciter is None:
            return None
        path = layer.path
        return self.exciter.excitation(path, activations[path], layer.filters)

    def seconds(self, num_steps: int | None) -> tuple[float, float]:
        """Measure the seconds of a capture: for the ascents and the images."""
        ascents = sum(
            layer.engine.seconds_per_filter(num_steps) * len(layer.filters)
            for layer in self.layers
        )
        self._excite()  # the first pass is slower than all that follow
        begin = time.perf_counter()
        self._excite()
        return ascents, time.perf_counter() - begin

    def _excite(self) -> None:
        activations = self.activations()
        for layer in self.layers:
            self.excitation(layer, activations)


def load_images(
    model: keras.Model, request: PatternRequest
) -> HeldOutImages | None:
    """Return the held-out images, checked against the model's input.

    Raises:
        TypeError, ValueError: If they cannot be used; the message says what to
            do.
    """
    check_model(model)
    if request.images is None:
        return None
    spec = model_input(model, request.input) if model.built else None
    return load_held_out(
        request.images,
        spec,
        preprocess=_on_arrays(request.preprocess),
        input=request.input,
        unreadable=request.unreadable,
    )


def prepare_patterns(
    model: keras.Model,
    request: PatternRequest,
    images: HeldOutImages | None,
    start_shape: Shape | None = None,
) -> PreparedPatterns:
    """Check everything on the real model and trace the graphs that draw it.

    Args:
        model: A Keras model on TensorFlow.
        request: The user's request.
        images: Held-out images, as returned by `load_images`.
        start_shape: (h, w, c) of the images to start from, if they are given.

    Raises:
        TypeError, ValueError, RuntimeError: If it cannot work; the message says
            what to do.
    """
    check_model(model)
    at_hand = _shape_at_hand(request, images, start_shape)
    build_if_needed(model, at_hand)
    spec = model_input(model, request.input, at_hand)
    shape = canvas_shape(spec, request.preset, request.size, start_shape)
    probe = probe_model(model, spec, shape)
    chosen = choose_layers(
        probe,
        as_layers(request.layers),
        lambda: spread_convolutions(probe, NUM_AUTO_LAYERS),
    )
    is_open = start_shape is None and request.size is None
    layers = tuple(
        _prepared(
            _fitting(probe, located, request) if is_open else probe,
            located,
            request,
            images,
        )
        for located in chosen
    )
    exciter: Exciter | None = None
    notes = probe.rivalries(chosen)
    if images is not None:
        exciter = Exciter(probe, chosen, images)
        range_notes = check_range(exciter.probe, images.fed)
        notes = (*images.notes, *range_notes, *notes)
    return PreparedPatterns(layers, exciter, structure_signature(model), notes)


def _on_arrays(preprocess: TensorPreprocess | None) -> Preprocess | None:
    """Return the same function, from arrays to arrays."""
    if preprocess is None:
        return None
    to_input = as_to_input(preprocess)

    @functools.wraps(preprocess)
    def fed(images: FloatArray) -> FloatArray:
        values: FloatArray = to_input(tf.constant(images)).numpy()
        return values

    return fed


def _prepared(
    probe: Probe,
    located: Located,
    request: PatternRequest,
    images: HeldOutImages | None,
) -> PreparedLayer:
    check_drawable(probe, located)
    engine = PatternEngine(
        probe,
        located,
        request.preset,
        preprocess=request.preprocess,
        value_range=request.value_range,
        images_range=None if images is None else images.span,
    )
    filters = choose_filters(request.filters, engine.num_filters, located.path)
    return PreparedLayer(engine, filters)


def _fitting(probe: Probe, located: Located, request: PatternRequest) -> Probe:
    """Return a probe for images of the size that the layer needs."""
    positions = request.preset.positions
    if positions is None or None not in probe.spec.image_shape[:2]:
        return probe
    side = canvas_side(probe, located, positions)
    if side == probe.image_shape[0]:
        return probe
    shape = canvas_shape(probe.spec, request.preset, side)
    return probe_model(probe.model, probe.spec, shape)


def _shape_at_hand(
    request: PatternRequest,
    images: HeldOutImages | None,
    start_shape: Shape | None,
) -> Shape | None:
    """Return an image shape for a model that does not declare its input."""
    if start_shape is not None:
        return start_shape
    if isinstance(request.size, tuple):
        return (*request.size, 3)
    return None if images is None else images.fed.shape[1:]
