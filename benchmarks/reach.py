"""Lists which layer is explained by default, model by model.

    python -m benchmarks.reach                     # all of keras.applications
    python -m benchmarks.reach --models VGG16 ConvNeXtTiny --nested

Weights are random and nothing is downloaded. A row per model:

| column  | meaning                                                            |
|---------|--------------------------------------------------------------------|
| layer   | what `layers="auto"` explains, and its class                       |
| map     | its positions, rows x columns                                      |
| differs | largest difference of the heatmaps from those of a model that Keras|
|         | splits at the layer, of their peak; - where it cannot be split     |
| follows | correlation of positions with the places of bright patches that    |
|         | they respond to, the lower of rows and columns                     |
| s       | seconds to find the layer, beside one trace                        |
"""

import argparse
import time
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasviz_callbacks import grad_cam
from kerasviz_callbacks.model import (
    ImageMap,
    LayerCall,
    Probe,
    last_map,
    model_input,
    probe_model,
)
from kerasviz_callbacks.model.maps.patches import (
    BRIGHTNESSES,
    following,
    responses_to_patches,
)

SIZES = (96, 128, 224, 331)  # the first that a model takes
NUM_CLASSES = 5
NUM_IMAGES = 3


def main() -> None:
    """Print a row per model."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", nargs="+", default=names())
    parser.add_argument("--nested", action="store_true", help="in a Sequential")
    options = parser.parse_args()
    print("| model | layer | map | differs | follows | s |")
    print("|---|---|---|---|---|---|")
    for name in options.models:
        keras.backend.clear_session()
        keras.utils.set_random_seed(0)
        print(row(name, build(name, is_nested=options.nested)), flush=True)


def names() -> list[str]:
    """Return the models of `keras.applications`."""
    return [
        name
        for name in dir(keras.applications)
        if callable(getattr(keras.applications, name))
    ]


def build(name: str, *, is_nested: bool) -> keras.Model:
    """Return a model of random weights on the smallest size that it takes."""
    make = getattr(keras.applications, name)
    for size in SIZES:
        try:
            shape = (size, size, 3)
            if not is_nested:
                return make(
                    weights=None, input_shape=shape, classes=NUM_CLASSES
                )
            backbone = make(weights=None, input_shape=shape, include_top=False)
        except ValueError:
            continue
        return keras.Sequential(
            [
                backbone,
                keras.layers.GlobalAveragePooling2D(),
                keras.layers.Dense(NUM_CLASSES, activation="softmax"),
            ]
        )
    raise ValueError(f"{name} takes none of {SIZES} px.")


def row(name: str, model: keras.Model) -> str:
    """Return the row of one model."""
    spec = model_input(model, None)
    height, width, channels = spec.image_shape
    probe = probe_model(model, spec, (height or 96, width or 96, channels or 3))
    begin = time.perf_counter()
    found = last_map(probe)
    seconds = time.perf_counter() - begin
    if found is None:
        return f"| {name} | none | | | | {seconds:.1f} |"
    images = np.random.default_rng(0).uniform(
        size=(NUM_IMAGES, *probe.image_shape)
    )
    heat = grad_cam(model, images.astype("float32"))
    kind = type(found.located.layer).__name__
    sides = " x ".join(map(str, heat.maps.shape[1:]))
    return (
        f"| {name} | {found.located.path} ({kind}) | {sides} | "
        f"{differs(model, found, images, heat.maps)} | "
        f"{follows(probe, found):.2f} | {seconds:.1f} |"
    )


def follows(probe: Probe, found: ImageMap) -> float:
    """Return how well the map's positions follow bright patches."""
    layer = found.located.layer
    call = [one for one in probe.calls if one.located.layer is layer][-1]
    return max(_follows(probe, found, call, one) for one in BRIGHTNESSES)


def _follows(
    probe: Probe, found: ImageMap, call: LayerCall, bright: float
) -> float:
    [(response, _)] = responses_to_patches(probe, [call], [], bright)
    if found.grid is not None:
        sizes = found.grid.height, found.grid.width
        placed = response[:, found.grid.prefix :]
        response = placed[:, : sizes[0] * sizes[1]].reshape(-1, *sizes)
    return following(response)


def differs(model: keras.Model, found: ImageMap, images: Any, maps: Any) -> str:
    """Return the difference from a model that Keras splits at the layer."""
    layer = found.located.layer
    is_inside = "/" not in found.located.path and found.grid is None
    if not is_inside:
        return "-"
    split = keras.Model(model.input, [layer.output, model.output])
    last = model.layers[-1]
    activation, last.activation = last.activation, keras.activations.linear
    try:
        with tf.GradientTape() as tape:
            features, scores = split(tf.constant(images, tf.float32))
            best = tf.reduce_max(scores, axis=-1)
        gradients = tape.gradient(best, features)
    finally:
        last.activation = activation
    weights = tf.reduce_mean(gradients, axis=(1, 2), keepdims=True)
    expected = tf.nn.relu(tf.reduce_sum(weights * features, axis=-1)).numpy()
    peak = max(float(expected.max()), 1e-30)
    return f"{np.abs(expected - maps).max() / peak:.0e}"


if __name__ == "__main__":
    main()
