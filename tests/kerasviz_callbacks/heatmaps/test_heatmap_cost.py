"""What drawing heatmaps computes: one pass, and nothing below the layer."""

import os
import time
from collections import Counter
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import EverySteps, grad_cam
from kerasviz_callbacks.captures import HeatmapSeries, Slot
from kerasviz_callbacks.heatmaps.preparation import (
    HeatmapRequest,
    prepare_heatmaps,
)
from kerasviz_callbacks.model import Digests
from kerasviz_callbacks.model.dependence import ancestors
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks import zoo
from tests.kerasviz_callbacks.networks.training import (
    X,
    Y,
    explaining,
    fit,
    plain_network,
)
from tests.kerasviz_callbacks.networks.zoo import images

LABELS = [0, 1, 2]
_STATM = Path("/proc/self/statm")


def operations(layers, **request) -> Counter:
    """Return how many operations of each kind the answers depend on.

    TensorFlow drops the others of the traced function before it runs.
    """
    model = zoo.functional().model  # conv1, …, conv2, pooling, top
    asked = HeatmapRequest(images(), labels=LABELS, **request)
    graph = prepare_heatmaps(model, asked, layers).engine._graph._run.graph
    needed = set().union(*(ancestors(output) for output in graph.outputs))
    return Counter(
        operation.type
        for operation in graph.get_operations()
        if operation.name in needed
    )


def test_all_layers_and_targets_share_one_forward_pass():
    found = operations(["conv1", "conv2"], target="mistakes")
    assert found["Conv2D"] == 2


def test_nothing_below_the_layer_is_differentiated():
    found = operations(["conv2"])
    assert found["Conv2DBackpropInput"] == found["Conv2DBackpropFilter"] == 0


def test_weights_are_never_differentiated():
    found = operations(["conv1", "conv2"])
    assert found["Conv2DBackpropInput"] == 1  # from conv2 to conv1
    assert found["Conv2DBackpropFilter"] == 0


@pytest.mark.parametrize(
    ("target", "num_passes"),
    [
        ("predicted", 1),
        ("against", 1),
        ("margin", 1),
        (["predicted", "against"], 1),
        ("mistakes", 2),
        ([[0, 1], [2], [3]], 2),
        (["predicted", "label", "against", "margin"], 3),
    ],
)
def test_a_backward_pass_is_done_once_per_score(target, num_passes):
    found = operations(["conv1"], target=target)
    assert found["Conv2DBackpropInput"] == num_passes


def test_what_needs_no_gradient_has_no_backward_pass():
    found = operations(["conv1"], method="eigen_cam")
    assert found["Conv2DBackpropInput"] == 0
    assert found["Conv2D"] == 2


@pytest.mark.skipif(not _STATM.exists(), reason="needs Linux's /proc")
def test_memory_is_flat_over_200_drawings():
    prepared = prepare_heatmaps(
        plain_network(),
        HeatmapRequest(images(4, size=16), target=["predicted", "margin"]),
        "conv2",
    )
    for _ in range(60):
        prepared.draw()
    before = _resident_mb()
    for _ in range(200):
        prepared.draw()
    assert _resident_mb() - before < 4


@pytest.mark.skipif(not _STATM.exists(), reason="needs Linux's /proc")
def test_memory_and_time_are_flat_over_100_captures(tmp_path):
    """Of the whole callback: maps, comparison, sheets, record and writing."""
    watch = explaining(
        tmp_path,
        X[:2],
        labels=Y[:2, 0],
        every=EverySteps(1),
        target=["predicted", "margin"],
    )
    resident, spent = [], []

    def look_at(batch, logs):
        resident.append(_resident_mb())
        spent.append(time.process_time())  # whatever else the machine does

    look = keras.callbacks.LambdaCallback(on_train_batch_end=look_at)
    fit(plain_network(), watch, look, epochs=40)  # 160 captures
    assert resident[-1] - resident[59] < 3
    seconds = np.diff(spent)
    assert len(captures(tmp_path)) == 161
    assert np.median(seconds[-40:]) < 2 * np.median(seconds[60:100])


def test_nothing_is_computed_where_no_weight_changed(tmp_path):
    drawings, by_epoch = [], []

    class Counting(keras.layers.Layer):
        def call(self, x, training=False):
            if not training:
                tf.py_function(lambda: drawings.append(None), [], [])
            return x

    inputs = keras.Input((16, 16, 3))
    x = keras.layers.Conv2D(4, 3, activation="relu")(Counting()(inputs))
    x = keras.layers.GlobalAveragePooling2D()(x)
    model = keras.Model(inputs, keras.layers.Dense(3)(x))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.0), loss)
    watch = explaining(tmp_path, X[:4], faithfulness=False)
    look = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda *_: by_epoch.append(len(drawings))
    )
    fit(model, watch, look, epochs=3)
    assert by_epoch[0] > 0
    assert len(captures(tmp_path)) == 4
    assert len(drawings) == by_epoch[0]


@pytest.mark.parametrize(("num_images", "is_kept"), [(4, False), (40, True)])
def test_what_was_drawn_to_check_is_the_baseline_where_its_cost_is_known(
    num_images, is_kept
):
    chunks: list[None] = []
    model = _counting(lambda: chunks.append(None))
    images = np.concatenate([X, X, X])[:num_images]
    series = HeatmapSeries(HeatmapRequest(images), "conv")
    series.prepare(model)
    before = len(chunks)
    first = series.draw(model, Slot("grad_cam", 0, 0), Digests())
    assert (len(chunks) == before) is is_kept
    assert (first.cost.picture_s > 0) is is_kept and first.cost.num_computed
    fresh = grad_cam(model, images, layer="conv").maps
    np.testing.assert_allclose(first.results[0].maps, fresh, atol=1e-6)


def test_weights_that_change_after_the_check_are_drawn(tmp_path):
    model = _counting(lambda: None)
    images = np.concatenate([X, X, X])
    series = HeatmapSeries(HeatmapRequest(images), "conv")
    series.prepare(model)
    kernel = model.get_layer("conv").kernel
    kernel.assign(-kernel)
    first = series.draw(model, Slot("grad_cam", 0, 0), Digests())
    fresh = grad_cam(model, images, layer="conv").maps
    np.testing.assert_allclose(first.results[0].maps, fresh, atol=1e-6)
    assert first.cost.picture_s == 0


def _counting(tell) -> keras.Model:
    """Return a network that calls `tell` whenever it is run."""

    class Counting(keras.layers.Layer):
        def call(self, x, training=False):
            tf.py_function(tell, [], [])
            return x

    inputs = keras.Input((16, 16, 3))
    x = keras.layers.Conv2D(4, 3, activation="relu", name="conv")(
        Counting()(inputs)
    )
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(3)(x))


def _resident_mb() -> float:
    pages = int(_STATM.read_text().split()[1])
    return float(np.round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1))
