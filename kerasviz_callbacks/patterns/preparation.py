"""Checks a request for patterns on the real model, and traces its graphs.

`filter_patterns` and the `FilterPatterns` callback share this preparation:
layers are found, graphs traced, images loaded and checked. Everything that
cannot work raises here, before anything is drawn.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray, Range
from kerasviz_callbacks.images import (
    HeldOutImages,
    Preprocess,
    TensorPreprocess,
    as_to_input,
    check_range,
    is_of_several,
    load_held_out,
    own_preprocess,
    pixel_range,
    step_notes,
    wanted_of,
)
from kerasviz_callbacks.model import (
    NUM_AUTO_LAYERS,
    KeptTraces,
    Located,
    Probe,
    Shape,
    as_layers,
    build_if_needed,
    check_model,
    choose_layers,
    model_input,
    no_traces,
    probe_accepted,
    sizes_to_try,
    spread_layers,
    structure_signature,
    unit_of,
)
from kerasviz_callbacks.patterns.engine import PatternEngine
from kerasviz_callbacks.patterns.excitation import Excitation, Exciter
from kerasviz_callbacks.patterns.excitation_graph import FilterActivations
from kerasviz_callbacks.patterns.exemplars import (
    Exemplars,
    Survey,
    Surveyed,
    prepare_survey,
)
from kerasviz_callbacks.patterns.fitting import (
    fitted,
    probed_shape,
    shape_of_own,
)
from kerasviz_callbacks.patterns.request import (
    PatternRequest,
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
        survey: Finds the images that activate filters most; None without.
        signature: Signature of the model's structure that was traced.
        notes: What may surprise about the images, in sentences.
        pixels: Lowest and highest pixel value of raw images, and where they
            come from, in words.
    """

    layers: tuple[PreparedLayer, ...]
    exciter: Exciter | None
    survey: Survey | None
    signature: tuple[Any, ...]
    notes: tuple[str, ...]
    pixels: tuple[Range, str]

    @property
    def num_filters(self) -> int:
        """Filters of all layers."""
        return sum(len(layer.filters) for layer in self.layers)

    def excitation(
        self,
        layer: PreparedLayer,
        activations: Mapping[str, FilterActivations],
        filters: Sequence[int],
        exemplars: Mapping[str, Exemplars],
    ) -> Excitation | None:
        """Return how the images activate filters of a layer; None without.

        Args:
            layer: The layer.
            activations: As `activations` returned them.
            filters: Indices of the filters.
            exemplars: As `exemplars` returned them with the same weights, or
                empty: what is known from them is not measured again.
        """
        if self.exciter is None:
            return None
        beside = exemplars.get(layer.path)
        known = beside.sources_of(filters) if beside else None
        found = activations[layer.path]
        return self.exciter.excitation(layer.path, found, filters, known)

    def activations(self) -> dict[str, FilterActivations]:
        """Run all layers on the held-out images; empty without images."""
        return {} if self.exciter is None else self.exciter.activations()

    def exemplars(
        self, activations: Mapping[str, FilterActivations], max_s: float
    ) -> dict[str, Exemplars]:
        """Pass over the pool, or over the held-out images; empty without.

        Args:
            activations: As `activations` returned them.
            max_s: Seconds after which the first pass ends.
        """
        if self.survey is None:
            return {}
        return self.survey.exemplars(activations, max_s)


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
    traces_of: Callable[[keras.Model], KeptTraces] = no_traces,
) -> PreparedPatterns:
    """Check everything on the real model and trace the graphs that draw it.

    Args:
        model: A Keras model on TensorFlow.
        request: The user's request.
        images: Held-out images, as returned by `load_images`.
        start_shape: (h, w, c) of the images to start from, if they are given.
        traces_of: Function that returns what was traced of the model before,
            once it has its weights. Defaults to nothing.

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
    is_open = start_shape is None
    shape = probed_shape(spec, request.preset, request.size, start_shape)
    given_preprocess = request.preprocess is not None
    own = None if given_preprocess else own_preprocess(model, spec)
    told: tuple[str, ...] = ()
    if own is not None and not isinstance(request.preset.canvas, PixelCanvas):
        request = replace(request, preprocess=own)
        fed = shape_of_own(own, shape, request.size)
        shape, is_open = fed, is_open and fed == shape
        told = (own.note,) if images is None else ()
    given = None if images is None else images.fed_shape
    may_vary = is_open and request.size is None
    shapes = sizes_to_try(model, spec, shape, given) if may_vary else (shape,)
    traces = traces_of(model)
    probe, sizes = traces.get(
        "probe", (spec, shapes), lambda: probe_accepted(model, spec, shapes)
    )
    chosen = choose_layers(
        probe,
        as_layers(request.layers),
        lambda: spread_layers(probe, NUM_AUTO_LAYERS),
    )
    if request.preset.before_activation:
        chosen = tuple(unit_of(probe, one) for one in chosen)
    pixels = pixel_range(
        probe,
        request.value_range,
        has_preprocess=request.preprocess is not None,
        images=None if images is None else images.span,
    )
    layers, sizes = [], (*told, *sizes)
    fits: Sequence[tuple[Probe, tuple[str, ...]]] = [(probe, ())] * len(chosen)
    if is_open:
        preset = replace(request.preset, seed=0)  # sizes are of no seed
        fits = traces.get(
            "fitted",
            (probe, chosen, preset),
            lambda: fitted(probe, chosen, preset, request.size),
        )
    for located, (fitting, notes) in zip(chosen, fits, strict=True):
        layers.append(_prepared(fitting, located, request, pixels[0], traces))
        sizes = (*sizes, *notes)
    notes = tuple(dict.fromkeys(sizes))
    exciter: Exciter | None = None
    told = step_notes(
        probe,
        has_preprocess=given_preprocess,
        tells_outputs=False,
    )
    notes = (*notes, *told, *probe.rivalries(chosen))
    if images is not None:
        exciter = Exciter(probe, chosen, images, traces)
        in_range = check_range(exciter.probe, images.fed)
        notes = (*images.notes, *notes, *in_range)
    survey = prepare_survey(
        probe,
        [_surveyed(one) for one in layers],
        exciter,
        request,
        own or _on_arrays(request.preprocess),
    )
    return PreparedPatterns(
        tuple(layers),
        exciter,
        survey,
        structure_signature(model),
        notes,
        pixels,
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
    pixels: Range,
    traces: KeptTraces,
) -> PreparedLayer:
    check_drawable(probe, located)
    engine = PatternEngine(
        probe, located, request.preset, pixels, request.preprocess, traces
    )
    filters = choose_filters(request.filters, engine.num_filters, located.path)
    return PreparedLayer(engine, filters)


def _surveyed(layer: PreparedLayer) -> Surveyed:
    engine = layer.engine
    low = engine.ends.low
    threshold = 0.0  # behind a linear unit comes a ReLU or the like
    if low is not None and low >= 0:
        threshold = low + engine.ends.low_margin
    return Surveyed(engine.located, layer.filters, threshold)


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
