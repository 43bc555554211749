"""The command says what it does, and in one sentence why it cannot."""

import subprocess
import sys

import pytest

from kerasviz_callbacks.commands.main import main

MODEL = "tests.kerasviz_callbacks.networks.training:network"


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
def test_what_cannot_be_done_is_one_sentence_and_exit_code_1(
    tmp_path, capsys, monkeypatch, words, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.weights.h5").write_bytes(b"torn")
    assert called(tmp_path, *words) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith("kerasviz: ") and said in captured.err
    assert not (tmp_path / "log").exists()


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
