"""What another process cannot have is refused by name, with the way out."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks import CaptureOptions, FilterPatterns, GradCAM
from kerasviz_callbacks.callbacks.process.model_parcel import (
    pack_model,
    unpack_model,
)
from kerasviz_callbacks.callbacks.process.parcel import (
    pack_callback,
    unpack_callback,
)
from tests.kerasviz_callbacks.networks.training import (
    CLASSES,
    SIZE,
    X,
    Y,
    network,
    plain_network,
)

L = keras.layers
OPTIONS = CaptureOptions(where="process", on_capture=print, weights="averaged")


def doubled(images):
    return images * 2


def in_script(made):
    """Return a function or class as if the script that trains defined it."""
    made.__module__ = "__main__"
    return made


class Halving(L.Layer):
    def call(self, inputs):
        return inputs / 2


def packed(kind, *given, **named):
    return pack_callback(
        kind, (("logs", *given), named), plain_network(), OPTIONS, "/logs"
    )


def test_callback_is_made_as_it_was_but_for_what_stays_behind():
    made = unpack_callback(
        packed(GradCAM, X, Y[:, 0], num_images=4, every=3, verbose=2)
    )
    assert isinstance(made, GradCAM) and made.log_dir == "/logs"
    assert made._options == CaptureOptions()
    assert (made.recorder.budget.share, made._verbose) == (None, 0)


def test_of_many_images_only_the_chosen_ones_go():
    few = packed(GradCAM, X, num_images=2).arguments["images"]
    all_of_them = packed(GradCAM, X, num_images=None).arguments["images"]
    assert len(few) < X[:2].nbytes + 2000 < X.nbytes < len(all_of_them)


def test_dataset_is_read_here_and_once():
    reads = []

    def images():
        reads.append(1)
        yield from X[:4]

    spec = tf.TensorSpec((SIZE, SIZE, 3))
    dataset = tf.data.Dataset.from_generator(images, output_signature=spec)
    made = unpack_callback(packed(GradCAM, dataset.shuffle(4)))
    plan = made.series.prepare(plain_network())
    assert len(plan.image_hashes) == 4
    assert len(reads) == 1


def test_layers_go_by_their_paths():
    model = plain_network()
    layer = model.get_layer("conv1")
    parcel = pack_callback(
        FilterPatterns, (("logs",), {"layers": [layer]}), model, OPTIONS, "/l"
    )
    made = unpack_callback(parcel)
    assert made.series.prepare(plain_network()).paths == ("conv1",)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("preprocess", lambda x: x, "defined inside of a function"),
        ("preprocess", in_script(lambda x: x), "in the script or notebook"),
        ("preprocess", functools.partial(lambda x: x), "inside of a function"),
        ("pool", tf.data.Dataset.from_tensor_slices(X), "Give an array, files"),
    ],
)
def test_argument_that_cannot_go_is_named_with_the_way_out(name, value, why):
    with pytest.raises(TypeError) as refused:
        packed(GradCAM, X[:2], **{name: value})
    words = str(refused.value)
    assert words.startswith(f"{name} must be something that another process")
    assert why in words and "CaptureOptions(where='fit')" in words


def test_function_of_a_module_goes():
    made = unpack_callback(packed(GradCAM, X[:2], preprocess=doubled))
    assert made.series._request.preprocess is doubled


def test_unknown_image_files_are_refused_as_ever(tmp_path):
    with pytest.raises((ValueError, FileNotFoundError), match="absent"):
        packed(GradCAM, [str(tmp_path / "absent.png")])


@pytest.mark.parametrize("build", [network, plain_network])
def test_model_is_built_anew_with_its_loss_and_no_optimizer(build):
    model = build()
    made = unpack_model(pack_model(model, 0))
    assert made is not model and made.optimizer is None
    assert keras.saving.serialize_keras_object(
        made.loss
    ) == keras.saving.serialize_keras_object(model.loss)
    made.set_weights(model.get_weights())
    np.testing.assert_array_equal(made(X[:2]), model(X[:2]))


def test_frozen_model_of_own_layers_and_loss_is_built_anew():
    model = keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            Halving(),
            L.Lambda(lambda x: x + 1),
            L.Conv2D(2, 3, trainable=False),
            L.GlobalAveragePooling2D(),
            L.Dense(CLASSES),
        ]
    )
    model.compile(loss=in_script(lambda y, z: z), metrics=[in_script(doubled)])
    made = unpack_model(pack_model(model, 0))
    made.set_weights(model.get_weights())
    np.testing.assert_array_equal(made(X[:2]), model(X[:2]))


def test_model_of_the_script_is_refused_with_the_way_out():
    layer = in_script(type("Mine", (L.Layer,), {}))
    model = keras.Sequential([keras.Input((4, 4, 1)), layer(), L.Conv2D(1, 1)])
    with pytest.raises(ValueError, match="'Mine' of it is defined in the scr"):
        pack_model(model, 0)


def test_model_without_a_configuration_is_refused_with_the_way_out():
    class Bare(keras.Model):
        def __init__(self, unusual):
            super().__init__()
            self.conv = L.Conv2D(1, 1)

        def call(self, inputs):
            return self.conv(inputs)

    model = Bare(object())
    model(X[:1])
    # An older Keras only finds out where it is built: before training, too.
    with pytest.raises(ValueError, match=r"get_config, or draw in the train"):
        unpack_model(pack_model(model, 0))


def test_model_that_comes_out_otherwise_is_refused():
    parcel = pack_model(plain_network(), 0)
    other = pack_model(network(), 0)
    mixed = type(parcel)(0, parcel.config, parcel.is_compiled, other.weights)
    with pytest.raises(ValueError, match="it comes out with"):
        unpack_model(mixed)
