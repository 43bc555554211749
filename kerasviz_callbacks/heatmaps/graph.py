"""The traced function from images to heatmaps of some layers.

One forward pass gives the activations of all layers and the outputs. The
gradient tape watches activations only, from the first tapped layer on: what
lies below is never differentiated, and frozen weights make no difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from kerasviz_callbacks.arrays import AnyArray, FloatArray, IntArray
from kerasviz_callbacks.heatmaps.methods import evidence, find_method
from kerasviz_callbacks.heatmaps.question import HeatmapTask, Pass, Row
from kerasviz_callbacks.heatmaps.reading import (
    Reading,
    ReadOutput,
    no_output,
    read_detection,
    read_output,
)
from kerasviz_callbacks.heatmaps.score import (
    Explained,
    explain,
    explain_area,
    explain_by,
    explain_margin,
)
from kerasviz_callbacks.model import (
    Answer,
    ChosenOutput,
    Located,
    Probe,
    as_features,
    choose_output,
    forward,
    named_outputs,
)
from kerasviz_callbacks.model.devices import WeightValues, traced_on_replicas
from kerasviz_callbacks.model.maps.places import Place, find_placements


@dataclass(frozen=True)
class Explanation:
    """What the graph computes for n images.

    Attributes:
        maps: Heatmaps per layer, (n, rows, h, w).
        outputs: Model outputs, as in `HeatmapBatch`.
        predictions: (n,) class index of the largest output, -1 if not a class.
        targets: (n, passes) class index explained, -1 if not a class.
        scores: (n, rows) scores.
    """

    maps: tuple[FloatArray, ...]
    outputs: FloatArray
    predictions: IntArray
    targets: IntArray
    scores: FloatArray


class HeatmapGraph:
    """The traced function of some layers of one model; see the engine.

    Args:
        task: Model, layers and question.

    Attributes:
        reading: What the explained output is.
        places: Where the cells of each layer's maps lie in the image.
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
    ) -> Explanation:
        """Explain images.

        Args:
            fed: (n, h, w, c) images, as the model takes them.
            wanted: (n, passes) class of each pass.
            scale: Factor of the scores on their way back.
            others: Values of the other inputs by name, (n, …).
            areas: (n, H, W) areas for the passes that need them.
        """
        maps, *rest = self._run(
            tf.constant(fed, tf.float32),
            tf.constant(wanted, tf.int32),
            tf.constant(scale, tf.float32),
            {name: tf.constant(value) for name, value in others.items()},
            tf.constant(areas, tf.float32),
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
    ) -> tuple[Any, ...]:
        probe = self._task.probe
        spec = probe.spec
        image = tf.cast(fed, spec.dtypes[spec.image])
        with tf.GradientTape(
            persistent=len(self._task.question.passes) > 1,
            watch_accessed_variables=False,
        ) as tape:
            run = forward(
                probe.model,
                spec.pack(image, others),
                [located.layer for located in self._task.layers],
                on_call=lambda _, answer: tape.watch(_floats(answer.tensors)),
                weights=weights,
            )
            read, passes = self._explained(run.outputs, wanted, areas)
            scaled = [one.scores * scale for one in passes]
        activations = [
            self._activation(run.answer(index, located.layer, image), passes)
            for index, located in enumerate(self._task.layers)
        ]
        self.places = self._find_places(image, activations)
        by_pass = [self._gradients(tape, y, activations) for y in scaled]
        by_layer = zip(*by_pass, strict=True)
        maps = [
            self._maps(*layer, scale)
            for layer in zip(
                self._task.layers, activations, by_layer, strict=True
            )
        ]
        return (
            maps,
            read.outputs,
            passes[0].predictions,
            tf.stack([one.targets for one in passes], axis=1),
            self._row_scores(passes),
        )

    def _find_places(
        self, image: tf.Tensor, activations: Sequence[tf.Tensor]
    ) -> tuple[Place, ...]:
        """Return the places of maps; those of tokens were tried before."""
        spec, grids = self._task.probe.spec, self._task.grids
        pairs = [
            (located, activation)
            for located, activation in zip(
                self._task.layers, activations, strict=True
            )
            if located.path not in grids
        ]
        features = [as_features(*pair, spec) for pair in pairs]
        found = iter(find_placements(image, features) if features else ())
        return tuple(
            None if located.path in grids else next(found)
            for located in self._task.layers
        )

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
        return list(tape.gradient(scores, sources))

    def _maps(
        self,
        located: Located,
        activation: tf.Tensor,
        by_pass: tuple[tf.Tensor | None, ...],
        scale: tf.Tensor,
    ) -> tf.Tensor:
        """Return the heatmaps of one layer, (n, rows, h, w)."""
        spec = self._task.probe.spec
        grid = self._task.grids.get(located.path)

        def laid_out(tensor: tf.Tensor | None) -> tf.Tensor:
            features = as_features(located, tensor, spec)
            return features if grid is None else grid.lay_out(features)

        features = laid_out(activation)
        gradients = [laid_out(gradient) / scale for gradient in by_pass]
        rows = [
            evidence(self._method.raw(features, _weighted(gradients, row)))
            for row in self._task.question.rows
        ]
        return tf.stack(rows, axis=1)

    def _read(self, chosen: ChosenOutput) -> ReadOutput:
        if any(one.is_detection for one in self._task.question.passes):
            return read_detection(chosen)
        shape, is_named = self._task.probe.image_shape, self._task.is_named
        return read_output(chosen, shape, is_named=is_named)

    def _explained(
        self, outputs: Any, wanted: tf.Tensor, areas: tf.Tensor
    ) -> tuple[ReadOutput, list[Explained]]:
        model, passes = self._task.probe.model, self._task.question.passes
        is_chosen = (
            any(one.function is None for one in passes)
            or self._task.output is not None
            or len(named_outputs(model, outputs)) == 1
        )
        if is_chosen:
            chosen = choose_output(model, outputs, self._task.output)
            outputs = chosen.tensor
            read = self._read(chosen)
        else:
            read = no_output(tf.shape(wanted)[0])
        self.reading = read.reading
        return read, [
            _explain(one, outputs, read, wanted[:, column], areas)
            for column, one in enumerate(passes)
        ]


def _explain(
    one: Pass,
    outputs: Any,
    read: ReadOutput,
    wanted: tf.Tensor,
    areas: tf.Tensor,
) -> Explained:
    if one.function is not None:
        return explain_by(one.function, outputs, read)
    if one.is_margin:
        return explain_margin(read)
    if one.is_over_area:
        return explain_area(read, wanted, areas)
    return explain(read, wanted)


def _weighted(gradients: Sequence[tf.Tensor], row: Row) -> tf.Tensor:
    """Return the gradient of a row's score."""
    parts = [
        weight * gradient
        for weight, gradient in zip(row.weights, gradients, strict=True)
        if weight
    ]
    return tf.add_n(parts)


def _floats(tensors: Sequence[tf.Tensor]) -> list[tf.Tensor]:
    return [tensor for tensor in tensors if tensor.dtype.is_floating]


def _signature(probe: Probe, other_inputs: Sequence[str]) -> list[Any]:
    return [
        tf.TensorSpec([None, *probe.image_shape], tf.float32),
        tf.TensorSpec([None, None], tf.int32),
        tf.TensorSpec([], tf.float32),
        probe.spec.other_signatures(other_inputs),
        tf.TensorSpec([None, None, None], tf.float32),
    ]
