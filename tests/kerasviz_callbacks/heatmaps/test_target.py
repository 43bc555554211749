"""What is explained, for each kind of output."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks.heatmaps.draw import grad_cam
from kerasviz_callbacks.heatmaps.result import Heatmaps
from tests.kerasviz_callbacks.networks.zoo import images

layers = keras.layers


def test_the_prediction_is_explained_by_default():
    found = grad_cam(_classifier(), images(4))
    np.testing.assert_array_equal(found.targets, found.predictions)
    np.testing.assert_array_equal(
        found.predictions, found.outputs.argmax(axis=1)
    )
    assert (found.score_kind, found.value_kind) == ("logit", "probability")


def test_one_class_is_explained_for_all_images():
    assert grad_cam(_classifier(), images(), target=2).targets.tolist() == [
        2,
        2,
        2,
    ]


def test_a_class_per_image_is_explained():
    found = grad_cam(_classifier(), images(), target=[2, 0, 1])
    assert found.targets.tolist() == [2, 0, 1]


def test_labels_are_explained():
    found = grad_cam(_classifier(), images(), target="label", labels=[0, 2, 1])
    assert found.targets.tolist() == [0, 2, 1]


def test_a_callable_is_explained():
    def margin(outputs: tf.Tensor) -> tf.Tensor:
        return outputs[:, 0] - outputs[:, 1]

    found = grad_cam(_classifier(), images(), target=margin)
    np.testing.assert_allclose(
        found.scores, found.outputs[:, 0] - found.outputs[:, 1], atol=1e-6
    )
    assert found.targets.tolist() == [-1] * 3
    assert (found.predictions >= 0).all()
    assert found.score_kind == "value"


def test_a_callable_gets_all_outputs_where_none_is_named():
    model = _two_headed()
    found = grad_cam(model, images(), target=lambda both: both["size"][:, 0])
    named = grad_cam(model, images(), output="size")
    np.testing.assert_allclose(found.maps, named.maps)
    assert found.outputs.shape == (3, 0)
    assert found.predictions.tolist() == [-1] * 3


def test_several_outputs_have_to_be_named():
    with pytest.raises(ValueError, match=r"2 outputs: 'kind' .* 'size'"):
        grad_cam(_two_headed(), images())
    with pytest.raises(ValueError, match=r"got 'colour'; the model has 'kind'"):
        grad_cam(_two_headed(), images(), output="colour")


def test_an_output_can_be_named_by_its_index():
    by_index = grad_cam(_two_headed(), images(), output=0)
    by_name = grad_cam(_two_headed(), images(), output="kind")
    np.testing.assert_array_equal(by_index.maps, by_name.maps)


def test_a_sigmoid_is_explained_towards_the_predicted_side():
    yes, no = (grad_cam(_binary(bias), images()) for bias in (99.0, -99.0))
    assert yes.predictions.tolist() == yes.targets.tolist() == [1] * 3
    assert no.predictions.tolist() == no.targets.tolist() == [0] * 3
    assert (yes.scores > 0).all()
    assert (no.scores > 0).all()
    assert yes.status == ("ok",) * 3  # all evidence speaks for 1
    assert no.status == ("no_evidence",) * 3
    assert yes.top(2)[0] == [(1, "1", 1.0), (0, "0", 0.0)]


def test_both_sides_of_a_sigmoid_can_be_asked_for():
    against = grad_cam(_binary(0.0), images(), target=0)
    towards = grad_cam(_binary(0.0), images(), target=1)
    np.testing.assert_allclose(against.scores, -towards.scores)


def test_a_regression_is_explained_upwards():
    found = grad_cam(_regression(), images())
    np.testing.assert_allclose(found.scores, found.outputs[:, 0])
    assert found.targets.tolist() == found.predictions.tolist() == [-1] * 3
    assert found.score_kind == found.value_kind == "value"


def test_a_class_of_a_regression_is_refused():
    with pytest.raises(ValueError, match="the output is no set of classes"):
        grad_cam(_regression(), images(), target=0)


def test_a_softmax_by_hand_is_explained_as_a_probability():
    found = grad_cam(_ending(_softmax_by_hand), images())
    assert found.score_kind == found.value_kind == "probability"
    np.testing.assert_allclose(found.scores, found.outputs.max(axis=1))


def test_outputs_trained_as_logits_are_called_so():
    model = _ending(lambda x: x)
    assert grad_cam(model, images()).score_kind == "value"
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss)
    assert grad_cam(model, images()).score_kind == "logit"


def test_a_segmentation_is_explained_over_the_region_of_a_class():
    model, fed = _segmentation("softmax"), images()
    found = grad_cam(model, fed, target=1)
    probabilities = model(fed, training=False).numpy()
    logits = _logits(model, fed)
    region = probabilities.argmax(axis=-1) == 1
    np.testing.assert_allclose(
        found.scores, (logits[..., 1] * region).sum(axis=(1, 2)), rtol=1e-4
    )
    np.testing.assert_allclose(
        found.outputs, probabilities.mean(axis=(1, 2)), rtol=1e-5
    )


def test_a_segmentation_predicts_the_class_with_the_most_pixels():
    model, fed = _segmentation("softmax"), images()
    found = grad_cam(model, fed)
    labels = model(fed, training=False).numpy().argmax(axis=-1)
    most = [np.bincount(image.ravel()).argmax() for image in labels]
    assert found.predictions.tolist() == found.targets.tolist() == most


def test_pixels_that_may_not_be_classes_need_a_class_named():
    model = _segmentation(None)
    with pytest.raises(ValueError, match="3 numbers per pixel"):
        grad_cam(model, images())
    assert _is_explained(grad_cam(model, images(), target=0))


def test_a_mask_is_explained_over_its_foreground():
    model, fed = _segmentation("sigmoid", 1), images()
    found = grad_cam(model, fed)
    logits = _logits(model, fed)[..., 0]
    expected = np.where(logits > 0, logits, 0).sum(axis=(1, 2))
    assert found.targets.tolist() == [1] * 3
    np.testing.assert_allclose(found.scores, expected, rtol=1e-4)


def test_an_output_of_another_shape_needs_a_callable():
    inputs = keras.Input((20, 20, 3))
    x = layers.Conv2D(4, 3, name="conv")(inputs)
    model = keras.Model(inputs, layers.Reshape((18, 72))(x))
    with pytest.raises(ValueError, match=r"\(None, 18, 72\).* a callable"):
        grad_cam(model, images())
    found = grad_cam(model, images(), target=lambda y: y[:, 0, 0])
    assert found.outputs.shape == (3, 0)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (7, "from 0 to 3 — got 7"),
        ([0, 1], "one index per image"),
        (-2, "one index per image"),
        (1.5, "one index per image"),
        ("dog", "got 'dog'"),
        ("label", "needs the labels"),
        (lambda outputs: outputs, r"shape \(n,\) — got \(None, 4\)"),
        (lambda outputs: 3.0, "got 3.0"),
    ],
)
def test_a_target_that_is_none_is_refused(target, message):
    with pytest.raises(ValueError, match=message):
        grad_cam(_classifier(), images(), target=target)


def _is_explained(found: Heatmaps) -> bool:
    return np.isfinite(found.scores).all() and (found.maps >= 0).all()


def _softmax_by_hand(x: tf.Tensor) -> tf.Tensor:
    return tf.exp(x) / tf.reduce_sum(tf.exp(x), -1, keepdims=True)


def _features(inputs):
    conv = layers.Conv2D(
        4, 3, activation="relu", kernel_initializer=_kernel(0), name="conv"
    )
    return layers.GlobalAveragePooling2D()(conv(inputs))


def _kernel(seed: int) -> keras.Initializer:
    return keras.initializers.HeNormal(seed)


def _classifier() -> keras.Model:
    inputs = keras.Input((20, 20, 3))
    dense = layers.Dense(4, activation="softmax", kernel_initializer=_kernel(1))
    return keras.Model(inputs, dense(_features(inputs)))


def _ending(function) -> keras.Model:
    inputs = keras.Input((20, 20, 3))
    x = layers.Dense(4, kernel_initializer=_kernel(1))(_features(inputs))
    return keras.Model(inputs, layers.Lambda(function)(x))


def _two_headed() -> keras.Model:
    inputs = keras.Input((20, 20, 3))
    x = _features(inputs)
    kind = layers.Dense(4, activation="softmax", kernel_initializer=_kernel(1))
    size = layers.Dense(1, kernel_initializer=_kernel(2))
    return keras.Model(inputs, {"kind": kind(x), "size": size(x)})


def _binary(bias: float) -> keras.Model:
    inputs = keras.Input((20, 20, 3))
    dense = layers.Dense(
        1,
        activation="sigmoid",
        kernel_initializer="ones",
        bias_initializer=keras.initializers.Constant(bias),
    )
    return keras.Model(inputs, dense(_features(inputs)))


def _regression() -> keras.Model:
    inputs = keras.Input((20, 20, 3))
    return keras.Model(inputs, layers.Dense(1)(_features(inputs)))


def _segmentation(activation: str | None, channels: int = 3) -> keras.Model:
    inputs = keras.Input((20, 20, 3))
    x = layers.Conv2D(
        8, 3, padding="same", activation="relu", kernel_initializer=_kernel(0)
    )(inputs)
    head = layers.Conv2D(
        channels,
        1,
        activation=activation,
        kernel_initializer=_kernel(2),
        name="head",
    )
    return keras.Model(inputs, head(x))


def _logits(model: keras.Model, fed: np.ndarray) -> np.ndarray:
    head = model.get_layer("head")
    before = keras.Model(model.input, head.input)
    return before(fed).numpy() @ head.kernel.numpy()[0, 0] + head.bias.numpy()


NAMES = {"cat": 0, "dog": 1, "label": 2, "bird": 3}


def test_a_class_may_be_called_by_its_name():
    named = grad_cam(_classifier(), images(), target="dog", class_names=NAMES)
    by_index = grad_cam(_classifier(), images(), target=1)
    np.testing.assert_array_equal(named.maps, by_index.maps)
    assert named.row_target == by_index.row_target


def test_a_word_comes_before_a_name():
    found = grad_cam(
        _classifier(), images(), [0, 1, 0], target="label", class_names=NAMES
    )
    assert found.targets.tolist() == [0, 1, 0]


def test_names_work_in_lists():
    options = {"class_names": NAMES, "labels": [0, 1, 0]}
    several = grad_cam(
        _classifier(), images(), target=["dog", "cat"], **options
    )
    assert several.targets.tolist() == [1, 0] * 3
    per_image = [["dog"], ["cat"], ["dog", "cat"]]
    nested = grad_cam(_classifier(), images(), target=per_image, **options)
    assert nested.targets.tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize(
    ("target", "names", "said"),
    [
        ("dogg", NAMES, "Did you mean 'dog'"),
        ("mistake", None, "Did you mean 'mistakes'"),
        ("dog", None, "class_names= lets a class be called"),
        ("a", ["a", "a", "b"], "Several classes have that name"),
    ],
)
def test_a_name_that_is_not_there_says_what_is_near(target, names, said):
    with pytest.raises(ValueError, match=said):
        grad_cam(_classifier(), images(), target=target, class_names=names)
