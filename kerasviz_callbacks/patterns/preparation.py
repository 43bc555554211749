"""Checks a request for patterns on the real model, and traces its graphs.

`filter_patterns` and the `FilterPatterns` callback share this preparation:
layers are found, graphs traced, images loaded and checked. Everything that
cannot work raises here, before anything is drawn.
"""

import functools
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray, ImageShape
from kerasviz_callbacks.images import (
    HeldOutImages,
    OwnPreprocess,
    Preprocess,
    TensorPreprocess,
    as_to_input,
    check_range,
    is_of_several,
    load_held_out,
    own_preprocess,
    wanted_of,
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
    probe_accepted,
    sizes_to_try,
    spread_layers,
    structure_signature,
)
from kerasviz_callbacks.patterns.engine import PatternEngine
from kerasviz_callbacks.patterns.excitation import Excitation, Exciter
from kerasviz_callbacks.patterns.excitation_graph import FilterActivations
from kerasviz_callbacks.patterns.request import (
    PatternRequest,
    canvas_shape,
    canvas_shapes,
    check_drawable,
    choose_filters,
)
from kerasviz_callbacks.presets import PixelCanvas


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
        # Of several outputs: they are of none that is drawn here.
        labels=None if is_of_several(request.labels) else request.labels,
        preprocess=_on_arrays(request.preprocess)
        or own_preprocess(model, spec),
        input=request.input,
        unreadable=request.unreadable,
        wanted=wanted_of(model, request.num_images, None, request.class_names),
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
    if images is not None:
        spec = spec.sized(images.other_shapes)
    is_open = start_shape is None and request.size is None
    shape = canvas_shape(spec, request.preset, request.size, start_shape)
    own = None if request.preprocess else own_preprocess(model, spec)
    told: tuple[str, ...] = ()
    if own is not None and not isinstance(request.preset.canvas, PixelCanvas):
        request = replace(request, preprocess=own)
        shape, is_open = _shape_of_own(own, shape, is_open=is_open)
        told = (own.note,) if images is None else ()
    given = None if images is None else images.fed_shape
    shapes = sizes_to_try(model, spec, shape, given) if is_open else (shape,)
    probe, sizes = probe_accepted(model, spec, shapes)
    chosen = choose_layers(
        probe,
        as_layers(request.layers),
        lambda: spread_layers(probe, NUM_AUTO_LAYERS),
    )
    layers, sizes = [], (*told, *sizes)
    for located in chosen:
        fitting, notes = (
            _fitting(probe, located, request) if is_open else (probe, ())
        )
        layers.append(_prepared(fitting, located, request, images))
        sizes = (*sizes, *notes)
    notes = tuple(dict.fromkeys(sizes))
    exciter: Exciter | None = None
    notes = (*notes, *probe.rivalries(chosen))
    if images is not None:
        exciter = Exciter(probe, chosen, images)
        in_range = check_range(exciter.probe, images.fed)
        notes = (*images.notes, *notes, *in_range)
    return PreparedPatterns(
        tuple(layers), exciter, structure_signature(model), notes
    )


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


def _shape_of_own(
    own: OwnPreprocess, shape: ImageShape, *, is_open: bool
) -> tuple[ImageShape, bool]:
    """Return the canvas that the model's own preprocessor leaves in its size.

    Returns:
        (h, w, c), and whether its size is still open.

    Raises:
        ValueError: If a size was asked for that the preprocessor changes.
    """
    fed = own.on_arrays(np.zeros((1, *shape), np.float32)).shape[1:]
    if fed == shape:
        return shape, is_open
    if not is_open:
        raise ValueError(
            f"size must be {fed[0]} x {fed[1]} px, to which the model's own "
            f"preprocessor, {own.name}, brings every image — got "
            f"{shape[0]} x {shape[1]}. Leave size out, or give preprocess=…"
        )
    return (fed[0], fed[1], shape[2]), False


def _fitting(
    probe: Probe, located: Located, request: PatternRequest
) -> tuple[Probe, tuple[str, ...]]:
    """Return a probe for images of the size that the layer needs, and notes."""
    positions = request.preset.positions
    if positions is None or None not in probe.spec.image_shape[:2]:
        return probe, ()
    shapes = canvas_shapes(probe, located, positions)
    if shapes[0] == probe.image_shape:
        return probe, ()
    return probe_accepted(probe.model, probe.spec, shapes)


def _shape_at_hand(
    request: PatternRequest,
    images: HeldOutImages | None,
    start_shape: Shape | None,
) -> Shape | None:
    """Return an image shape for a model that does not declare its input."""
    if start_shape is not None:
        return start_shape
    if request.size is not None:
        return (*request.size, 3)
    return None if images is None else images.fed.shape[1:]
