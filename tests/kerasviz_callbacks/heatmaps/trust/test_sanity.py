"""Whether maps depend on the weights, on copies of them."""

import logging

import keras
import numpy as np
import pytest

from kerasviz_callbacks import CaptureOptions, GradCAM, grad_cam
from kerasviz_callbacks.heatmaps.measures import rank_correlation
from kerasviz_callbacks.heatmaps.preparation import (
    HeatmapRequest,
    PreparedHeatmaps,
    prepare_heatmaps,
)
from kerasviz_callbacks.heatmaps.trust.sanity import (
    ShuffledWeights,
    head_weights,
    sanity_check,
)
from tests.kerasviz_callbacks.logs.written import all_steps, captures
from tests.kerasviz_callbacks.networks import zoo
from tests.kerasviz_callbacks.networks.training import (
    X,
    Y,
    fit,
    plain_network,
)
from tests.kerasviz_callbacks.networks.zoo import images

L = keras.layers
FED = images(6)


def test_maps_with_copied_weights_are_the_live_ones():
    specimen = zoo.functional()
    engine = _prepared(specimen).engine
    copies = ShuffledWeights(specimen.model.weights, 0)
    twin = engine.with_weights(copies.pairs)
    np.testing.assert_array_equal(
        twin(FED).maps["conv2"], engine(FED).maps["conv2"]
    )


@pytest.mark.parametrize(
    "build",
    [zoo.functional, zoo.backbone, zoo.subclassed_before_use, zoo.shared_layer],
    ids=lambda build: build.__name__,
)
def test_shuffled_copies_give_the_maps_of_a_shuffled_model(build):
    specimen = build()
    prepared = _prepared(specimen)
    copies = ShuffledWeights(specimen.model.weights, 3)
    twin = prepared.engine.with_weights(copies.pairs)
    copies.shuffle(specimen.model.weights)
    classes = np.arange(6) % 4
    found = twin(FED, classes).maps[specimen.layer]
    for variable, copy in copies.pairs:
        variable.assign(copy.numpy())
    expected = grad_cam(
        specimen.model, FED, layer=specimen.layer, target=classes
    )
    np.testing.assert_allclose(found, expected.maps, rtol=1e-4, atol=1e-5)


def test_shuffling_keeps_the_entries_of_each_weight():
    variables = zoo.functional().model.weights
    copies = ShuffledWeights(variables, 0)
    copies.shuffle(variables[:2])
    for index, (variable, copy) in enumerate(copies.pairs):
        before, after = variable.numpy(), copy.numpy()
        np.testing.assert_array_equal(
            np.sort(before, axis=None), np.sort(after, axis=None)
        )
        is_same = np.array_equal(before, after)
        assert is_same == (index >= 2), variable.path


def test_the_live_model_is_not_touched():
    model = zoo.functional().model
    before = [weight.copy() for weight in model.get_weights()]
    sanity_check(model, FED)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_head_is_what_is_called_after_the_layer():
    model = zoo.functional().model
    prepared = _prepared(zoo.Specimen(model, "conv1", None))
    head = _head(prepared)
    below = {id(v) for v in model.get_layer("conv1").weights}
    expected = [v.path for v in model.weights if id(v) not in below]
    assert sorted(v.path for v in head) == sorted(expected)


def test_head_of_a_backbone_reaches_beyond_it():
    specimen = zoo.backbone()
    prepared = _prepared(specimen)
    head = _head(prepared)
    assert {v.path for v in specimen.model.get_layer("top").weights} <= {
        v.path for v in head
    }


def test_maps_are_compared_for_the_very_classes():
    model = zoo.functional().model
    found = sanity_check(model, FED, layers="conv2", seed=1)
    now = grad_cam(model, FED, layer="conv2")
    copies = ShuffledWeights(model.weights, 1)
    copies.shuffle(model.weights)
    for variable, copy in copies.pairs:
        variable.assign(copy.numpy())
    then = grad_cam(model, FED, layer="conv2", target=now.targets)
    expected = rank_correlation(now.maps, then.maps)
    np.testing.assert_allclose(found.weights["conv2"], expected, atol=1e-3)


def test_one_of_several_outputs_is_checked():
    specimen = zoo.several_outputs()
    found = sanity_check(
        specimen.model, FED, layers=specimen.layer, output=specimen.output
    )
    assert found.depends_on_weights(specimen.layer)


def test_a_map_that_shows_the_image_is_told():
    inputs = keras.Input((20, 20, 3))
    conv = L.Conv2D(1, 1, kernel_initializer="ones", name="copy")
    pooled = L.GlobalAveragePooling2D()(conv(inputs))
    outputs = L.Dense(1, kernel_initializer="ones")(pooled)
    model = keras.Model(inputs, outputs)
    found = sanity_check(model, FED, layers="copy")  # the sum of the colours
    assert not found.depends_on_weights("copy")
    assert "hardly depend on the weights" in found.sentence("copy")
    np.testing.assert_allclose(found.weights["copy"], 1)


def test_a_map_that_vanishes_depends():
    model = zoo.functional().model
    found = sanity_check(model, FED)
    lost = {"conv2": np.full(6, np.nan)}
    vanished = type(found)(lost, lost)
    assert vanished.depends_on_weights("conv2")
    assert "no map is left" in vanished.sentence("conv2")


def test_the_cost_is_said_before_the_first_batch(tmp_path, capsys):
    said = []
    look = keras.callbacks.LambdaCallback(
        on_train_batch_begin=lambda *_, **__: said.append(
            capsys.readouterr().out
        )
    )
    fit(
        plain_network(),
        GradCAM(tmp_path, X[:3], options=CaptureOptions(sanity_check=True)),
        look,
    )
    assert "a sanity check at the end (a trace, three more draw" in said[0]
    assert "MB of memory" in said[0]


def test_the_cost_is_logged_before_the_check(caplog):
    with caplog.at_level(logging.INFO):
        sanity_check(zoo.functional().model, FED)
    assert "a sanity check: a trace, three more drawings" in caplog.text


def test_record_tells_it_at_the_end_without_pictures(tmp_path):
    options = CaptureOptions(sanity_check=True, on_error="raise")
    callback = GradCAM(tmp_path, X[:3], Y[:3, 0], budget=None, options=options)
    fit(plain_network(), callback)
    *before, last = captures(tmp_path)
    assert (last.reason, last.step) == ("sanity check", 9)
    assert "rank correlation" in last.notes[0]
    assert set(last.maps[0].origin) == {"unchanged"}
    assert last.maps[0].origin_step == (8, 8, 8)
    name = "rank_correlation_shuffled_weights"
    assert len(last.maps[0].measures[name]) == 3
    assert all(name not in c.maps[0].measures for c in before)
    assert all_steps(tmp_path, "python")["kerasviz/grad_cam/conv2"] == [0, 4, 8]


def test_training_again_after_the_check_goes_on(tmp_path):
    model = plain_network()
    callback = GradCAM(
        tmp_path,
        X[:3],
        verbose=0,
        budget=None,
        options=CaptureOptions(sanity_check=True, on_error="raise"),
    )
    fit(model, callback, epochs=1)
    fit(model, callback, epochs=1)
    told = [(c.step, c.reason) for c in captures(tmp_path)]
    assert [reason for _, reason in told] == [
        "baseline",
        "schedule",
        "sanity check",
        "schedule",
        "sanity check",
    ]


def _prepared(specimen: zoo.Specimen):
    return prepare_heatmaps(
        specimen.model, HeatmapRequest(FED), [specimen.layer]
    )


def _head(prepared: PreparedHeatmaps) -> tuple:
    drawn = [one.located for one in prepared.engine.maps]
    return head_weights(prepared.engine.task.probe, drawn)
