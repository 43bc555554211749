"""Inputs beside the image whose size the model leaves open."""

import keras
import numpy as np
import pytest

from kerasviz_callbacks import filter_patterns, grad_cam

L = keras.layers
PHOTOS = np.random.default_rng(0).integers(0, 256, (2, 16, 16, 3), np.uint8)


def _net(other, branch):
    photo = keras.Input((16, 16, 3), name="photo")
    seen = L.GlobalAveragePooling2D()(L.Conv2D(4, 3, name="c")(photo))
    both = L.Concatenate()([seen, branch(other)])
    inputs = {"photo": photo, "other": other}
    return keras.Model(inputs, L.Dense(3, activation="softmax")(both))


def _masked():
    """A second image of open size, through a convolution of 5 x 5."""
    return _net(
        keras.Input((None, None, 1), name="other"),
        lambda x: L.GlobalAveragePooling2D()(L.Conv2D(2, 5)(x)),
    )


def _worded():
    """Tokens of open length, through a convolution over three of them."""
    return _net(
        keras.Input((None,), dtype="int32", name="other"),
        lambda x: L.GlobalAveragePooling1D()(
            L.Conv1D(2, 3)(L.Embedding(9, 4)(x))
        ),
    )


@pytest.mark.parametrize(
    ("model", "other"),
    [
        (_masked(), np.ones((2, 12, 7, 1), np.float32)),
        (_worded(), np.ones((2, 12), np.int32)),
    ],
)
def test_open_inputs_have_the_size_of_what_is_given(model, other):
    given = {"photo": PHOTOS, "other": other}
    found = grad_cam(model, given, input="photo")
    fed = {"photo": PHOTOS.astype(np.float32), "other": other}
    predicted = model.predict(fed, verbose=0)
    np.testing.assert_allclose(found.outputs, predicted, rtol=1e-5)
    quick = {"steps": 1, "preset": "recipe"}
    drawn = filter_patterns(model, "c", 1, images=given, input="photo", **quick)
    assert drawn.held_out_peak is not None


def test_open_inputs_that_are_not_given_are_zeros_of_a_size_that_works(caplog):
    found = grad_cam(_masked(), PHOTOS, input="photo")
    assert found.status == ("ok", "ok")
    assert "zeros of 'other' (16, 16, 1)" in caplog.text
    filter_patterns(_worded(), "c", 1, steps=1, preset="recipe")
    assert "zeros of 'other' (16,)" in caplog.text


class Five(L.Layer):
    """Takes five numbers, and says so as soon as it sees others."""

    def call(self, x):
        if x.shape[-1] not in (None, 5):
            raise ValueError(f"five numbers, not {x.shape[-1]}")
        return keras.ops.reshape(x, (-1, 5))


def test_open_inputs_that_no_zeros_fit_are_asked_for():
    model = _net(keras.Input((None,), name="other"), Five())
    with pytest.raises(RuntimeError, match="'other': zeros of size 1 and"):
        grad_cam(model, PHOTOS)
