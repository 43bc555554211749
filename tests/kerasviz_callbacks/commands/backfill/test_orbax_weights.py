"""Weights of a step of Orbax are read, whatever the model was called then."""

import os
import shutil
import time

import keras
import numpy as np
import pytest

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
from tests.kerasviz_callbacks.commands.backfill.orbax_steps import (
    TRAINABLE,
    write_array,
    write_model,
)
from tests.kerasviz_callbacks.logs.finished_run import other_network
from tests.kerasviz_callbacks.networks.training import network

pytest.importorskip("tensorstore")
L = keras.layers


def random_network():
    model = network()
    random = np.random.default_rng(0)
    model.set_weights([random.normal(size=w.shape) for w in model.weights])
    return model


@pytest.fixture(scope="module")
def model():
    return random_network()


@pytest.fixture
def step(tmp_path, model):
    return write_model(tmp_path / "7", model, count=12)


def load(step, model):
    CheckpointLoader(model).load(*find_checkpoints([str(step)]))


def assert_same(one, other):
    for ours, theirs in zip(
        one.get_weights(), other.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


def from_file(model, folder):
    """Return the model as it comes from a file, with other paths."""
    model.save(folder / "model.keras")
    return keras.saving.load_model(folder / "model.keras")


@pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")
def test_weights_are_those_that_were_saved(tmp_path, step, model):
    same, of_file = network(), from_file(network(), tmp_path)
    assert {w.path for w in of_file.weights} != {w.path for w in model.weights}
    for other in (same, of_file):
        load(step, other)
        assert_same(other, model)


def test_the_optimizers_count_is_read(step):
    [found] = find_checkpoints([str(step)])
    assert optimizer_steps(found) == 12


def test_blocks_with_the_same_names_are_told_apart(tmp_path):
    class Block(L.Layer):
        def __init__(self, **options):
            super().__init__(**options)
            self.conv = L.Conv2D(3, 1, name="conv")

        def build(self, shape):
            self.conv.build(shape)

        def call(self, x):
            return self.conv(x)

    def two_blocks():
        blocks = [Block(name="first"), Block(name="second")]
        return keras.Sequential([keras.Input((4, 4, 3)), *blocks])

    model, other = two_blocks(), two_blocks()
    load(write_model(tmp_path / "0", model), other)
    assert_same(other, model)


def test_a_deeper_model_of_the_same_kind_is_refused(step):
    with pytest.raises(OtherModelError, match="is of another one"):
        load(step, other_network())


def test_a_wider_model_is_refused_and_nothing_of_it_is_loaded(step):
    other = network()
    wider = keras.models.clone_model(
        other,
        clone_function=lambda layer: (
            L.Conv2D(8, 3, name="conv2", activation="relu")
            if layer.name == "conv2"
            else layer.__class__.from_config(layer.get_config())
        ),
    )
    before = wider.get_weights()
    with pytest.raises(OtherModelError, match="conv2/kernel"):
        load(step, wider)
    assert all(map(np.array_equal, before, wider.get_weights()))


def assert_unreadable(step, words="cannot be read"):
    begin = time.perf_counter()
    with pytest.raises(UnreadableCheckpointError, match=words):
        load(step, network())
    assert time.perf_counter() - begin < 10


def data_files(step):
    return [one for one in step.glob("pytree/**/d/*") if one.is_file()]


def test_a_step_that_is_being_deleted_is_unreadable(step):
    shutil.rmtree(step / "pytree")
    assert_unreadable(step)


@pytest.mark.parametrize("cut", [lambda n: n // 2, lambda n: 0])
def test_data_that_is_cut_off_is_unreadable(step, cut):
    for file in data_files(step):
        os.truncate(file, cut(file.stat().st_size))
    assert_unreadable(step)


def test_data_that_is_gone_is_unreadable(step):
    for file in data_files(step):
        file.unlink()
    assert_unreadable(step)


@pytest.mark.parametrize("name", ["manifest.ocdbt", "more"])
def test_pipes_and_links_are_not_followed(step, name):
    file = step / "pytree" / name
    file.unlink(missing_ok=True)
    os.mkfifo(file)
    assert_unreadable(step, "no plain file")
    file.unlink()
    file.symlink_to("/dev/zero")
    assert_unreadable(step, "no plain file")


def claim(step, model, shape, parts):
    """Say that a kernel has that shape, and is stored in such parts."""
    [conv] = [w for w in model.weights if "conv1/kernel" in w.path]
    key = (TRAINABLE, *conv.path.split("/"))
    write_array(step, key, np.zeros(0, np.float32), shape, parts)


def test_an_array_that_says_it_is_huge_is_not_read(step, model):
    claim(step, model, (2**40, 3, 3, 4), (1, 3, 3, 4))
    with pytest.raises(OtherModelError, match="1099511627776"):
        load(step, network())


def test_an_array_in_a_part_that_says_it_is_huge_is_not_read(step, model):
    claim(step, model, (3, 3, 3, 4), (3, 3, 3, 2**30))
    assert_unreadable(step, "stored in parts")
