"""Files that are small and take hours, gigabytes or another file to read."""

import os
import time
import zipfile

import h5py
import keras
import numpy as np
import pytest

from kerasviz_callbacks.commands.backfill.checkpoints.files import (
    Checkpoint,
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
from tests.kerasviz_callbacks.networks.training import plain_network


def doubled(path):
    """Link each of 40 groups twice in the next: a million million paths."""
    with h5py.File(path, "w") as file:
        inner = file.create_group("0")
        inner["x"] = np.zeros(3)
        for number in range(1, 40):
            outer = file.create_group(str(number))
            outer["a"] = outer["b"] = inner
            inner = outer


def in_a_circle(path):
    with h5py.File(path, "w") as file:
        file.create_group("a")["up"] = file["/"]


def too_deep(path):
    with h5py.File(path, "w") as file:
        file.create_group("/".join("a" * 120))["x"] = 1


def linked_to_a_fifo(path):
    os.mkfifo(path.with_name("fifo"))
    with h5py.File(path, "w") as file:
        file["x"] = h5py.ExternalLink(str(path.with_name("fifo")), "/")


def soft(path):
    with h5py.File(path, "w") as file:
        file["x"] = h5py.SoftLink("/nowhere")


def kept_elsewhere(path):
    secret = path.with_name("secret")
    secret.write_bytes(b"secret" * 4)
    with h5py.File(path, "w") as file:
        place = [(str(secret), 0, 24)]
        file.create_dataset("x", (24,), "u1", external=place)


HDF5 = [doubled, in_a_circle, too_deep, linked_to_a_fifo, soft, kept_elsewhere]


def bomb(path):
    """Write an archive of 300 kB that unpacks to 300 MB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("model.weights.h5", "w") as file:
            for _ in range(300):
                file.write(bytes(2**20))
        archive.writestr("config.json", "{}")
        archive.writestr("metadata.json", "{}")


def assert_refused(path, told):
    begin = time.perf_counter()
    with pytest.raises(UnreadableCheckpointError, match=told):
        CheckpointLoader(plain_network()).load(
            Checkpoint(str(path), "keras", path.name)
        )
    assert time.perf_counter() - begin < 10


@pytest.mark.parametrize("make", HDF5, ids=lambda make: make.__name__)
@pytest.mark.parametrize("name", ["w.weights.h5", "w.h5"])
def test_hdf5_that_keras_never_writes_is_not_followed(tmp_path, make, name):
    make(tmp_path / name)
    assert_refused(tmp_path / name, r"linked in circles|elsewhere")


def test_an_archive_that_unpacks_to_much_more_is_not_unpacked(tmp_path):
    bomb(tmp_path / "w.keras")
    assert_refused(tmp_path / "w.keras", "2 files of 300 MB|3 files of 300 MB")


def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "w.weights.h5")
    assert_refused(tmp_path / "w.weights.h5", "no plain file")


@pytest.mark.parametrize(
    ("make", "name"), [(bomb, "m.keras"), (linked_to_a_fifo, "m.h5")]
)
def test_a_model_file_is_looked_at_before_it_is_loaded(
    tmp_path, capsys, make, name
):
    make(tmp_path / name)
    assert main(["layers", str(tmp_path / name)]) == 2
    assert "cannot load" in capsys.readouterr().err


@pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")
def test_metadata_that_is_no_json_is_a_damaged_checkpoint(tmp_path):
    folder = tmp_path / "backup"
    backup = keras.callbacks.BackupAndRestore(str(folder))
    backup.set_model(plain_network())
    backup.on_train_begin()
    backup.on_epoch_end(0)
    for text in ("{", "[1]", '{"epoch": "x", "batch": 0}', "9" * 10):
        (folder / "training_metadata.json").write_text(text)
        with pytest.raises(UnreadableCheckpointError, match="is damaged"):
            in_order(find_checkpoints([str(folder)]), Ordering())
