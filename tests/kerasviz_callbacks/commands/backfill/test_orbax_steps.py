"""Steps of Orbax are found, ordered, and not read before they are whole."""

import json
import os
import sys

import pytest

from kerasviz_callbacks.commands.backfill.checkpoints.files import (
    find_checkpoints,
)
from kerasviz_callbacks.commands.backfill.checkpoints.order import (
    Ordering,
    in_order,
)
from kerasviz_callbacks.commands.backfill.checkpoints.weights import (
    CheckpointLoader,
    UnreadableCheckpointError,
)
from kerasviz_callbacks.commands.main import main
from tests.kerasviz_callbacks.commands.backfill.orbax_steps import (
    write_empty,
)
from tests.kerasviz_callbacks.networks.training import plain_network

NETWORK = "tests.kerasviz_callbacks.networks.training:plain_network"
UNDER_WAY = ".orbax-checkpoint-tmp"


def found(folder, pattern=""):
    return find_checkpoints([str(folder / pattern)])


@pytest.mark.parametrize("pattern", ["", "*", "[0-9]*", "{step}"])
def test_a_directory_of_steps_is_its_steps(tmp_path, pattern):
    for step in (2, 10):
        write_empty(tmp_path / str(step))
    steps = found(tmp_path, pattern)
    assert {(one.path, one.kind) for one in steps} == {
        (str(tmp_path / name), "orbax") for name in ("2", "10")
    }
    assert found(tmp_path, "10") == tuple(
        one for one in steps if one.path == str(tmp_path / "10")
    )


def test_a_step_has_the_same_path_before_and_after_it_is_renamed(tmp_path):
    write_empty(tmp_path / f"3{UNDER_WAY}")
    before = found(tmp_path)
    os.rename(tmp_path / f"3{UNDER_WAY}", tmp_path / "3")
    assert before == found(tmp_path)


def test_directories_of_orbax_that_are_no_step_are_not_taken(tmp_path):
    write_empty(tmp_path / "0")
    (tmp_path / "metadata").mkdir()
    assert [one.path for one in found(tmp_path, "*")] == [str(tmp_path / "0")]


@pytest.mark.parametrize("name", ["4", f"4{UNDER_WAY}", f"4{UNDER_WAY}-17"])
def test_a_step_that_is_not_committed_is_told_and_skipped(tmp_path, name):
    write_empty(tmp_path / "3")
    write_empty(tmp_path / name, is_committed=False)
    ordered = in_order(found(tmp_path), Ordering())
    assert [one.place.step for one in ordered.all] == [3]
    [error] = ordered.unreadable
    assert f"{str(tmp_path / '4')!r} cannot be read" in str(error)
    assert "not committed" in str(error)


def test_steps_by_epoch_are_numbered_from_0(tmp_path):
    """`OrbaxCheckpoint` saves the first one after the first epoch, as 0."""
    for step in (0, 1):
        write_empty(tmp_path / str(step))
    how = Ordering(number="epoch", steps_per_epoch=5)
    places = [one.place for one in in_order(found(tmp_path), how).all]
    assert [(one.epoch, one.step) for one in places] == [(1, 5), (2, 10)]


def too_large(path):
    os.truncate(path, 2**26 + 1)


def a_link(path):
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def written(text):
    return lambda path: path.write_text(text)


KEY = json.dumps({"tree_metadata": {"x": {"key_metadata": 1}}})
BAD = {
    "too large": too_large,
    "link": a_link,
    "half": lambda path: os.truncate(path, 9),
    "list": written("[1]"),
    "deep": written("[" * 100_000),
    "long number": written('{"tree_metadata": ' + "9" * 5_000 + "}"),
    "names of another kind": written(KEY),
    "no text": lambda path: path.write_bytes(b"\xff\xfe"),
}


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("name", ["_CHECKPOINT_METADATA", "pytree/_METADATA"])
def test_metadata_that_orbax_never_writes_is_a_damaged_step(
    tmp_path, name, bad
):
    step = write_empty(tmp_path / "0")
    BAD[bad](step / name)
    with pytest.raises(UnreadableCheckpointError, match="cannot be read"):
        in_order(found(tmp_path, "0"), Ordering())


def test_without_tensorstore_the_extra_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tensorstore", None)
    write_empty(tmp_path / "0")
    with pytest.raises(ImportError, match=r"kerasviz-callbacks\[orbax\]"):
        CheckpointLoader(plain_network()).load(*found(tmp_path))
    words = ["--model", NETWORK, "--checkpoints", str(tmp_path)]
    assert main(["backfill", *words, "--log-dir", str(tmp_path / "log")]) == 2
    assert "kerasviz-callbacks[orbax]" in capsys.readouterr().err
