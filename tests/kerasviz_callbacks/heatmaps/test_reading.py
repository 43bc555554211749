"""What an output is taken for: its loss is asked before its shape."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import GradCAM, grad_cam
from tests.kerasviz_callbacks.logs.written import captures
from tests.kerasviz_callbacks.networks.zoo import images

L = keras.layers
FED = images(4)
FROM_LOGITS = {"from_logits": True}

OF_TWO_SIDES = [
    keras.losses.BinaryCrossentropy(**FROM_LOGITS),
    keras.losses.BinaryFocalCrossentropy(**FROM_LOGITS),
    keras.losses.Hinge(),
    functools.partial(keras.losses.binary_crossentropy, **FROM_LOGITS),
    tf.nn.sigmoid_cross_entropy_with_logits,
]


@pytest.mark.parametrize("loss", OF_TWO_SIDES)
def test_one_number_of_two_sides_is_evidence_for_the_predicted_side(loss):
    model = _split_model(loss)
    found = grad_cam(model, FED, labels=[0, 1, 0, 1], class_names=["no", "yes"])
    logits = found.outputs[:, 0]
    predicted = (logits >= 0).astype(int)
    assert set(predicted) == {0, 1}
    assert found.predictions.tolist() == found.targets.tolist()
    np.testing.assert_array_equal(found.predictions, predicted)
    np.testing.assert_allclose(found.scores, np.abs(logits))
    np.testing.assert_allclose(
        found.maps, _maps_of_side(model, predicted), rtol=1e-4, atol=1e-7
    )
    assert [best[0][1] for best in found.top(1)] == [
        ("no", "yes")[side] for side in predicted
    ]


def test_labels_of_one_logit_are_explained():
    found = grad_cam(
        _split_model(OF_TWO_SIDES[0]), FED, labels=[0, 1, 1, 0], target="label"
    )
    assert found.targets.tolist() == [0, 1, 1, 0]
    assert found.score_kind == found.value_kind == "logit"


def test_one_probability_without_a_sigmoid_is_split_at_a_half():
    by_hand = L.Lambda(lambda x: 1 / (1 + tf.exp(-x)))
    model = _split_model("binary_crossentropy", by_hand)
    found = grad_cam(model, FED)
    shares = found.outputs[:, 0]
    np.testing.assert_array_equal(found.predictions, shares >= 0.5)
    np.testing.assert_allclose(
        found.scores, np.maximum(shares, 1 - shares), rtol=1e-5
    )
    assert found.score_kind == found.value_kind == "probability"


def test_numbers_with_a_loss_on_logits_are_classes():
    loss = keras.losses.CategoricalCrossentropy(**FROM_LOGITS)
    found = grad_cam(_network(L.Dense(4), loss), FED)
    assert found.row_target == ("predicted class",) * 4
    assert found.score_kind == found.value_kind == "logit"


@pytest.mark.parametrize("loss", ["mse", "mae", "huber", "cosine_similarity"])
@pytest.mark.parametrize("activation", [None, "sigmoid", "relu"])
def test_values_have_no_predicted_class(loss, activation):
    model = _network(L.Dense(4, activation=activation, name="box"), loss)
    with pytest.raises(
        ValueError, match=r"'box', \(None, 4\), is trained with"
    ):
        grad_cam(model, FED)
    for target in ("label", "against", "margin"):
        with pytest.raises(ValueError, match=r"no (s|set)|one score per class"):
            grad_cam(model, FED, target=target, labels=[0, 1, 2, 3])


def test_a_value_is_explained_by_its_index():
    model = _network(L.Dense(4, name="box"), "mse")
    found = grad_cam(model, FED, target=2)
    assert found.row_target == ("value 2",) * 4
    assert found.targets.tolist() == found.predictions.tolist() == [-1] * 4
    np.testing.assert_allclose(found.scores, found.outputs[:, 2])
    assert found.top() == [[]] * 4
    several = grad_cam(model, FED, target=[[0, 1]] * 4)
    assert several.row_target == ("value 0", "value 1") * 4
    with pytest.raises(ValueError, match="from 0 to 3 — got 4"):
        grad_cam(model, FED, target=4)


def test_one_value_is_not_called_a_class():
    found = grad_cam(_network(L.Dense(1, activation="sigmoid"), "mse"), FED)
    assert found.row_target == ("value",) * 4
    np.testing.assert_allclose(found.scores, found.outputs[:, 0])
    assert found.predictions.tolist() == [-1] * 4


def test_a_softmax_is_of_classes_whatever_it_is_trained_with():
    model = _network(L.Dense(4, activation="softmax"), "mse")
    assert (grad_cam(model, FED).predictions >= 0).all()


@pytest.mark.parametrize(
    "ending",
    [
        lambda: [],
        lambda: [L.Dense(8, activation="relu")],
        lambda: [L.Dense(8), L.UnitNormalization()],
        lambda: [L.Dense(8), L.Lambda(lambda x: tf.math.l2_normalize(x, -1))],
    ],
    ids=["pooled", "rectified", "unit", "l2"],
)
def test_features_without_a_loss_have_no_predicted_class(ending):
    model = _network(*ending())
    with pytest.raises(ValueError, match="features have no predicted class"):
        grad_cam(model, FED)
    assert grad_cam(model, FED, target=1).targets.tolist() == [1] * 4


@pytest.mark.parametrize(
    ("last", "taken"),
    [
        (L.Dense(4), "scores of 4 classes"),
        (L.Dense(1), "a value, and no class"),
        (L.Dense(1, activation="sigmoid"), "the probability of class 1"),
    ],
)
def test_a_guess_is_said(last, taken, caplog):
    model = _network(last)
    grad_cam(model, FED)
    assert f"is taken for {taken}" in caplog.text


def test_a_softmax_or_names_of_classes_are_no_guess(caplog):
    grad_cam(_network(L.Dense(4, activation="softmax")), FED)
    grad_cam(_network(L.Dense(4)), FED, class_names=list("abcd"))
    assert "taken for" not in caplog.text


@pytest.mark.parametrize("loss", ["mse", "mae", None, "binary_crossentropy"])
def test_an_image_that_is_reconstructed_is_no_segmentation(loss):
    model = _decoder(3, "sigmoid", loss)
    with pytest.raises(ValueError, match=r"'decoded'.*one score per image"):
        grad_cam(model, FED)

    def error(outputs: tf.Tensor) -> tf.Tensor:
        return tf.reduce_mean(tf.square(outputs - FED), [1, 2, 3])

    assert grad_cam(model, FED, target=error).row_target == ("error",) * 4


def test_values_of_pixels_cannot_be_named_as_classes():
    with pytest.raises(ValueError, match="gives values and no scores"):
        grad_cam(_decoder(3, "sigmoid", "mse"), FED, target=1)


@pytest.mark.parametrize(
    ("channels", "loss"),
    [
        (5, keras.losses.CategoricalCrossentropy(**FROM_LOGITS)),
        (3, keras.losses.SparseCategoricalCrossentropy(**FROM_LOGITS)),
        (1, keras.losses.BinaryCrossentropy(**FROM_LOGITS)),
        (5, keras.losses.Dice()),
    ],
)
def test_pixels_with_a_loss_of_classes_need_no_class_named(channels, loss):
    found = grad_cam(_decoder(channels, None, loss), FED)
    assert (found.predictions >= 0).all()


def test_the_loss_of_the_explained_output_is_asked():
    inputs = keras.Input((20, 20, 3))
    x = _features(inputs)
    model = keras.Model(inputs, {"kind": L.Dense(4)(x), "box": L.Dense(4)(x)})
    loss = keras.losses.CategoricalCrossentropy(**FROM_LOGITS)
    model.compile("sgd", {"kind": loss, "box": "mse"})
    found = grad_cam(model, FED, output="kind")
    assert (found.output, found.score_kind) == ("kind", "logit")
    with pytest.raises(ValueError, match="mean_squared_error"):
        grad_cam(model, FED, output="box")


def test_the_losses_of_a_list_of_outputs_are_in_its_order():
    inputs = keras.Input((20, 20, 3))
    x = _features(inputs)
    model = keras.Model(
        inputs, [L.Dense(4, name="kind")(x), L.Dense(4, name="box")(x)]
    )
    model.compile("sgd", ["categorical_crossentropy", "mse"])
    assert grad_cam(model, FED, output=0).output == "kind"
    with pytest.raises(ValueError, match="mean_squared_error"):
        grad_cam(model, FED, output=1)


def test_the_record_names_the_output(tmp_path):
    model = _split_model(OF_TWO_SIDES[0])
    callback = GradCAM(
        tmp_path,
        FED,
        [0, 1, 0, 1],
        class_names=["no", "yes"],
        verbose=0,
        budget=None,
    )
    model.fit(FED, np.float32([[0], [1], [0], [1]]), callbacks=[callback])
    first = captures(tmp_path)[0].outcome
    assert first.output == "last"
    assert set(first.prediction) == {0, 1}
    assert first.value_kind == "logit"
    assert all(value >= 0 for value in first.value)


def _features(inputs):
    conv = L.Conv2D(
        8,
        3,
        activation="relu",
        kernel_initializer=keras.initializers.HeNormal(0),
        name="conv",
    )
    return L.GlobalAveragePooling2D()(conv(inputs))


def _network(*rest) -> keras.Model:
    """Return a network of these last layers, compiled with the loss if any."""
    inputs = keras.Input((20, 20, 3))
    x, loss = _features(inputs), None
    for each in rest:
        if isinstance(each, L.Layer):
            x = each(x)
        else:
            loss = each
    model = keras.Model(inputs, x)
    if loss is not None:
        model.compile("sgd", loss)
    return model


def _split_model(loss, last=None) -> keras.Model:
    """Return a network of one number that is negative for half the images."""
    inputs = keras.Input((20, 20, 3))
    kernel = keras.initializers.HeNormal(1)
    dense = L.Dense(1, kernel_initializer=kernel, name="last")
    x = dense(_features(inputs))
    model = keras.Model(inputs, x if last is None else last(x))
    half = np.median(keras.Model(inputs, x)(FED))
    dense.bias.assign([-half])
    model.compile("sgd", loss)
    return model


def _maps_of_side(model: keras.Model, sides: np.ndarray) -> np.ndarray:
    """Return Grad-CAM of each image's side, by hand."""
    conv = keras.Model(model.input, model.get_layer("conv").output)(FED)
    kernel = model.get_layer("last").kernel[:, 0] / (18 * 18)
    evidence = tf.reduce_sum(conv * kernel, -1).numpy()
    sign = np.where(sides == 1, 1, -1)[:, None, None]
    return np.maximum(sign * evidence, 0)


def _decoder(channels: int, activation: str | None, loss) -> keras.Model:
    inputs = keras.Input((20, 20, 3))
    x = L.Conv2D(4, 3, padding="same", activation="relu")(inputs)
    last = L.Conv2D(
        channels, 3, padding="same", activation=activation, name="decoded"
    )
    model = keras.Model(inputs, last(x))
    if loss is not None:
        model.compile("sgd", loss)
    return model
