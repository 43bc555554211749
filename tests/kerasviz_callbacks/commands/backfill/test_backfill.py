"""A backfill of a run's checkpoints is the log of the run itself."""

import importlib
import shutil
from pathlib import Path

import pytest

from kerasviz_callbacks.log.run_lock import claim_run
from tests.kerasviz_callbacks.logs.finished_run import (
    assert_alike,
    backfill,
    comparable,
    other_network,
    train,
    train_saving,
)
from tests.kerasviz_callbacks.logs.log_content import assert_same_content
from tests.kerasviz_callbacks.logs.written import captures
from tests.tb_plugin.loaders import PROVIDERS

run_log = importlib.import_module("kerasviz_callbacks.log.run_log")

EPOCHS = 5  # to step 10, which stands before 2 in the order of letters
STEPS = [2 * i for i in range(EPOCHS + 1)]
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ impl:DeprecationWarning"  # of Keras, as it saves
)


# As most runs are drawn; what is compared with no live log is of a recipe.
AS_LIVE = ["--preset", "steady", "--steps-per-epoch", 2]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return the folder of a run of six checkpoints."""
    return train_saving(tmp_path_factory.mktemp("run"), EPOCHS, preset="steady")


def test_backfill_equals_the_live_run(run, tmp_path):
    words = ["--checkpoints", run, "--log-dir", tmp_path]
    assert backfill(*words, *AS_LIVE) == 0
    ours, theirs = captures(tmp_path), captures(run / "live")
    assert [c.step for c in ours] == STEPS * 2
    assert_alike([*map(comparable, ours)], [*map(comparable, theirs)])
    for loader in PROVIDERS:
        assert_same_content(tmp_path, run / "live", loader)


def test_a_record_has_the_optimizers_own_count(tmp_path):
    """Steps come from the names here, counts from the checkpoints."""

    def save(model, epoch):
        model.save_weights(tmp_path / f"step_{50 * epoch}.weights.h5")

    train(tmp_path, save, 2)
    files, log_dir = tmp_path / "*.weights.h5", tmp_path / "log"
    assert backfill("--checkpoints", files, "--log-dir", log_dir) == 0
    recorded = [(c.step, c.iterations) for c in captures(log_dir)]
    assert recorded == [(0, 0), (50, 2), (100, 4)] * 2


@pytest.fixture
def new_process(monkeypatch):
    """Return what makes the callbacks know as little as a new process."""

    def forget():
        monkeypatch.setattr(run_log, "_logs", {})

    return forget


def chosen(run, folder, steps) -> Path:
    """Return a folder with some of the run's checkpoints."""
    folder.mkdir(exist_ok=True)
    for step in steps:
        shutil.copy(run / f"w.{step}.weights.h5", folder)
    return folder


def backfill_one_layer(*words) -> int:
    """Run the command where what is drawn is compared with nothing."""
    only = ["--layers", "conv2", "--heatmap-layers", "auto"]
    return backfill(*only, *words)


def steps_drawn(log_dir, loader="python"):
    """Return the steps of the captures, the same for both streams."""
    steps = [c.step for c in captures(log_dir, loader)]
    half = len(steps) // 2
    assert steps[:half] == steps[half:]
    return steps[:half]


def test_a_resumed_backfill_equals_the_live_run(run, tmp_path, new_process):
    for count in (2, len(STEPS)):
        some = chosen(run, tmp_path / "some", STEPS[:count])
        words = ["--checkpoints", some, "--log-dir", tmp_path / "log"]
        assert backfill(*words, *AS_LIVE) == 0
        new_process()
    ours, theirs = captures(tmp_path / "log"), captures(run / "live")
    assert_alike([*map(comparable, ours)], [*map(comparable, theirs)])
    for loader in PROVIDERS:
        assert_same_content(tmp_path / "log", run / "live", loader)


def test_pictures_that_do_not_change_are_pointed_at_after_an_end_too(
    tmp_path, new_process
):
    def save(model, epoch):
        model.save_weights(tmp_path / f"{2 * epoch}.weights.h5")

    train(tmp_path, save, 3, is_frozen=True)
    for steps in ("[0-2]", "*"):
        files = tmp_path / f"{steps}.weights.h5"
        words = ["--checkpoints", files, "--log-dir", tmp_path / "log"]
        assert backfill(*words, "--steps-per-epoch", 2) == 0
        new_process()
    ours, theirs = captures(tmp_path / "log"), captures(tmp_path / "live")
    assert ours[3].patterns[0].origin == ("unchanged",) * 2
    assert_alike([*map(comparable, ours)], [*map(comparable, theirs)])
    assert_same_content(tmp_path / "log", tmp_path / "live")


def test_what_is_drawn_is_not_drawn_again(run, tmp_path, new_process, capsys):
    some = chosen(run, tmp_path / "some", [0, 2])
    words = ["--checkpoints", some, "--log-dir", tmp_path / "log"]
    assert backfill_one_layer(*words) == 0
    before = captures(tmp_path / "log")
    new_process()
    assert backfill_one_layer(*words) == 0
    assert captures(tmp_path / "log") == before  # wall times and all
    said = capsys.readouterr().out
    assert "2 are drawn already; 0 to go" in said


def test_a_capture_of_one_stream_alone_is_drawn_again(
    run, tmp_path, new_process
):
    some = chosen(run, tmp_path / "some", [0, 2, 4])
    words = ["--checkpoints", some, "--log-dir", tmp_path / "log"]
    backfill_one_layer(*words)
    [file] = (tmp_path / "log" / "kerasviz").iterdir()
    file.write_bytes(file.read_bytes()[:-300])  # ended within the last one
    assert len(captures(tmp_path / "log")) == 5
    new_process()
    assert backfill_one_layer(*words) == 0
    for loader in PROVIDERS:
        assert steps_drawn(tmp_path / "log", loader) == [0, 2, 4]


def test_a_torn_checkpoint_is_told_and_left_out(run, tmp_path, capsys):
    some = chosen(run, tmp_path / "some", [0, 2, 4])
    torn = some / "w.2.weights.h5"
    torn.write_bytes(torn.read_bytes()[:5000])
    code = backfill_one_layer(
        "--checkpoints", some, "--log-dir", tmp_path / "log"
    )
    assert code == 3
    assert steps_drawn(tmp_path / "log") == [0, 4]
    assert "w.2.weights.h5' cannot be read" in capsys.readouterr().err


def test_a_checkpoint_that_comes_late_is_told(
    run, tmp_path, new_process, capsys
):
    for steps in ([0, 4], [2, 6]):
        some = chosen(run, tmp_path / "some", steps)
        code = backfill_one_layer(
            "--checkpoints", some, "--log-dir", tmp_path / "log"
        )
        new_process()
    assert code == 3
    assert steps_drawn(tmp_path / "log") == [0, 4, 6]
    said = capsys.readouterr().err
    assert "w.2.weights.h5' lies before what is drawn already" in said


def test_a_checkpoint_of_another_model_is_an_error(run, tmp_path, capsys):
    some = chosen(run, tmp_path / "some", [0, 2])
    other_network().save_weights(some / "w.4.weights.h5")
    code = backfill_one_layer(
        "--checkpoints", some, "--log-dir", tmp_path / "log"
    )
    assert code == 1
    said = capsys.readouterr().err
    assert "w.4.weights.h5' is of another one" in said
    assert steps_drawn(tmp_path / "log") == [0, 2]


def test_other_options_are_refused_in_a_log_that_is_begun(
    run, tmp_path, new_process, capsys
):
    some = chosen(run, tmp_path / "some", [0, 2])
    words = ["--checkpoints", some, "--log-dir", tmp_path / "log"]
    assert backfill_one_layer(*words) == 0
    chosen(run, tmp_path / "some", [4])
    for other in (["--seed", "1"], ["--filters", "3"]):
        new_process()
        assert backfill_one_layer(*words, *other) == 2
        assert "with the same options" in capsys.readouterr().err
    assert steps_drawn(tmp_path / "log") == [0, 2]


def test_a_log_that_another_process_writes_is_left_alone(run, tmp_path, capsys):
    log_dir = tmp_path / "log"
    lock = claim_run(str(log_dir))
    some = chosen(run, tmp_path / "some", [0, 2])
    assert backfill_one_layer("--checkpoints", some, "--log-dir", log_dir) == 2
    assert "another one writes to" in capsys.readouterr().err
    lock.release()
    assert not any(log_dir.rglob("*tfevents*"))


def test_the_log_of_another_run_is_left_alone(run, tmp_path, capsys):
    log_dir = tmp_path / "log"
    shutil.copytree(run / "live", log_dir)
    some = chosen(run, tmp_path / "some", [2, 4])
    assert backfill_one_layer("--checkpoints", some, "--log-dir", log_dir) == 2
    assert "--log-dir must be new" in capsys.readouterr().err
    assert len(captures(log_dir)) == 2 * len(STEPS)
