"""A run that ends badly keeps what it had, and goes on."""

import importlib
import itertools
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from kerasviz_callbacks import EveryEpochs, EverySteps
from tests.kerasviz_callbacks.logs.written import (
    all_steps,
    assert_written,
    captures,
    last_picture,
    tags_of,
)
from tests.kerasviz_callbacks.networks.training import (
    drawing,
    fit,
    plain_network,
)
from tests.tb_plugin.loaders import PROVIDERS

run_log = importlib.import_module("kerasviz_callbacks.log.run_log")

ROOT = Path(__file__).parents[3]


@pytest.fixture
def new_process(monkeypatch):
    """Return what makes the callbacks know as little as a new process."""

    def forget():
        for log in itertools.chain(*run_log._logs.values()):
            log.release()  # as the system does when a process ends
        monkeypatch.setattr(run_log, "_logs", {})

    return forget


def index_and_step(log_dir, loader="python") -> list[tuple[int, int]]:
    return [(c.index, c.step) for c in captures(log_dir, loader)]


def test_restart_replaces_what_it_draws_again(tmp_path, new_process):
    model = plain_network()
    fit(model, drawing(tmp_path), epochs=2)
    saved = model.optimizer.iterations.numpy(), model.get_weights()
    fit(model, drawing(tmp_path), epochs=2)
    new_process()
    restored = plain_network()
    restored.optimizer.iterations.assign(saved[0])
    restored.set_weights(saved[1])
    fit(restored, drawing(tmp_path), initial_epoch=2, epochs=3)
    assert_written(tmp_path, {tag: [0, 4, 8, 12] for tag in tags_of("conv2")})
    for loader in PROVIDERS:
        expected = [(0, 0), (1, 4), (2, 8), (3, 12)]
        assert index_and_step(tmp_path, loader) == expected


def test_restart_of_an_optimizer_that_never_counts_goes_on(
    tmp_path, new_process
):
    def model():
        scaled = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD())
        return plain_network(optimizer=scaled, loss=infinite)

    every = EveryEpochs()
    fit(model(), drawing(tmp_path, every=every), epochs=3)
    new_process()
    fit(model(), drawing(tmp_path, every=every), initial_epoch=2, epochs=4)
    for loader in PROVIDERS:
        told = [(c.index, c.step, c.epoch) for c in captures(tmp_path, loader)]
        assert told == [(i, 4 * i, i) for i in range(5)]


def test_restart_with_weights_alone_goes_on_at_the_epoch(tmp_path, new_process):
    model = plain_network()
    fit(model, drawing(tmp_path), epochs=2)
    new_process()
    restored = plain_network()  # its optimizer counts from 0
    restored.set_weights(model.get_weights())
    fit(restored, drawing(tmp_path), initial_epoch=2, epochs=3)
    told = [(c.step, c.epoch, c.reason) for c in captures(tmp_path)]
    assert told == [
        (0, 0, "baseline"),
        (4, 1, "schedule"),
        (8, 2, "restart"),
        (12, 3, "schedule"),
    ]


def test_restart_under_gradient_accumulation_goes_on(tmp_path, new_process):
    def model():
        slow = keras.optimizers.SGD(gradient_accumulation_steps=2)
        return plain_network(optimizer=slow)

    first = model()
    fit(first, drawing(tmp_path), epochs=2)
    new_process()
    second = model()
    second.optimizer.build(second.trainable_variables)
    for ours, theirs in zip(
        second.optimizer.variables, first.optimizer.variables, strict=True
    ):
        ours.assign(theirs)
    fit(second, drawing(tmp_path), initial_epoch=2, epochs=3)
    assert [c.step for c in captures(tmp_path)] == [0, 4, 8, 12]


def test_same_seeds_draw_the_same_after_a_restart(tmp_path, new_process):
    model = plain_network()
    fit(model, drawing(tmp_path), epochs=1)
    before = last_picture(tmp_path, "python", "conv2")
    new_process()
    fit(model, drawing(tmp_path), initial_epoch=1, epochs=1)
    fit(model, drawing(tmp_path), epochs=0)
    model.optimizer.iterations.assign(4)
    fit(still(model), drawing(tmp_path), initial_epoch=1, epochs=2)
    assert captures(tmp_path)[1].reason == "restart"
    for loader in PROVIDERS:
        after = last_picture(tmp_path, loader, "conv2")
        np.testing.assert_array_equal(after, before)


def test_fresh_start_in_the_same_directory_replaces_all(tmp_path, new_process):
    fit(plain_network(), drawing(tmp_path), epochs=3)
    new_process()
    fit(plain_network(), drawing(tmp_path), epochs=1)
    assert_written(tmp_path, {tag: [0, 4] for tag in tags_of("conv2")})
    reasons = [(c.index, c.reason) for c in captures(tmp_path)]
    assert reasons == [(0, "baseline"), (1, "schedule")]


def test_what_a_sparser_run_has_replaced_is_not_missing(tmp_path, new_process):
    fit(plain_network(), drawing(tmp_path, every=EverySteps(1)), epochs=2)
    new_process()
    model = plain_network()
    fit(model, drawing(tmp_path, every=EverySteps(4)), epochs=2)
    assert index_and_step(tmp_path) == [(0, 0), (1, 4), (2, 8)]
    new_process()
    draw = drawing(tmp_path, every=EverySteps(4))
    fit(model, draw, initial_epoch=2, epochs=3)
    assert index_and_step(tmp_path) == [(0, 0), (1, 4), (2, 8), (3, 12)]


@pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras' own
@pytest.mark.parametrize("is_first", [True, False])
def test_weights_restored_as_training_begins_go_on(
    tmp_path, new_process, is_first
):
    def callbacks():
        backup = keras.callbacks.BackupAndRestore(str(tmp_path / "backup"))
        pair = [drawing(tmp_path / "log"), backup]
        return pair if is_first else pair[::-1]

    with pytest.raises(KeyboardInterrupt):
        fit(plain_network(), *callbacks(), interrupted(epoch=2), epochs=4)
    new_process()
    fit(plain_network(), *callbacks(), epochs=4)
    told = [(c.index, c.step, c.epoch) for c in captures(tmp_path / "log")]
    assert told == [(0, 0, 0), (1, 4, 1), (2, 8, 2), (3, 12, 3), (4, 16, 4)]


def test_new_instances_work_after_a_fit_that_was_interrupted(tmp_path):
    model = plain_network()
    with pytest.raises(KeyboardInterrupt):
        fit(
            model,
            drawing(tmp_path, "conv1"),
            drawing(tmp_path, "conv2"),
            interrupted(epoch=1),
        )
    fit(model, drawing(tmp_path, "conv1"), drawing(tmp_path, "conv2"))
    streams = {c.stream for c in captures(tmp_path)}
    assert streams == {"filter_patterns", "filter_patterns.2"}
    for steps in all_steps(tmp_path, "rust").values():
        assert steps == [0, 4, 6, 10, 14]  # two batches of epoch 1 count


def test_same_instance_works_after_a_fit_that_was_interrupted(tmp_path):
    model, draw = plain_network(), drawing(tmp_path)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            fit(model, draw, interrupted(epoch=1))
    fit(model, draw, epochs=1)
    steps = [c.step for c in captures(tmp_path)]
    assert steps == sorted(set(steps))
    assert {c.stream for c in captures(tmp_path)} == {"filter_patterns"}


def test_torn_write_loses_its_capture_alone(tmp_path):
    fit(plain_network(), drawing(tmp_path), epochs=3)
    [file] = (tmp_path / "kerasviz").iterdir()
    whole = file.read_bytes()
    for cut in (1, 5, 300, 900):
        file.write_bytes(whole[:-cut])
        assert_written(tmp_path, {tag: [0, 4, 8] for tag in tags_of("conv2")})


def test_restart_after_a_torn_write_goes_on(tmp_path, new_process):
    model = plain_network()
    fit(model, drawing(tmp_path), epochs=3)
    [file] = (tmp_path / "kerasviz").iterdir()
    file.write_bytes(file.read_bytes()[:-300])
    new_process()
    model.optimizer.iterations.assign(8)
    fit(model, drawing(tmp_path), epochs=1)
    assert_written(tmp_path, {tag: [0, 4, 8, 12] for tag in tags_of("conv2")})
    assert index_and_step(tmp_path) == [(0, 0), (1, 4), (2, 8), (3, 12)]


def test_foreign_files_in_the_run_do_not_hinder(tmp_path, new_process):
    fit(plain_network(), drawing(tmp_path), epochs=1)
    folder = tmp_path / "kerasviz"
    (folder / "events.out.tfevents.9.empty").touch()
    (folder / "events.out.tfevents.8.garbage").write_bytes(b"\0\xff" * 500)
    (folder / "notes.txt").write_text("mine")
    new_process()
    fit(plain_network(), drawing(tmp_path), epochs=1)
    assert index_and_step(tmp_path) == [(0, 0), (1, 4)]


def test_files_of_one_second_are_read_in_the_order_of_writing(tmp_path):
    model, draw = plain_network(), drawing(tmp_path)
    for _ in range(12):
        fit(model, draw, epochs=1)
    for loader in PROVIDERS:
        found = all_steps(tmp_path, loader)["kerasviz/filter_patterns/conv2"]
        assert found == list(range(0, 52, 4))


def test_killed_process_leaves_what_it_drew_and_the_next_goes_on(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    script = [sys.executable, __file__, str(tmp_path)]
    killed = subprocess.run(script, env=environment, check=False)
    assert killed.returncode == 9
    assert_written(tmp_path, {tag: [0, 2, 4] for tag in tags_of("conv2")})
    model = plain_network()
    model.optimizer.iterations.assign(4)
    fit(model, drawing(tmp_path), initial_epoch=1, epochs=2)
    assert_written(tmp_path, {tag: [0, 2, 4, 8] for tag in tags_of("conv2")})
    assert [c.index for c in captures(tmp_path)] == [0, 1, 2, 3]


def interrupted(epoch: int) -> keras.callbacks.Callback:
    """Return what interrupts training in the middle of an epoch."""

    class Interrupted(keras.callbacks.Callback):
        def on_epoch_begin(self, number, logs=None):
            self.is_time = number == epoch

        def on_train_batch_begin(self, batch, logs=None):
            if self.is_time and batch == 2:
                raise KeyboardInterrupt

    return Interrupted()


def infinite(y, predicted):
    return np.inf * keras.ops.mean(predicted)


def still(model: keras.Model) -> keras.Model:
    """Let the model train without a change."""
    model.optimizer.learning_rate = 0.0
    return model


def train_until_killed(log_dir: Path) -> None:
    """Train, and end as by `kill -9` in the second epoch."""
    kill = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: os._exit(9) if epoch == 1 else None
    )
    draw = drawing(log_dir, every=EverySteps(2))
    fit(plain_network(), draw, kill, epochs=2)


if __name__ == "__main__":
    train_until_killed(Path(sys.argv[1]))
