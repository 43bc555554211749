"""A model and layers in, one traced function from images to heatmaps out.

One forward pass gives the activations of all layers and the outputs. The
gradient tape watches activations only, from the first tapped layer on: what
lies below is never differentiated, and frozen weights make no difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from kerasviz_callbacks.arrays import AnyArray, FloatArray, IntArray
from kerasviz_callbacks.gradcam import heatmaps
from kerasviz_callbacks.layers import Located
from kerasviz_callbacks.model_input import ModelInput
from kerasviz_callbacks.model_output import choose_output, named_outputs
from kerasviz_callbacks.probe import Probe
from kerasviz_callbacks.tap import TapError, forward
from kerasviz_callbacks.target import (
    Answer,
    Explained,
    Reading,
    ScoreFunction,
    explain,
    explain_by,
    no_answer,
    read_answer,
)


@dataclass(frozen=True)
class Explanation:
    """What the graph gives for n images.

    `maps` has (n, h, w) per layer; the others are as in `HeatmapBatch`.
    """

    maps: tuple[FloatArray, ...]
    outputs: FloatArray
    predictions: IntArray
    targets: IntArray
    scores: FloatArray


class HeatmapGraph:
    """The traced function of some layers of one model; see the engine.

    Attributes:
        reading: what the explained output is.
    """

    reading: Reading

    def __init__(
        self,
        found: Probe,
        layers: Sequence[Located],
        *,
        output: str | int | None,
        function: ScoreFunction | None,
        other_inputs: Sequence[str],
    ) -> None:
        self._found = found
        self._layers = layers
        self._output = output
        self._function = function
        self._run = tf.function(
            self._explain_images,
            input_signature=_signature(found, other_inputs),
            autograph=False,
        ).get_concrete_function()

    def __call__(
        self,
        fed: FloatArray,
        wanted: IntArray,
        scale: float,
        others: Mapping[str, AnyArray],
    ) -> Explanation:
        """Explain images; `scale` multiplies the scores on their way back."""
        maps, *rest = self._run(
            tf.constant(fed, tf.float32),
            tf.constant(wanted, tf.int32),
            tf.constant(scale, tf.float32),
            {name: tf.constant(value) for name, value in others.items()},
        )
        return Explanation(
            tuple(layer.numpy() for layer in maps),
            *(value.numpy() for value in rest),
        )

    def _explain_images(
        self,
        fed: tf.Tensor,
        wanted: tf.Tensor,
        scale: tf.Tensor,
        others: Mapping[str, tf.Tensor],
    ) -> tuple[Any, ...]:
        found, spec = self._found, self._found.spec
        image = tf.cast(fed, spec.dtypes[spec.image])
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            run = forward(
                found.model,
                spec.pack(image, others),
                [located.layer for located in self._layers],
                on_call=lambda _, tensor: tape.watch(tensor),
            )
            answer, explained = self._explained(run.outputs, image, wanted)
            scaled = explained.scores * scale
        activations = [
            run.activation(index, located.layer, image)
            for index, located in enumerate(self._layers)
        ]
        gradients = tape.gradient(scaled, activations)
        maps = [
            heatmaps(
                self._as_features(located, activation),
                self._as_features(located, gradient) / scale,
            )
            for located, activation, gradient in zip(
                self._layers, activations, gradients, strict=True
            )
        ]
        return (
            maps,
            answer.outputs,
            explained.predictions,
            explained.targets,
            explained.scores,
        )

    def _explained(
        self, outputs: Any, image: tf.Tensor, wanted: tf.Tensor
    ) -> tuple[Answer, Explained]:
        model, function = self._found.model, self._function
        is_chosen = (
            function is None
            or self._output is not None
            or len(named_outputs(model, outputs)) == 1
        )
        if is_chosen:
            outputs = choose_output(model, outputs, self._output)
            answer = read_answer(outputs)
        else:
            answer = no_answer(tf.shape(image)[0])
        self.reading = answer.reading
        if function is None:
            return answer, explain(answer, wanted)
        return answer, explain_by(function, outputs, answer)

    def _as_features(
        self, located: Located, tensor: tf.Tensor | None
    ) -> tf.Tensor:
        """Return an activation or its gradient as (n, h, w, c) float32."""
        if tensor is None:
            raise TapError(
                "What is explained does not depend on the answer of layer "
                f"{located.path!r}, so there is no heatmap. Choose a layer on "
                "the way to that output, or another output."
            )
        if _is_channels_first(located, self._found.spec):
            tensor = tf.transpose(tensor, [0, 2, 3, 1])
        return tf.cast(tensor, tf.float32)


def check_picture(located: Located, found: Probe) -> None:
    """Raise if a layer's answer is no picture that a map could lie on.

    Raises:
        TapError: the layer is never called where a tap can see it.
        ValueError: it answers with something that is not (n, h, w, c).
    """
    shape = found.shape(located.layer)
    if len(shape) != 4:
        raise ValueError(
            "A layer for heatmaps must answer with feature maps, (n, h, w, c) "
            f"— {located.path!r} answers with shape {shape}. Choose a "
            "convolution; layer_paths(model) lists them."
        )


def _is_channels_first(located: Located, spec: ModelInput) -> bool:
    data_format = getattr(located.layer, "data_format", None)
    if data_format is None:  # an activation, a sum: as the rest of the model
        return spec.channels_first
    return bool(data_format == "channels_first")


def _signature(found: Probe, other_inputs: Sequence[str]) -> list[Any]:
    spec = found.spec
    others = {}
    for name in other_inputs:
        index = spec.names.index(name)
        shape = [None, *spec.shapes[index]]
        others[name] = tf.TensorSpec(shape, spec.dtypes[index])
    return [
        tf.TensorSpec([None, *found.image_shape], tf.float32),
        tf.TensorSpec([None], tf.int32),
        tf.TensorSpec([], tf.float32),
        others,
    ]
