"""A traced function is told from one of another structure, and only so."""

import keras
import numpy as np
import pytest

from kerasviz_callbacks.model.structure import structure_signature

L = keras.layers


@pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras' own
def test_signature_changes_with_the_structure():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, L.Dense(3, name="dense")(inputs))
    seen = {structure_signature(model)}
    model.get_layer("dense").enable_lora(2)
    seen.add(structure_signature(model))
    model.get_layer("dense").quantize("int8")
    seen.add(structure_signature(model))
    assert len(seen) == 3


def test_signature_stays_with_weights_freezing_and_compile():
    model = keras.Sequential(
        [
            keras.Input((12, 12, 3)),
            L.Conv2D(4, 3, name="conv"),
            L.BatchNormalization(),
            L.GlobalAveragePooling2D(),
            L.Dense(2),
        ]
    )
    before = structure_signature(model)
    model.set_weights([w + 1 for w in model.get_weights()])
    model.get_layer("conv").trainable = False
    model.compile("adam", "mse", metrics=["mae"])
    model.predict(np.zeros((1, 12, 12, 3)), verbose=0)
    assert structure_signature(model) == before
