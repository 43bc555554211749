"""The maths of Grad-CAM, by hand."""

import math

import numpy as np
import tensorflow as tf

from kerasviz_callbacks.heatmaps.methods import (
    evidence,
    grad_cam,
    heatmap_status,
    pooled_gradients,
)

# A vertical line in the second column, seen by a detector of vertical lines
# (channel 0) and one of horizontal lines (channel 1).
LINE = np.zeros((5, 5), "float32")
LINE[:, 1] = 1


def test_weight_of_a_channel_is_the_mean_of_its_gradient():
    gradients = tf.reshape(tf.range(8, dtype=tf.float32), (1, 2, 2, 2))
    # channel 0 has 0, 2, 4, 6, channel 1 has 1, 3, 5, 7
    np.testing.assert_array_equal(pooled_gradients(gradients), [[3, 4]])


def test_map_of_a_line_detector_is_the_line():
    activations = np.stack([3 * LINE, np.zeros((5, 5))], axis=-1)[None]
    gradients = np.full((1, 5, 5, 2), 0.5)
    # weight 0.5 times activation 3, on the line only
    found = evidence(grad_cam(_float(activations), _float(gradients)))
    np.testing.assert_array_equal(found, [1.5 * LINE])


def test_map_is_zero_where_gradients_oppose():
    activations = np.stack([LINE, LINE.T], axis=-1)[None]
    gradients = np.zeros((1, 5, 5, 2))
    gradients[..., 0], gradients[..., 1] = 2, -3
    found = evidence(grad_cam(_float(activations), _float(gradients)))[0]
    # The crossing has 2 - 3 < 0; the rest of the row -3, of the column 2.
    assert found[1, 1] == 0
    assert (found[1] == 0).all()
    assert found[[0, 2, 3, 4], 1].tolist() == [2, 2, 2, 2]
    assert found.sum() == 8


def test_each_image_has_weights_of_its_own():
    activations = np.stack([LINE, LINE.T], axis=-1)[None].repeat(2, axis=0)
    gradients = np.zeros((2, 5, 5, 2))
    gradients[0, ..., 0] = gradients[1, ..., 1] = 1
    found = evidence(grad_cam(_float(activations), _float(gradients)))
    np.testing.assert_array_equal(found, [LINE, LINE.T])


def test_what_is_not_finite_stays_visible_as_nan():
    for value in (math.nan, math.inf, -math.inf):
        activations = np.ones((1, 2, 2, 1))
        activations[0, 0, 1, 0] = value
        found = evidence(grad_cam(_float(activations), tf.ones((1, 2, 2, 1))))
        assert np.isnan(found).tolist() == [[[False, True], [False, False]]]


def test_status_tells_no_evidence_from_no_number():
    maps = np.stack([LINE, 0 * LINE, np.where(LINE > 0, math.nan, 0)])
    assert heatmap_status(maps) == ("ok", "no_evidence", "not_finite")


def _float(values: np.ndarray) -> tf.Tensor:
    return tf.constant(values, tf.float32)
