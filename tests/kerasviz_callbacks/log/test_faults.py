"""What goes wrong around a training run costs a capture, not the run."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from kerasviz_callbacks import (
    CaptureOptions,
    EverySteps,
    GradCAM,
    Preset,
    filter_patterns,
    grad_cam,
)
from kerasviz_callbacks.log import event_file
from tests.kerasviz_callbacks.logs.written import (
    assert_written,
    captures,
    tags_of,
)
from tests.kerasviz_callbacks.networks.training import (
    LOSS,
    X,
    drawing,
    explaining,
    fit,
    plain_network,
)

pytest.importorskip("resource")
ROOT = Path(__file__).parents[3]


def at_begin_of(epoch: int, action) -> keras.callbacks.Callback:
    def begin(number, logs):
        if number == epoch:
            action()

    return keras.callbacks.LambdaCallback(on_epoch_begin=begin)


def open_files(below: Path) -> list[str]:
    """Return the files below a folder that this process holds open."""
    links = [
        Path("/proc/self/fd") / name for name in os.listdir("/proc/self/fd")
    ]
    names = [os.readlink(link) for link in links if link.is_symlink()]
    return [name for name in names if name.startswith(str(below))]


def test_log_that_is_removed_while_training_begins_anew(tmp_path):
    def remove():
        for file in (tmp_path / "kerasviz").iterdir():
            file.unlink()
        (tmp_path / "kerasviz").rmdir()

    draw = drawing(tmp_path)
    fit(plain_network(), draw, at_begin_of(2, remove), epochs=4)
    records = captures(tmp_path)
    told = [(c.index, c.step) for c in records]
    assert told == [(0, 12), (1, 16)]
    assert records[0].notes[0] == "The log was removed; this begins it anew."
    assert_written(tmp_path, {tag: [12, 16] for tag in tags_of("conv2")})


def test_log_that_is_removed_after_a_failed_write_begins_anew(
    tmp_path, monkeypatch
):
    """Two faults in a row: there is no open file by which to see the second."""

    def fill_the_disk():
        def fail(path, content):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(event_file, "_append", fail)

    def remove():
        monkeypatch.undo()
        shutil.rmtree(tmp_path / "kerasviz")

    draw = drawing(tmp_path, on_error="log")
    changing = at_begin_of(1, fill_the_disk), at_begin_of(2, remove)
    fit(plain_network(), draw, *changing, epochs=4)
    records = captures(tmp_path)
    assert [(c.index, c.step) for c in records] == [(0, 12), (1, 16)]
    assert "The log was removed; this begins it anew." in records[0].notes
    assert "No space left" in " ".join(records[0].notes)


def test_log_that_is_removed_before_the_first_capture_of_a_fit_begins_anew(
    tmp_path,
):
    """There is no open file yet by which to see it."""
    model, draw = plain_network(), drawing(tmp_path)
    fit(model, draw, epochs=2)

    def remove(batch, logs):
        if batch == 0 and model.optimizer.iterations == 8:
            shutil.rmtree(tmp_path / "kerasviz")

    removing = keras.callbacks.LambdaCallback(on_train_batch_begin=remove)
    fit(model, removing, draw, epochs=2)
    told = [(c.index, c.step) for c in captures(tmp_path)]
    assert told == [(0, 12), (1, 16)]


def test_whole_log_directory_may_go_while_training(tmp_path):
    log_dir = tmp_path / "log"
    draw = drawing(log_dir)
    remove = at_begin_of(1, lambda: shutil.rmtree(log_dir))
    fit(plain_network(), draw, remove, epochs=3)
    assert [c.step for c in captures(log_dir)] == [8, 12]
    assert_written(log_dir, {tag: [8, 12] for tag in tags_of("conv2")})


def test_unchanged_pictures_are_drawn_again_after_a_removal(tmp_path):
    def remove():
        for file in (tmp_path / "kerasviz").iterdir():
            file.unlink()

    model = plain_network(optimizer=keras.optimizers.SGD(0.0))
    draw = explaining(tmp_path, X[:2])
    fit(model, draw, at_begin_of(1, remove), epochs=3)
    origins = [c.maps[0].origin[0] for c in captures(tmp_path)]
    assert origins == ["fresh", "unchanged"]


def test_log_that_is_read_only_for_a_while_misses_one_capture(tmp_path, caplog):
    def lock():
        [file] = (tmp_path / "kerasviz").iterdir()
        file.chmod(0o444)
        (tmp_path / "kerasviz").chmod(0o555)
        if not os.getuid():  # root may write anywhere
            os.seteuid(65534)

    def unlock():
        os.seteuid(os.getuid())
        (tmp_path / "kerasviz").chmod(0o755)

    for folder in (tmp_path, *tmp_path.parents[:3]):
        if folder.stat().st_uid == os.getuid():
            folder.chmod(0o755)
    draw = drawing(tmp_path, on_error="log")
    changing = at_begin_of(1, lock), at_begin_of(2, unlock)
    try:
        fit(plain_network(), *changing, draw, epochs=3)
    finally:
        os.seteuid(os.getuid())
    assert [c.step for c in captures(tmp_path)] == [0, 4, 12]
    assert "PermissionError" in captures(tmp_path)[2].notes[0]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_drawn_as_such(tmp_path, bad):
    def spoil():
        model.set_weights([weight + bad for weight in model.get_weights()])

    model = plain_network()
    maps = explaining(tmp_path, X[:2])
    fit(model, at_begin_of(1, spoil), drawing(tmp_path), maps)
    *_, patterns = captures(tmp_path)[:3]
    assert patterns.patterns[0].status == ("not_finite", "not_finite")
    assert set(captures(tmp_path)[-1].maps[0].status) == {"not_finite"}


def test_layer_that_is_replaced_is_drawn_in_its_new_form(tmp_path):
    def replace():
        for _ in range(3):
            model.pop()
        model.add(keras.layers.Conv2D(7, 3, name="conv2"))
        model.add(keras.layers.GlobalAveragePooling2D())
        model.add(keras.layers.Dense(3))
        model.compile("sgd", LOSS)
        model.make_train_function()

    model = plain_network()
    options = {
        "verbose": 0,
        "budget": None,
        "options": CaptureOptions(on_error="raise"),
    }
    maps = GradCAM(tmp_path, X[:2], layers="conv2", **options)
    fit(model, at_begin_of(1, replace), drawing(tmp_path), maps)
    records = captures(tmp_path)
    patterns, maps = records[:3], records[3:]
    assert [c.patterns[0].num_filters for c in patterns] == [6, 6, 7]
    for record in (patterns[2], maps[2]):
        assert "structure changed" in record.notes[0]


@pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras' own
@pytest.mark.parametrize("change", ["lora", "quantised"])
def test_heatmaps_are_of_the_structure_as_it_is(tmp_path, change):
    def adapt():
        if change == "lora":
            model.get_layer("conv1").enable_lora(1)
        else:
            model.get_layer("head").quantize("int8")
        model.compile("sgd", LOSS)
        model.make_train_function()

    model = plain_network()
    draw = explaining(tmp_path, X[:2])
    fit(model, draw, epochs=1)
    adapt()
    fit(model, draw, epochs=1)
    # The second fit makes ready anew: what it draws is of the new structure.
    fresh = GradCAM(tmp_path / "fresh", X[:2], verbose=0, budget=None)
    fit(model, fresh, epochs=1)
    reached = [captures(tmp_path)[-1], captures(tmp_path / "fresh")[0]]
    assert reached[0].outcome.value == reached[1].outcome.value


@pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras' own
@pytest.mark.parametrize("change", ["lora", "quantised"])
def test_structure_that_changes_within_a_fit_is_traced_anew(tmp_path, change):
    model = plain_network(optimizer=keras.optimizers.SGD(0.0))
    maps = explaining(tmp_path, X[:2])
    adapting = at_begin_of(1, lambda: restructure(model, change))
    fit(model, adapting, drawing(tmp_path, seed=3), maps)
    patterns, maps = captures(tmp_path)[2], captures(tmp_path)[5]
    for record in (patterns, maps):
        assert "structure changed" in record.notes[0]
    now = filter_patterns(
        model, "conv2", 2, steps=2, preset=Preset.recipe(seed=3)
    )
    assert patterns.patterns[0].objective == pytest.approx(now.objective)
    scores = grad_cam(model, X[:2]).outputs.max(axis=1)
    assert maps.outcome.value == pytest.approx(scores)


def restructure(model: keras.Model, change: str) -> None:
    """Change what a traced function computes, and nothing that it reads."""
    if change == "lora":
        conv1 = model.get_layer("conv1")
        conv1.enable_lora(1)
        conv1.lora_kernel_b.assign(conv1.lora_kernel_b + 1.0)
    else:
        model.get_layer("head").quantize("int8")
    model.compile(keras.optimizers.SGD(0.0), LOSS)
    model.make_train_function()


def test_compiling_between_fits_goes_on_without_a_trace(tmp_path):
    model, draw = plain_network(), drawing(tmp_path)
    fit(model, draw, epochs=1)
    prepared = draw.series.prepared_for(model)
    model.compile("sgd", "mae")
    fit(model, draw, epochs=1)
    assert draw.series.prepared_for(model) is prepared
    assert [c.step for c in captures(tmp_path)] == [0, 4, 8]


def test_interrupt_in_a_drawing_ends_training_with_the_log_closed(tmp_path):
    class Slow(keras.layers.Layer):
        def call(self, x, training=False):
            if not training and self.is_armed:
                raise KeyboardInterrupt
            return x

    slow = Slow()
    slow.is_armed = False
    model = keras.Sequential(
        [
            keras.Input(X.shape[1:]),
            slow,
            keras.layers.Conv2D(4, 3, name="conv2"),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")

    def arm():
        slow.is_armed = True
        model.get_layer("conv2").enable_lora(1)  # so that it is traced anew
        model.compile("sgd", "mse")
        model.make_train_function()

    draw = drawing(tmp_path, on_error="log")
    with pytest.raises(KeyboardInterrupt):
        fit(model, draw, at_begin_of(1, arm))
    assert open_files(tmp_path / "kerasviz") == []
    assert [c.step for c in captures(tmp_path)] == [0, 4]


def test_exception_in_training_leaves_no_file_open(tmp_path):
    def fail():
        raise ValueError("in training")

    with pytest.raises(ValueError, match="in training"):
        fit(plain_network(), drawing(tmp_path), at_begin_of(1, fail))
    assert open_files(tmp_path / "kerasviz") == []
    assert_written(tmp_path, {tag: [0, 4] for tag in tags_of("conv2")})


def test_process_killed_in_the_middle_of_a_write_keeps_what_it_had(tmp_path):
    with in_new_process("killed", tmp_path) as killed:
        killed.wait(timeout=120)
    assert killed.returncode == -signal.SIGXFSZ
    assert_written(tmp_path, {tag: [0, 2, 4] for tag in tags_of("conv2")})
    [file] = (tmp_path / "kerasviz").iterdir()
    model = plain_network()
    model.optimizer.iterations.assign(4)
    fit(model, drawing(tmp_path), initial_epoch=1, epochs=2)
    assert_written(tmp_path, {tag: [0, 2, 4, 8] for tag in tags_of("conv2")})
    assert file in (tmp_path / "kerasviz").iterdir()


def test_second_process_writes_to_a_run_of_its_own(tmp_path, caplog):
    with in_new_process("waiting", tmp_path) as other:
        assert other.stdout.readline() == "drawn\n"
        fit(plain_network(), drawing(tmp_path), epochs=1)
        other.kill()
    assert "another process writes to" in caplog.text
    runs = {path.name for path in tmp_path.iterdir() if path.is_dir()}
    assert runs == {"kerasviz", "kerasviz_2"}
    fit(plain_network(), drawing(tmp_path), epochs=1)  # goes on in its own
    runs = {path.name for path in tmp_path.iterdir()}
    assert runs == {"kerasviz", "kerasviz_2", ".kerasviz.lock"}


def test_lock_is_removed_at_the_end(tmp_path):
    fit(plain_network(), drawing(tmp_path), epochs=1)
    assert [path.name for path in tmp_path.iterdir()] == ["kerasviz"]


def in_new_process(what: str, log_dir: Path) -> subprocess.Popen:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, __file__, what, str(log_dir)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def train_until_killed(log_dir: Path) -> None:
    """Train, and be killed by the system in the middle of the third write."""
    import resource

    def limit(epoch, logs):
        if epoch == 1:
            [file] = (log_dir / "kerasviz").iterdir()
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            most = file.stat().st_size + 1000
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    limiting = keras.callbacks.LambdaCallback(on_epoch_begin=limit)
    draw = drawing(log_dir, every=EverySteps(2))
    fit(plain_network(), draw, limiting)


def train_and_wait(log_dir: Path) -> None:
    """Draw, say so, and hold the log until this process is killed."""

    def wait(epoch, logs):
        print("drawn", flush=True)
        signal.pause()

    waiting = keras.callbacks.LambdaCallback(on_epoch_end=wait)
    fit(plain_network(), drawing(log_dir), waiting)


if __name__ == "__main__":
    ways = {"killed": train_until_killed, "waiting": train_and_wait}
    ways[sys.argv[1]](Path(sys.argv[2]))
