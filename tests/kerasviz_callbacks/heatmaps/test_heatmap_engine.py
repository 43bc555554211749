"""The engine of heatmaps against an independent reference."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import grad_cam
from kerasviz_callbacks.heatmaps import engine as heatmap_engine
from kerasviz_callbacks.heatmaps.engine import HeatmapEngine
from kerasviz_callbacks.heatmaps.question import HeatmapTask
from kerasviz_callbacks.model.input import model_input
from kerasviz_callbacks.model.layers import find_layer
from kerasviz_callbacks.model.maps import ImageMap, MapCut
from kerasviz_callbacks.model.probe import probe_model
from kerasviz_callbacks.model.tap import TapError
from tests.kerasviz_callbacks.networks import zoo
from tests.kerasviz_callbacks.networks.heatmap_reference import (
    assert_close,
    engine_for,
    reference_maps,
)
from tests.kerasviz_callbacks.networks.zoo import CLASSES, images

layers = keras.layers


def test_classes_wanted_per_image_are_explained_per_image():
    specimen, fed = zoo.functional(), images(4)
    wanted = np.array([0, 1, 2, 3])
    batch = engine_for(specimen, fed)(fed, wanted)
    expected = reference_maps(specimen, fed, wanted)
    assert_close(batch.maps["conv2"], expected, 1e-5)
    assert batch.targets.tolist() == [0, 1, 2, 3]


def test_a_batch_gives_what_single_images_give():
    specimen, fed = zoo.backbone(), images(5)
    engine = engine_for(specimen, fed)
    together = engine(fed).maps[specimen.layer]
    alone = [engine(fed[i : i + 1]).maps[specimen.layer] for i in range(5)]
    assert_close(together, np.concatenate(alone), 1e-6)


def test_chunks_give_what_one_batch_gives(monkeypatch):
    specimen, fed = zoo.functional(), images(7)
    engine = engine_for(specimen, fed)
    whole = engine(fed)
    monkeypatch.setattr(heatmap_engine, "IMAGES_PER_CHUNK", 3)
    cut = engine(fed)
    assert_close(cut.maps["conv2"], whole.maps["conv2"], 1e-6)
    assert cut.predictions.shape == cut.scores.shape == (7,)
    assert cut.outputs.shape == (7, CLASSES)


def test_several_layers_give_what_each_gives_alone():
    specimen, fed = zoo.functional(), images()
    paths = ["conv2", "conv1", "norm1"]
    together = _engine(specimen.model, paths, fed)(fed)
    assert list(together.maps) == paths
    for path in paths:
        alone = _engine(specimen.model, [path], fed)(fed)
        assert_close(together.maps[path], alone.maps[path], 1e-6)


def test_scaling_the_logits_leaves_the_shape_of_the_map():
    specimen, fed = zoo.functional(), images()
    engine = engine_for(specimen, fed)
    before = engine(fed)
    for variable in specimen.model.get_layer("top").weights:
        variable.assign(10 * variable)
    after = engine(fed)
    assert_close(after.maps["conv2"], 10 * before.maps["conv2"], 1e-5)
    np.testing.assert_allclose(after.scores, 10 * before.scores, rtol=1e-5)


def test_a_confident_prediction_still_has_its_map():
    specimen, fed = zoo.functional(), images()
    for variable in specimen.model.get_layer("top").weights:
        variable.assign(2000 * variable)
    batch = engine_for(specimen, fed)(fed)
    assert (batch.outputs.max(axis=1) == 1).all()
    assert_close(batch.maps["conv2"], reference_maps(specimen, fed), 1e-5)


def test_zero_gradient_is_no_evidence():
    specimen, fed = zoo.functional(), images()
    specimen.model.get_layer("top").kernel.assign(np.zeros((8, CLASSES)))
    batch = engine_for(specimen, fed)(fed)
    assert batch.status["conv2"] == ("no_evidence",) * 3
    assert (batch.maps["conv2"] == 0).all()


def test_an_image_without_evidence_does_not_touch_the_others():
    specimen, fed = zoo.functional(), images()
    kernel = np.zeros((8, CLASSES), "float32")
    kernel[:, 0], kernel[:, 1] = -1, 1
    specimen.model.get_layer("top").kernel.assign(kernel)
    batch = engine_for(specimen, fed)(fed, np.array([0, 1, 0]))
    assert batch.status["conv2"] == ("no_evidence", "ok", "no_evidence")


def test_weights_that_are_nan_give_maps_that_are_nan():
    specimen, fed = zoo.functional(), images()
    engine = engine_for(specimen, fed)
    specimen.model.get_layer("top").bias.assign(np.full(CLASSES, np.nan))
    batch = engine(fed)
    assert batch.status["conv2"] == ("not_finite",) * 3
    assert batch.predictions.tolist() == batch.targets.tolist() == [-1] * 3


def test_half_precision_does_not_lose_small_gradients():
    specimen, fed = zoo.mixed_float16(), images()
    top = specimen.model.get_layer("top")
    top.kernel.assign(3e-5 * top.kernel)  # over 100 positions: below 6e-8
    batch = engine_for(specimen, fed)(fed)
    expected = reference_maps(specimen, fed, batch.targets)
    assert_close(batch.maps["conv2"], expected, specimen.tolerance)


def test_half_precision_gradients_that_overflow_are_done_again():
    model, fed = _half_with_large_gradients(), images()
    batch = _engine(model, ["conv"], fed)(fed)
    # d score / d activation = 100 everywhere: 1024 times that is infinite
    activation = model.get_layer("conv")(fed).numpy().astype("float32")
    expected = np.maximum(activation.sum(axis=-1) * 100, 0)
    assert batch.status["conv"] == ("ok",) * 3
    assert_close(batch.maps["conv"], expected, 1e-2)


def test_channels_first_gives_the_map_of_channels_last():
    fed = images()[:, :, :18]
    last, first = _twins()
    expected = _engine(last, ["conv"], fed)(fed)
    found = _engine(first, ["conv"], fed)(fed)
    assert found.maps["conv"].shape == (3, 18, 16)
    assert_close(found.maps["conv"], expected.maps["conv"], 1e-5)


def test_a_tower_is_explained_where_it_sees_the_named_image():
    specimen, fed = zoo.siamese(), images()
    others = {"left": np.repeat(specimen.others["left"], 3, axis=0)}
    right = engine_for(specimen, fed)(fed, others=others)
    expected = reference_maps(specimen, fed, right.targets)
    assert_close(right.maps[specimen.layer], expected, 1e-5)


def test_a_layer_of_another_input_is_refused():
    left, right = (keras.Input((20, 20, 3), name=n) for n in ("left", "right"))
    one = layers.Conv2D(4, 3, name="one")(left)
    two = layers.Conv2D(4, 3, name="two")(right)
    pooled = layers.GlobalAveragePooling2D()(one * two)
    model = keras.Model([left, right], layers.Dense(3)(pooled))
    with pytest.raises(TapError, match="'one' does not see the image"):
        _engine(model, ["one"], images(), input="right")


def test_a_layer_beside_the_chosen_output_is_refused():
    inputs = keras.Input((20, 20, 3))
    x = layers.Conv2D(4, 3, name="trunk")(inputs)
    side = layers.Conv2D(4, 3, name="side")(x)
    heads = [layers.GlobalAveragePooling2D()(y) for y in (x, side)]
    model = keras.Model(inputs, heads)
    with pytest.raises(TapError, match=r"does not depend on.* 'side'"):
        _engine(model, ["side"], images(), output=0)


def test_a_layer_that_answers_no_picture_is_refused():
    model = zoo.functional().model
    with pytest.raises(
        ValueError, match=r"'top' outputs shape \(None, 4.*Take"
    ):
        grad_cam(model, images(), layer="top")


def test_a_layer_that_answers_per_frame_is_refused():
    inputs = keras.Input((20, 20, 3))
    frames = layers.Reshape((2, 10, 20, 3))(inputs)
    conv = layers.Conv2D(4, 3, name="conv")
    by_frame = layers.Lambda(lambda x: tf.reshape(x, (-1, 10, 20, 3)))
    x = layers.Lambda(lambda x: tf.reshape(x, (-1, 2, 8 * 18 * 4)))(
        conv(by_frame(frames))
    )
    model = keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x)))
    engine = _engine(model, ["conv"], images(4))
    with pytest.raises(ValueError, match="one feature map per image"):
        engine(images(4))


def _engine(
    model: keras.Model,
    paths: list[str],
    fed: np.ndarray,
    input: str | None = None,
    **options,
) -> HeatmapEngine:
    spec = model_input(model, input, fed.shape[1:])
    probe = probe_model(model, spec, fed.shape[1:])
    chosen = [MapCut((ImageMap(find_layer(model, path)),)) for path in paths]
    return HeatmapEngine(HeatmapTask(probe, chosen, **options))


def _half_with_large_gradients() -> keras.Model:
    inputs = keras.Input((20, 20, 3))
    policy = keras.DTypePolicy("mixed_float16")
    conv = layers.Conv2D(
        4, 3, dtype=policy, kernel_initializer="ones", name="conv"
    )
    x = conv(inputs)
    x = layers.Lambda(lambda a: tf.reduce_sum(a, [1, 2, 3])[:, None])(x)
    outputs = layers.Rescaling(100.0, dtype="float32")(x)
    return keras.Model(inputs, outputs)


def _twins() -> tuple[keras.Model, keras.Model]:
    models = []
    for order in ("channels_last", "channels_first"):
        shape = (20, 18, 3) if order == "channels_last" else (3, 20, 18)
        models.append(
            keras.Sequential(
                [
                    keras.Input(shape),
                    layers.Conv2D(4, 3, data_format=order, name="conv"),
                    layers.GlobalAveragePooling2D(data_format=order),
                    layers.Dense(3, activation="softmax"),
                ]
            )
        )
    models[1].set_weights(models[0].get_weights())
    return models[0], models[1]
