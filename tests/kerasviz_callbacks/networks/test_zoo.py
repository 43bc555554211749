"""The references are right: they agree with the models that they describe."""

import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks.model.input import model_input
from tests.kerasviz_callbacks.networks.zoo import (
    CLASSES,
    SIZE,
    ZOO,
    Specimen,
    images,
)


@pytest.mark.parametrize("build", ZOO, ids=lambda build: build.__name__)
def test_explicit_way_gives_the_models_own_probabilities(build):
    specimen = build()
    x = images()
    probabilities = _predict(specimen, x)
    activation, head = specimen.split(tf.constant(x))
    expected = tf.nn.softmax(head(activation))

    assert probabilities.shape == (len(x), CLASSES)
    np.testing.assert_allclose(probabilities, expected, atol=specimen.tolerance)
    assert np.mean(activation > 0) > 0.1
    assert np.ptp(expected, axis=0).max() > 1e-3


def _predict(specimen: Specimen, x: np.ndarray) -> np.ndarray:
    spec = model_input(specimen.model, specimen.input, (SIZE, SIZE, 3))
    others = {
        name: tf.repeat(value, len(x), axis=0)
        for name, value in specimen.others.items()
    }
    outputs = specimen.model(spec.pack(tf.constant(x), others), training=False)
    chosen = outputs[specimen.output] if specimen.output else outputs
    return tf.cast(chosen, tf.float32).numpy()
