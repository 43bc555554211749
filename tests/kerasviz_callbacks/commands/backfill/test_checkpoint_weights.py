"""A checkpoint of any kind gives its weights, or is refused as a whole."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasviz_callbacks.commands.backfill.checkpoints.content import (
    optimizer_steps,
)
from kerasviz_callbacks.commands.backfill.checkpoints.files import (
    find_checkpoints,
)
from kerasviz_callbacks.commands.backfill.checkpoints.weights import (
    CheckpointLoader,
    OtherModelError,
    UnreadableCheckpointError,
)
from tests.kerasviz_callbacks.logs.finished_run import other_network
from tests.kerasviz_callbacks.networks.training import CLASSES, X, fit, network

L = keras.layers
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ impl:DeprecationWarning"  # of Keras, as it saves
)


def attribute(name):
    """Return what saves a model as that attribute of a checkpoint."""

    def save(model, path):
        step = tf.Variable(7, name="my_step")
        tf.train.Checkpoint(**{name: model}, my_step=step).save(path)

    return save


def with_optimizer(model, path):
    tf.train.Checkpoint(net=model, optimizer=model.optimizer).save(path)


SAVERS = {
    "w.weights.h5": lambda model, path: model.save_weights(path),
    "w.keras": lambda model, path: model.save(path),
    "w.h5": lambda model, path: model.save(path),
    "itself": lambda model, path: tf.train.Checkpoint(model).save(path),
    "model": attribute("model"),
    "net": with_optimizer,
    "anything": attribute("anything"),
}


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv = L.Conv2D(4, 3, name="conv1")
        self.pool = L.GlobalAveragePooling2D()
        self.head = L.Dense(CLASSES)

    def call(self, x):
        return self.head(self.pool(self.conv(x)))


def subclassed():
    model = Subclassed()
    model(X[:1])
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


def saved(folder, name, model):
    """Save the model and return what is found."""
    SAVERS[name](model, str(folder / name))
    [found] = find_checkpoints([str(folder / f"{name}*")])
    return found


def load(checkpoint, model):
    model.optimizer = None
    CheckpointLoader(model).load(checkpoint)


BUILDERS = {"network": network, "subclassed": subclassed}


@pytest.fixture(scope="module")
def trained():
    """Each model after three epochs of four steps; it is only saved."""
    models = {name: build() for name, build in BUILDERS.items()}
    for model in models.values():
        fit(model, epochs=3)
    return models


@pytest.mark.parametrize("kind", BUILDERS)
@pytest.mark.parametrize("name", [n for n in SAVERS if n != "w.h5"])
def test_weights_of_a_checkpoint_are_those_that_were_saved(
    tmp_path, name, kind, trained
):
    model, other = trained[kind], BUILDERS[kind]()
    load(saved(tmp_path, name, model), other)
    for ours, theirs in zip(
        other.get_weights(), model.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


def test_weights_of_the_old_format_are_those_that_were_saved(tmp_path):
    model, other = network(), network()
    load(saved(tmp_path, "w.h5", model), other)
    assert all(map(np.array_equal, other.get_weights(), model.get_weights()))


@pytest.mark.parametrize("name", ["w.weights.h5", "w.keras", "w.h5", "net"])
def test_the_optimizers_count_is_read(tmp_path, name, trained):
    model = trained["network"]
    assert optimizer_steps(saved(tmp_path, name, model)) == 12


@pytest.mark.parametrize("name", SAVERS)
def test_a_deeper_model_of_the_same_kind_is_refused(tmp_path, name):
    found = saved(tmp_path, name, other_network())
    with pytest.raises(OtherModelError, match="is of another one"):
        load(found, network())


@pytest.mark.parametrize("name", SAVERS)
def test_a_torn_file_is_told_as_unreadable(tmp_path, name):
    found = saved(tmp_path, name, network())
    for file in tmp_path.glob(f"{name}*"):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(UnreadableCheckpointError, match="cannot be read"):
        load(found, network())


def test_layers_that_tensorflow_does_not_save_are_told(tmp_path):
    class Listed(Subclassed):
        def __init__(self):
            super().__init__()
            self.convs = [L.Conv2D(4, 3, padding="same")]

        def call(self, x):
            return super().call(self.convs[0](x)[..., :3])

    models = [Listed(), Listed()]
    for model in models:
        model(X[:1])
    found = saved(tmp_path, "model", models[0])
    with pytest.raises(OtherModelError, match="keeps in a list"):
        load(found, models[1])


def test_another_optimizers_state_is_passed_over_in_silence(tmp_path, trained):
    """Keras on another backend writes one; warnings are errors here."""
    model = network()
    model.compile("adam", "sparse_categorical_crossentropy")
    checkpoint = saved(tmp_path, "w.weights.h5", trained["network"])
    CheckpointLoader(model).load(checkpoint)
    np.testing.assert_array_equal(
        model.get_weights()[0], trained["network"].get_weights()[0]
    )
