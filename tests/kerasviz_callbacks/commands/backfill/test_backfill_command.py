"""The command says what it does, and in one sentence why it cannot."""

import argparse
import subprocess
import sys

import pytest

from kerasviz_callbacks.commands.backfill.options import add_options, job_of
from kerasviz_callbacks.commands.main import main
from tests.kerasviz_callbacks.logs.finished_run import HERE
from tests.kerasviz_callbacks.networks.training import network

MODEL = "tests.kerasviz_callbacks.networks.training:network"


pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ impl:DeprecationWarning"  # of Keras, as it saves
)


def called(tmp_path, *words):
    given = ["--model", MODEL, "--log-dir", str(tmp_path / "log")]
    return main(["backfill", *given, *words])


WRONG = [
    (["--checkpoints", "nowhere"], "nothing matches 'nowhere'"),
    (["--checkpoints", "x", "--no-patterns"], "Something must be drawn"),
    (["--checkpoints", "x", "--images", "x", "--workers", "0"], "--workers"),
    (["--checkpoints", "x", "--steps-per-epoch", "-1"], "--steps-per-epoch"),
    (["--checkpoints", "a.weights.h5"], "cannot be read"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=str)
def test_what_cannot_be_done_is_one_sentence_and_exit_code_2(
    tmp_path, capsys, monkeypatch, words, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.weights.h5").write_bytes(b"torn")
    assert called(tmp_path, *words) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("kerasviz: ") and said in captured.err
    assert not (tmp_path / "log").exists()


def breaks() -> None:
    """Fail, as a function of a user's may."""
    raise KeyError("mine")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Return a folder with a checkpoint, and one with an empty picture."""
    folder = tmp_path_factory.mktemp("saved")
    network().save_weights(folder / "0.weights.h5")
    (folder / "pictures").mkdir()
    (folder / "pictures" / "empty.png").write_bytes(b"")
    return folder


BEFORE_DRAWING = [
    (["--layers", "nosuch"], "no layer 'nosuch'"),
    (["--heatmap-layers", "nosuch"], "no layer 'nosuch'"),
    (["--images", "pictures"], "cannot identify image file"),
    (["--images", f"{__name__}:breaks"], "raises KeyError: 'mine' ("),
    (["--images", "math:pi"], "has no function 'pi'"),
    (["--preprocess", "nowhere:f"], "No module named 'nowhere'"),
    (["--model", f"{__name__}:breaks"], "raises KeyError: 'mine' ("),
    (["--method", "nosuch"], "'nosuch'"),
    (["--preset", "nosuch"], "'nosuch'"),
    (["--target", "9"], "9"),
    (["--filters", "3,99"], "99"),
    (["--log-dir", "0.weights.h5"], "0.weights.h5"),
]


@pytest.mark.parametrize(("words", "said"), BEFORE_DRAWING, ids=str)
def test_what_fails_before_the_first_drawing_is_one_sentence_and_exit_code_2(
    saved, tmp_path, capsys, monkeypatch, words, said
):
    monkeypatch.chdir(saved)
    given = ["--checkpoints", "0.weights.h5", "--quiet"]
    given += ["--images", f"{HERE}:watched"]
    assert called(tmp_path, *given, *words) == 2
    err = capsys.readouterr().err
    assert err.startswith("kerasviz: ") and said in err
    assert not list(tmp_path.rglob("*tfevents*"))


@pytest.mark.parametrize(
    ("words", "of_patterns", "of_heatmaps"),
    [
        ([], "auto", "auto"),
        (["--layers", "a", "b"], ("a", "b"), ("a", "b")),
        (["--layers", "a", "--heatmap-layers", "auto"], ("a",), "auto"),
        (["--heatmap-layers", "b"], "auto", ("b",)),
    ],
    ids=str,
)
def test_layers_are_of_patterns_and_heatmaps_alike_as_in_the_callback(
    words, of_patterns, of_heatmaps
):
    parser = argparse.ArgumentParser()
    add_options(parser)
    given = ["--model", "m", "--checkpoints", "c", "--log-dir", "l"]
    job = job_of(parser.parse_args([*given, "--images", "x", *words]))
    assert dict(job.patterns)["layers"] == of_patterns
    assert dict(job.heatmaps)["layers"] == of_heatmaps


def test_help_teaches_and_does_not_wait_for_tensorflow():
    code = (
        "import sys; from kerasviz_callbacks.commands.main import main\n"
        "try: main(['backfill', '--help'])\n"
        "except SystemExit: print('tensorflow' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("False\n")
    assert "{epoch:02d}-{val_loss:.2f}" in done.stdout
    assert "BackupAndRestore" in done.stdout
