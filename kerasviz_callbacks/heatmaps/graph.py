"""The traced function from images to heatmaps of some layers.

One forward pass gives the activations of all layers and the outputs. The
gradient tape watches activations only, from the first tapped layer on: what
lies below is never differentiated, and frozen weights make no difference.

Maps that are drawn as one heatmap get partial gradients, each with the others
held fixed: what reaches the score by way of another of them is counted there,
and nothing twice.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import tensorflow as tf

from kerasviz_callbacks.arrays import AnyArray, FloatArray, IntArray
from kerasviz_callbacks.heatmaps.methods import (
    Method,
    find_method,
    hires_cam,
)
from kerasviz_callbacks.heatmaps.passes import Given, explain_passes
from kerasviz_callbacks.heatmaps.question import HeatmapTask, Row
from kerasviz_callbacks.heatmaps.scores import Explained, Reading
from kerasviz_callbacks.model import (
    Answer,
    ImageMap,
    KeptTraces,
    MapCut,
    Probe,
    as_features,
    forward,
    function_signature,
)
from kerasviz_callbacks.model.devices import WeightValues, traced_on_replicas
from kerasviz_callbacks.model.maps.places import Place, find_placements


@dataclass(frozen=True)
class Explanation:
    """What the graph computes for n images.

    Attributes:
        maps: Heatmaps per map of the task, (n, rows, h, w), with signs.
        outputs: Model outputs, as in `HeatmapBatch`.
        predictions: (n,) class index of the largest output, -1 if not a class.
        targets: (n, passes) class index explained, -1 if not a class.
        scores: (n, rows) scores.
        details: (n, passes, 6) of the detections; see `Found`. NaN for none.
    """

    maps: tuple[FloatArray, ...]
    outputs: FloatArray
    predictions: IntArray
    targets: IntArray
    scores: FloatArray
    details: FloatArray


class HeatmapGraph:
    """The traced function of some layers of one model; see the engine.

    Args:
        task: Model, layers and question.

    Attributes:
        reading: What the explained output is.
        places: Where the cells of each map of the task lie in the image.
    """

    reading: Reading
    places: tuple[Place, ...]

    def __init__(self, task: HeatmapTask) -> None:
        self._task = task
        self._method = find_method(task.method)
        self._run = traced_on_replicas(
            self._explain_images,
            task.probe.model,
            _signature(task.probe, task.other_inputs),
            task.weights,
        )

    def __call__(
        self,
        fed: FloatArray,
        wanted: IntArray,
        scale: float,
        others: Mapping[str, AnyArray],
        areas: FloatArray,
        places: FloatArray,
    ) -> Explanation:
        """Explain images.

        Args:
            fed: (n, h, w, c) images, as the model takes them.
            wanted: (n, passes) class of each pass.
            scale: Factor of the scores on their way back.
            others: Values of the other inputs by name, (n, …).
            areas: (n, H, W) areas for the passes that need them.
            places: (n, passes, 4) boxes for the passes that need them.
        """
        maps, *rest = self._run(
            tf.constant(fed, tf.float32),
            tf.constant(wanted, tf.int32),
            tf.constant(scale, tf.float32),
            {name: tf.constant(value) for name, value in others.items()},
            tf.constant(areas, tf.float32),
            tf.constant(places, tf.float32),
        )
        return Explanation(
            tuple(layer.numpy() for layer in maps),
            *(value.numpy() for value in rest),
        )

    def _explain_images(
        self,
        weights: WeightValues,
        fed: tf.Tensor,
        wanted: tf.Tensor,
        scale: tf.Tensor,
        others: Mapping[str, tf.Tensor],
        areas: tf.Tensor,
        places: tf.Tensor,
    ) -> tuple[Any, ...]:
        probe, spec = self._task.probe, self._task.probe.spec
        drawn = self._task.maps
        layers = list({id(x): x for x in _layers(drawn)}.values())
        image = tf.cast(fed, spec.dtypes[spec.image])
        with tf.GradientTape(
            persistent=len(self._task.question.passes) > 1,
            watch_accessed_variables=False,
        ) as tape:
            run = forward(
                probe.model,
                spec.pack(image, others),
                layers,
                on_call=lambda _, answer: tape.watch(_floats(answer.tensors)),
                weights=weights,
            )
            read, passes = explain_passes(
                self._task, run.outputs, Given(fed, wanted, areas, places)
            )
            self.reading = read.reading
            scaled = [one.scores * scale for one in passes]
        index = {id(layer): i for i, layer in enumerate(layers)}
        activations = [
            self._activation(
                run.answer(index[id(layer)], layer, image, one.call), passes
            )
            for one, layer in zip(drawn, _layers(drawn), strict=True)
        ]
        self.places = self._find_places(image, activations)
        by_pass = [self._gradients(tape, y, activations) for y in scaled]
        by_map = zip(*by_pass, strict=True)
        maps = [
            self._maps(*each, scale)
            for each in zip(drawn, activations, by_map, strict=True)
        ]
        return (
            maps,
            read.outputs,
            passes[0].predictions,
            tf.stack([one.targets for one in passes], axis=1),
            self._row_scores(passes),
            tf.stack([one.all_details() for one in passes], axis=1),
        )

    def _find_places(
        self, image: tf.Tensor, activations: Sequence[tf.Tensor]
    ) -> tuple[Place, ...]:
        """Return the places of maps; those of tokens were tried before."""
        spec, drawn = self._task.probe.spec, self._task.maps
        features = [
            as_features(one.located, activation, spec)
            for one, activation in zip(drawn, activations, strict=True)
            if one.grid is None
        ]
        found = iter(find_placements(image, features) if features else ())
        return tuple(next(found) if one.grid is None else None for one in drawn)

    def _activation(
        self, answer: Answer, passes: Sequence[Explained]
    ) -> tf.Tensor:
        """Return the tensor that the scores depend on, of several."""
        scores = [one.scores for one in passes]
        return answer.tensors[answer.place(scores)]

    def _row_scores(self, passes: Sequence[Explained]) -> tf.Tensor:
        scores = tf.stack([one.scores for one in passes], axis=1)
        weights = tf.constant(self._task.question.row_weights())
        return tf.matmul(scores, weights, transpose_b=True)

    def _gradients(
        self, tape: tf.GradientTape, scores: tf.Tensor, sources: list[tf.Tensor]
    ) -> list[tf.Tensor | None]:
        if not self._method.uses_gradient:
            return [tf.zeros_like(source) for source in sources]
        alone = _drawn_alone(sources, self._task.cuts)
        found = iter(tape.gradient(scores, alone) if alone else ())
        gradients: list[tf.Tensor | None] = []
        for cut in self._task.cuts:
            if cut.parts:
                start = len(gradients)
                some = sources[start : start + len(cut.maps)]
                gradients += _partial(scores, some)
            else:
                gradients.append(next(found))
            if cut.finer is not None:
                gradients.append(next(found))
        return gradients

    def _maps(
        self,
        one: ImageMap,
        activation: tf.Tensor,
        by_pass: tuple[tf.Tensor | None, ...],
        scale: tf.Tensor,
    ) -> tf.Tensor:
        """Return the heatmaps of one map, (n, rows, h, w), with signs."""
        spec = self._task.probe.spec

        def laid_out(tensor: tf.Tensor | None) -> tf.Tensor:
            features = as_features(one.located, tensor, spec)
            return features if one.grid is None else one.grid.lay_out(features)

        features = laid_out(activation)
        gradients = [laid_out(gradient) / scale for gradient in by_pass]
        draw = self._drawing(one)
        rows = [
            draw(features, _weighted(gradients, row))
            for row in self._task.question.rows
        ]
        return tf.stack(rows, axis=1)

    def _drawing(
        self, one: ImageMap
    ) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
        """Return the method's formula for a map."""
        method = self._method
        if method.of_finer and any(one is cut.finer for cut in self._task.cuts):
            method = Method(method.of_finer if one.grid is None else hires_cam)
        return method.raw if one.grid is None else method.of_tokens


def kept_graph(task: HeatmapTask, traces: KeptTraces) -> HeatmapGraph:
    """Return the graph of a task, traced before if that can be seen.

    What is asked of a detector holds arrays, and is traced anew.
    """
    if task.layout is not None:
        return HeatmapGraph(task)
    question = replace(task.question, areas=None, places=None)  # are given
    task = replace(task, question=question)
    passes = tuple(replace(one, function=None) for one in question.passes)
    functions = [function_signature(one.function) for one in question.passes]
    key = replace(task, question=replace(question, passes=passes)), functions
    return traces.get("heatmaps", key, lambda: HeatmapGraph(task))


def _weighted(gradients: Sequence[tf.Tensor], row: Row) -> tf.Tensor:
    """Return the gradient of a row's score."""
    parts = [
        weight * gradient
        for weight, gradient in zip(row.weights, gradients, strict=True)
        if weight
    ]
    return tf.add_n(parts)


def _layers(maps: Sequence[ImageMap]) -> list[Any]:
    return [one.located.layer for one in maps]


def _drawn_alone(
    sources: Sequence[tf.Tensor], cuts: Sequence[MapCut]
) -> list[tf.Tensor]:
    """Return the tensors of maps that are a heatmap by themselves."""
    is_one = [
        not cut.parts or one is cut.finer for cut in cuts for one in cut.tapped
    ]
    return list(itertools.compress(sources, is_one))


def _partial(
    scores: tf.Tensor, sources: list[tf.Tensor]
) -> list[tf.Tensor | None]:
    """Return partial gradients; zero for a map that the scores do not use."""
    found = tf.gradients(scores, sources, stop_gradients=sources)
    if all(gradient is None for gradient in found):
        return [None] * len(sources)  # which is refused where it is used
    return [
        tf.zeros_like(source) if gradient is None else gradient
        for source, gradient in zip(sources, found, strict=True)
    ]


def _floats(tensors: Sequence[tf.Tensor]) -> list[tf.Tensor]:
    return [tensor for tensor in tensors if tensor.dtype.is_floating]


def _signature(probe: Probe, other_inputs: Sequence[str]) -> list[Any]:
    return [
        tf.TensorSpec([None, *probe.image_shape], tf.float32),
        tf.TensorSpec([None, None], tf.int32),
        tf.TensorSpec([], tf.float32),
        probe.spec.other_signatures(other_inputs),
        tf.TensorSpec([None, None, None], tf.float32),
        tf.TensorSpec([None, None, 4], tf.float32),
    ]
