"""Runs a model's first layers on some images and returns their activations.

The pixel range that a model was made for shows in layers that scale pixels and
in the first batch normalization. The model is run up to these layers, on a few
images.
"""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.arrays import FloatArray
from kerasviz_callbacks.model import Located, Probe, forward, keeping_state

NUM_IMAGES = 16  # a wrong range shows in any image
_SCALING = ("Rescaling", "Normalization")
_NORM = "BatchNormalization"


@dataclass(frozen=True)
class FirstActivation:
    """The activation of one of the first layers.

    Attributes:
        located: The layer.
        values: (n, …) float32.
    """

    located: Located
    values: FloatArray

    @property
    def kind(self) -> str:
        """Name of the layer's class."""
        return type(self.located.layer).__name__


def first_activations(
    probe: Probe, fed: FloatArray
) -> tuple[FirstActivation, ...]:
    """Return the activations of the layers that reveal the pixel range.

    These are the layers that rescale or normalize pixels, up to and including
    the first batch normalization, each at its first call that sees the image.

    Args:
        probe: Probe of the model.
        fed: (n, h, w, c). Images as the model takes them.
    """
    chosen = _first_layers(probe)
    if not chosen:
        return ()

    def run(images: tf.Tensor) -> dict[int, tf.Tensor]:
        image = tf.cast(images, probe.spec.dtypes[probe.spec.image])
        passed = forward(
            probe.model,
            probe.spec.pack(image, {}),
            [located.layer for located, _ in chosen],
            stop_after=[ordinal + 1 for _, ordinal in chosen],
        )
        pairs = zip(chosen, passed.calls, strict=True)
        return {
            place: calls[ordinal]
            for place, ((_, ordinal), calls) in enumerate(pairs)
            if len(calls) > ordinal
        }

    # In a graph, as everything else runs: some layers have no other way. Made
    # for these images: TensorFlow warns of a function that it traces at a call
    # at the fifth such call, though each is of another model.
    images = tf.constant(fed[:NUM_IMAGES])
    spec = tf.TensorSpec(images.shape, images.dtype)
    traced = tf.function(run, autograph=False).get_concrete_function(spec)
    activations = keeping_state(probe.model, traced)(images)
    return tuple(
        FirstActivation(chosen[place][0], np.asarray(values, np.float32))
        for place, values in sorted(activations.items())
    )


def _first_layers(probe: Probe) -> list[tuple[Located, int]]:
    """Return the layers, and at which of its calls each sees the image."""
    chosen: list[tuple[Located, int]] = []
    num_calls: dict[int, int] = {}
    for call in probe.calls:
        layer = call.located.layer
        ordinal = num_calls.get(id(layer), 0)
        num_calls[id(layer)] = ordinal + 1
        is_known = any(layer is one.layer for one, _ in chosen)
        if not call.sees_image or is_known:
            continue
        kind = type(layer).__name__
        if kind in _SCALING or kind == _NORM:
            chosen.append((call.located, ordinal))
        if kind == _NORM:
            break
    return chosen
