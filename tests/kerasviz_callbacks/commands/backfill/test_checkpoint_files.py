"""What lies there is found, once, whatever names it."""

import pytest

from kerasviz_callbacks.commands.backfill.checkpoints.files import (
    find_checkpoints,
)


def made(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def found(folder, pattern):
    """Return what is loaded, of what kind, relative to the folder."""
    return {
        (one.path.removeprefix(f"{folder}/"), one.kind)
        for one in find_checkpoints([str(folder / pattern)])
    }


TENSORFLOW = [
    "checkpoint",
    *(
        f"ckpt-{n}{end}"
        for n in (1, 2)
        for end in (".index", ".data-00000-of-00001")
    ),
]


@pytest.mark.parametrize(
    "pattern", ["", "*", "ckpt-*", "ckpt-*.index", "*.data*"]
)
def test_files_of_tensorflow_are_their_prefix(tmp_path, pattern):
    made(tmp_path, *TENSORFLOW)
    assert found(tmp_path, pattern) == {
        ("ckpt-1", "tensorflow"),
        ("ckpt-2", "tensorflow"),
    }


def test_a_prefix_alone_is_found(tmp_path):
    made(tmp_path, *TENSORFLOW)
    assert found(tmp_path, "ckpt-2") == {("ckpt-2", "tensorflow")}


@pytest.mark.parametrize("pattern", ["", "*.*", "{epoch:02d}.*", "**/*.*"])
def test_files_of_keras_are_found(tmp_path, pattern):
    names = ["1.weights.h5", "2.keras", "3.h5"]
    made(tmp_path, *names)
    assert found(tmp_path, pattern) == {(name, "keras") for name in names}


def test_a_directory_of_backups_is_its_weights(tmp_path):
    backup = ["latest.weights.h5", "training_metadata.json"]
    made(tmp_path, *(f"b{n}/{name}" for n in (1, 2) for name in backup))
    assert found(tmp_path, "b*") == {
        (f"b{n}/latest.weights.h5", "keras") for n in (1, 2)
    }
    [one] = find_checkpoints([str(tmp_path / "b2")])
    assert one.metadata == str(tmp_path / "b2/training_metadata.json")


def test_a_name_with_brackets_is_found(tmp_path):
    made(tmp_path, "run[1]/w.1.weights.h5")
    assert found(tmp_path, "run[1]") == {("run[1]/w.1.weights.h5", "keras")}


def test_what_is_matched_twice_is_one_checkpoint(tmp_path):
    made(tmp_path, "w.1.weights.h5")
    both = [str(tmp_path / "*.h5"), str(tmp_path / "w.1.*")]
    assert len(find_checkpoints(both)) == 1


def test_nothing_there_is_an_error_that_names_the_pattern(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing matches .*none"):
        find_checkpoints([str(tmp_path / "none*")])


def test_what_is_no_checkpoint_is_named(tmp_path):
    made(tmp_path, "w.1.weights.h5", "notes.txt")
    with pytest.raises(ValueError, match=r"notes\.txt' is none"):
        find_checkpoints([str(tmp_path / "*")])
