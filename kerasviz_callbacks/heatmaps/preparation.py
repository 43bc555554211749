"""Prepares all that draws the heatmaps of a model, once.

`grad_cam` and the `GradCAM` callback share this preparation: images are loaded
and checked, layers are probe, the graph is traced. Everything that cannot work
is an error here, before anything is drawn.
"""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike

from kerasviz_callbacks.arrays import FloatArray, IntArray, rows_of
from kerasviz_callbacks.heatmaps.batch import HeatmapBatch, place_notes
from kerasviz_callbacks.heatmaps.engine import HeatmapEngine
from kerasviz_callbacks.heatmaps.graph import kept_graph
from kerasviz_callbacks.heatmaps.methods import find_method
from kerasviz_callbacks.heatmaps.question import (
    HeatmapTask,
    Question,
    fusion_notes,
    heatmap_cuts,
    is_predicted,
)
from kerasviz_callbacks.heatmaps.scores import (
    PREDICTED,
    DetectionLayout,
    as_detections,
    find_layout,
    own_decoder,
)
from kerasviz_callbacks.heatmaps.target import TargetLike, ask
from kerasviz_callbacks.images import (
    ClassNames,
    HeldOutImages,
    Preprocess,
    Unreadable,
    check_class_names,
    check_labels,
    check_num_images,
    check_range,
    check_unreadable,
    load_held_out,
    own_preprocess,
    step_notes,
    wanted_of,
)
from kerasviz_callbacks.model import (
    BRIGHTNESSES,
    KeptTraces,
    LayersLike,
    MapCut,
    MapSearch,
    OutputsLike,
    Probe,
    TokenLayout,
    check_forward_pass,
    check_model,
    is_auto,
    mixed_tokens_note,
    model_input,
    no_traces,
    probe_accepted,
    used_outputs,
    variables_kept,
)
from kerasviz_callbacks.model.devices import clear_device_errors

MOVED_TO_TOKENS = {
    "grid": "tokens=TokenLayout(grid={})",
    "prefix_tokens": "tokens=TokenLayout(prefix={})",
}


@dataclass(frozen=True)
class HeatmapRequest:
    """What the user wants explained, as given; the arguments of `grad_cam`."""

    images: Any
    target: TargetLike = None
    labels: ArrayLike | None = None
    preprocess: Preprocess | None = None
    input: str | int | None = None
    output: str | int | None = None
    class_names: ClassNames | None = None
    method: str = "grad_cam"
    unreadable: Unreadable = "raise"
    tokens: TokenLayout | None = None
    num_images: int | None = None

    def __post_init__(self) -> None:
        find_method(self.method)  # complains about what is none
        check_unreadable(self.unreadable)
        check_num_images(self.num_images)
        if not isinstance(self.tokens, TokenLayout | None):
            raise TypeError(
                "tokens must be a TokenLayout, such as "
                f"TokenLayout(grid=(14, 14), prefix=1) — got {self.tokens!r}."
            )

    def layout(self) -> TokenLayout:
        """Return what the user says of how tokens lie."""
        return self.tokens or TokenLayout()


@dataclass(frozen=True)
class PreparedHeatmaps:
    """All that draws the heatmaps of one model, ready and checked.

    Attributes:
        images: Held-out images, as shown and as fed.
        engine: Traced engine.
        wanted: (n, passes) class to explain; see `ask`.
        class_names: Names of all classes; () for none.
    """

    images: HeldOutImages
    engine: HeatmapEngine
    wanted: IntArray
    class_names: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What one should know of the images and the layers' places."""
        engine = self.engine
        return (*self.images.notes, *place_notes(engine.cuts, engine.places))

    @functools.cached_property
    def scoring(self) -> HeatmapEngine:
        """What gives scores and predictions alone, traced when it is needed."""
        return HeatmapEngine(replace(self.engine.task, cuts=()))

    def draw(self) -> HeatmapBatch:
        """Return the heatmaps with the weights as they are."""
        with clear_device_errors(self.engine.model):
            return self.engine(self.images.fed, self.wanted, self.images.others)


def prepare_heatmaps(
    model: keras.Model,
    request: HeatmapRequest,
    layers: LayersLike | None,
    traces_of: Callable[[keras.Model], KeptTraces] = no_traces,
) -> PreparedHeatmaps:
    """Check everything on the real model and trace what draws it.

    A model that was never used is called once on the first image, which
    creates its weights.

    Args:
        model: Keras model on TensorFlow.
        request: What is wanted.
        layers: A path, a layer, or several. None or `"auto"` takes the last map
            of the image that the explained output rests on, or the last maps of
            several paths as one heatmap.
        traces_of: Function that returns what was traced of the model before,
            once it has its weights. Defaults to nothing.

    Raises:
        TypeError, ValueError, RuntimeError: It cannot work; says what to do.
    """
    images = load_images(model, request)
    image_shape = images.fed_shape
    spec = model_input(model, request.input, image_shape)
    spec = spec.sized(images.other_shapes)
    traces, shapes = traces_of(model), (image_shape,)
    probe, sizes = traces.get(
        "probe", (spec, shapes), lambda: probe_accepted(model, spec, shapes)
    )
    request, layout = _find_layout(request, probe, images)
    question, wanted = _asked(request, images)
    search = MapSearch(request.layout(), _brightnesses(images.fed))
    outputs = (
        _explained_outputs(probe, request, question)
        if layout is None
        else layout.used
    )
    cuts = heatmap_cuts(probe, layers, request.method, search, outputs)
    drawn = tuple(one.located for cut in cuts for one in cut.maps)
    notes = (
        *images.notes,
        *sizes,
        *check_range(probe, images.fed),
        *step_notes(
            probe,
            has_preprocess=request.preprocess is not None,
            tells_outputs=layout is None or own_decoder(model) is None,
        ),
        *(note for cut in cuts for note in cut.notes()),
        *fusion_notes(cuts, request.method),
        *_mixed(probe, layers, cuts, outputs),
        *probe.rivalries(drawn),
        *((layout.note,) if layout is not None and layout.note else ()),
    )
    images = replace(images, notes=notes)
    task = HeatmapTask(
        probe,
        cuts,
        output=request.output,
        question=question,
        method=request.method,
        other_inputs=tuple(images.others),
        is_named=request.class_names is not None or images.labels is not None,
        layout=layout,
    )
    engine = HeatmapEngine(task, kept_graph(task, traces))
    num_classes = engine.reading.num_classes
    check_labels(images.labels, num_classes)
    given = request.class_names
    if given is None:
        given = images.class_names or None
    names = check_class_names(given, num_classes)
    engine.check(wanted)
    if engine.reading.note and is_predicted(question, wanted):
        images = replace(images, notes=(*notes, engine.reading.note))
    return PreparedHeatmaps(images, engine, wanted, names)


def _mixed(
    probe: Probe,
    layers: LayersLike | None,
    cuts: Sequence[MapCut],
    outputs: OutputsLike,
) -> tuple[str, ...]:
    """Return what to know of tokens that were chosen, if that is known."""
    if not is_auto(layers):
        return ()
    maps = [one for cut in cuts for one in cut.maps]
    notes = [mixed_tokens_note(probe, one, outputs) for one in maps]
    return tuple(note for some in notes for note in some)


def _explained_outputs(
    probe: Probe, request: HeatmapRequest, question: Question
) -> OutputsLike:
    """Return the output to explain, or those that callable targets use."""
    functions = [one.function for one in question.passes if one.function]
    is_of_all = len(functions) == len(question.passes)
    if request.output is not None or not is_of_all or len(probe.outputs) == 1:
        return request.output
    return used_outputs(probe, functions) or None


def _brightnesses(fed: FloatArray) -> Sequence[float]:
    """Return the brightest pixel that the model is fed, if any is not black."""
    peak = float(np.max(np.abs(fed)))
    return (peak,) if peak > 0 else BRIGHTNESSES


def _find_layout(
    request: HeatmapRequest, probe: Probe, images: HeldOutImages
) -> tuple[HeatmapRequest, DetectionLayout | None]:
    """Return where the detections are, and the request with what it means.

    The best detection of a detector is explained by default.

    Raises:
        ValueError: A detection is wanted of a model that gives none.
    """
    asked = as_detections(request.target)
    if not asked and request.target is not None:
        return request, None
    given = check_class_names(request.class_names, None) or images.class_names
    first = asked[0] if asked else None
    layout = find_layout(probe, first, request.output, len(given))
    if layout is not None and first is None:
        request = replace(request, target=layout.asked)
    return request, layout


def load_images(model: keras.Model, request: HeatmapRequest) -> HeldOutImages:
    """Return the images of a request, as shown and as fed.

    Args:
        model: Keras model that takes them.
        request: What is wanted.

    Raises:
        TypeError, ValueError: They cannot be used; says what to do.
    """
    check_model(model)
    spec = model_input(model, request.input) if model.built else None
    images = load_held_out(
        request.images,
        spec,
        labels=request.labels,
        preprocess=request.preprocess or own_preprocess(model, spec),
        input=request.input,
        unreadable=request.unreadable,
        wanted=wanted_of(
            model, request.num_images, request.output, request.class_names
        ),
    )
    if spec is None:
        _use_once(model, images, request.input)
    return images


def _asked(
    request: HeatmapRequest, images: HeldOutImages
) -> tuple[Question, IntArray]:
    """Ask about all given images, then drop those that were not read."""
    used, labels = images.used, images.labels
    if labels is not None:
        labels = used.spread(labels, PREDICTED)
    question, wanted = ask(
        request.target,
        labels,
        used.num_given,
        check_class_names(request.class_names, None) or images.class_names,
    )
    if question.areas is not None:
        images.check_places("masks")
        question = replace(question, areas=used.cut(question.areas))
    if question.places is not None:
        if any(one.has_place for one in question.passes):
            images.check_places("the box of a Detection")
        question = replace(question, places=used.cut(question.places))
    return question, used.cut(wanted)


def _use_once(
    model: keras.Model, images: HeldOutImages, input: str | int | None
) -> None:
    """Call a model that was never used, which creates its weights."""
    check_forward_pass(model)
    first: Any = images.fed[:1]
    if images.others:
        beside = rows_of(images.others, slice(1))
        first = {input: first, **beside}
    try:
        with variables_kept(model):
            model(first, training=False)
    except Exception as error:
        raise ValueError(
            f"The model {model.name!r} has no weights yet and gets them from "
            f"the first image, but does not take one of {images.fed.shape[1:]} "
            f"— {type(error).__name__}, see above. Give images as it takes "
            "them, or call it once on a batch."
        ) from error
