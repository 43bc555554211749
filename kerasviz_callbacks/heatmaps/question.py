"""What is to be drawn: a task, and in it the question about every image.

A *pass* is one score per image, whose gradient is taken for all images at once.
A *row* is one heatmap of one image. Its gradient is a weighted sum of those of
the passes, so a contrast (why this and not that) and the opposite side cost
nothing more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kerasviz_callbacks.arrays import FloatArray, IntArray
from kerasviz_callbacks.heatmaps.methods import find_method
from kerasviz_callbacks.heatmaps.scores import (
    PREDICTED,
    DetectionLayout,
    Reading,
    ScoreFunction,
)
from kerasviz_callbacks.model import (
    ImageMap,
    LayersLike,
    MapCut,
    MapSearch,
    OutputsLike,
    Probe,
    choose_layers,
    cut_at,
    finer_map,
    is_auto,
    last_cut,
)
from kerasviz_callbacks.model.devices import WeightValues

FIXED = "fixed class"
ONE_OF_SEVERAL = "class {class}"


@dataclass(frozen=True)
class Pass:
    """One score per image; by default that of a class.

    Attributes:
        function: Function of the outputs that gives the score instead.
        is_margin: Whether the score is the best minus the second instead.
        is_over_area: Whether scores of pixels are summed over the question's
            areas, instead of where the class is predicted.
        is_detection: Whether the score of a class is that of one of a
            detector's boxes.
        has_place: Whether that box is the one that overlaps most with the
            question's place, instead of the most confident.
    """

    function: ScoreFunction | None = None
    is_margin: bool = False
    is_over_area: bool = False
    is_detection: bool = False
    has_place: bool = False

    @property
    def is_class(self) -> bool:
        """Whether it is the score of a class, wanted per image."""
        return self.function is None and not self.is_margin


@dataclass(frozen=True)
class Row:
    """One heatmap per image.

    Attributes:
        words: What it explains; `{class}` stands for the class index.
        weights: Weight of each pass.
        is_of_mistakes: Whether only images have it whose first and last pass
            explain different classes.
    """

    words: str
    weights: tuple[float, ...]
    is_of_mistakes: bool = False


@dataclass(frozen=True)
class Question:
    """What is asked about every image.

    Attributes:
        passes: Scores whose gradients are taken.
        rows: Heatmaps per image.
        areas: (n, h, w) float32 from 0 to 1, one per image; None if no pass
            needs them.
        places: (n, passes, 4) float32 left, upper, right and lower edge of a
            box, in fractions of the image; None if no pass needs them.
    """

    passes: tuple[Pass, ...]
    rows: tuple[Row, ...]
    areas: FloatArray | None = None
    places: FloatArray | None = None

    @property
    def is_of_classes(self) -> bool:
        """Whether every score is one of the output's own."""
        return all(one.function is None for one in self.passes)

    @property
    def is_of_indices(self) -> bool:
        """Whether every row is of one number of the output, by its index."""
        return all(row.words in (FIXED, ONE_OF_SEVERAL) for row in self.rows)

    def row_weights(self) -> FloatArray:
        """Return (rows, passes) float32."""
        return np.array([row.weights for row in self.rows], np.float32)


PREDICTION = Question((Pass(),), (Row("predicted class", (1.0,)),))


@dataclass(frozen=True)
class HeatmapTask:
    """What to draw: some layers of one model, and how.

    Attributes:
        probe: Model, its input, and the layers that its forward pass calls.
        cuts: What to draw: maps of layers, each group as one heatmap.
        output: Name or index of the output to explain; needed if the model has
            several.
        question: Question about every image. A function in it gets the chosen
            output. It gets all of them if there are several, none is named and
            no class is asked for.
        method: Name of the CAM method.
        other_inputs: Names of the inputs beside the image that will be given;
            the rest are fed zeros.
        weights: Variables of the model, each with another to use in its place.
            Defaults to none: the weights are read live.
        is_named: Whether labels or names of classes were given, so that the
            output is known to be classes.
        layout: Where the outputs are detections; None if none is explained.
    """

    probe: Probe
    cuts: Sequence[MapCut]
    output: str | int | None = None
    question: Question = PREDICTION
    method: str = "grad_cam"
    other_inputs: Sequence[str] = ()
    weights: WeightValues = ()
    is_named: bool = False
    layout: DetectionLayout | None = None

    @property
    def maps(self) -> tuple[ImageMap, ...]:
        """All maps of all groups, in their order."""
        return tuple(one for cut in self.cuts for one in cut.tapped)


def heatmap_cuts(
    probe: Probe,
    layers: LayersLike | None,
    method: str,
    search: MapSearch,
    outputs: OutputsLike,
) -> tuple[MapCut, ...]:
    """Return what to draw, each layer once, and how it lies in the image.

    Args:
        probe: Probe of the model.
        layers: As for `prepare_heatmaps`.
        method: Name of the method, which may take several maps.
        search: How maps are looked for.
        outputs: What is explained.

    Raises:
        ValueError: There is none, a name is not found, two layers have the same
            path, or an output is no map of the image.
    """
    how = find_method(method)
    is_joined = how.is_additive
    chosen: Sequence[MapCut] = ()
    if is_auto(layers):
        last = last_cut(probe, outputs, search, is_joined=is_joined)
        chosen = () if last is None else (last,)
    chosen = chosen or [
        cut_at(probe, one, outputs, search, is_joined=is_joined)
        for one in choose_layers(probe, layers, tuple)
    ]
    if how.of_finer is None:
        return tuple(chosen)
    return tuple(
        replace(cut, finer=finer_map(probe, cut, outputs, search))
        for cut in chosen
    )


def fusion_notes(cuts: Sequence[MapCut], method: str) -> tuple[str, ...]:
    """Return which maps a method fuses, in sentences."""
    if find_method(method).of_finer is None:
        return ()
    return tuple(
        f"The model has no finer map before {cut.path!r} that all paths cross: "
        "its heatmap is that of grad_cam."
        if cut.finer is None
        else f"Fused with the finer map of {cut.finer.name!r}."
        for cut in cuts
    )


def check_wanted(
    question: Question, wanted: IntArray, reading: Reading
) -> None:
    """Raise if a wanted class does not exist, or a prediction is not clear.

    Args:
        question: The question.
        wanted: (n, passes) class index, `PREDICTED` or `ABSENT`.
        reading: What the explained output is.

    Raises:
        ValueError: Says what to do.
    """
    is_class = [one.is_class for one in question.passes]
    classes = wanted[:, is_class]
    asked = classes[classes >= 0]
    count = reading.num_classes
    if reading.form == "values" and question.is_of_indices:
        count = reading.num_values
    if len(asked) and count is None:
        raise ValueError(
            f"target names classes, {_few(asked)} — the output is no set of "
            "classes. Leave target out, or give a callable. If it is the "
            "logit of two classes, compile the model with its loss."
        )
    if len(asked) and count is not None and asked.max() >= count:
        raise ValueError(
            f"target must name classes from 0 to {count - 1} — got "
            f"{_few(asked)}. Check target, labels and output."
        )
    if reading.unclear and is_predicted(question, wanted):
        raise ValueError(reading.unclear)


def is_predicted(question: Question, wanted: IntArray) -> bool:
    """Return whether any score is that of the predicted class."""
    is_class = [one.is_class for one in question.passes]
    is_margin = any(one.is_margin for one in question.passes)
    return is_margin or bool((wanted[:, is_class] == PREDICTED).any())


def _few(values: IntArray) -> str:
    unique = [int(value) for value in np.unique(values)]
    return ", ".join(map(str, unique[:10])) + (", …" if unique[10:] else "")
