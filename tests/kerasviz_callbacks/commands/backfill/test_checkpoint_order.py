"""Checkpoints stand in the order of training, each at its step."""

import json
import os

import h5py
import pytest

from kerasviz_callbacks.commands.backfill.checkpoints.files import (
    find_checkpoints,
)
from kerasviz_callbacks.commands.backfill.checkpoints.order import (
    Ordering,
    in_order,
)


def saved(folder, name, count=None, time_s=None):
    """Write what looks like weights, with the optimizer's count."""
    path = folder / f"{name}.weights.h5"
    path.parent.mkdir(exist_ok=True)
    with h5py.File(path, "w") as file:
        file["layers/conv/vars/0"] = [1.0]
        if count is not None:
            file["optimizer/vars/0"] = count
    if time_s is not None:
        os.utime(path, (time_s, time_s))
    return path


def ordered(folder, pattern="", **how):
    return in_order(find_checkpoints([str(folder / pattern)]), Ordering(**how))


def places(found):
    return [
        (p.place.step, p.place.epoch, p.place.iterations) for p in found.all
    ]


NAMED = [
    ({"w.10": None, "w.2": None}, {}, [(2, 0, None), (10, 0, None)]),
    (
        {"w.10": None, "w.2": None},
        {"steps_per_epoch": 2},
        [(2, 1, None), (10, 5, None)],
    ),
    (
        {"w.1": None, "w.2": None},
        {"number": "epoch"},
        [(1, 1, None), (2, 2, None)],
    ),
    (
        {"w.1": None, "w.2": None},
        {"number": "epoch", "steps_per_epoch": 5},
        [(5, 1, None), (10, 2, None)],
    ),
    ({"w.1": 40, "w.2": 80}, {}, [(40, 1, 40), (80, 2, 80)]),
    ({"w.40": 40, "w.80": 80}, {}, [(40, 0, 40), (80, 0, 80)]),
    ({"w.1": 40, "w.2": 0}, {}, [(1, 0, 40), (2, 0, 0)]),
    ({"epoch-1": 40, "epoch-2": 0}, {}, [(1, 1, 40), (2, 2, 0)]),
    ({"epoch-1": 40, "epoch-2": 80}, {}, [(40, 1, 40), (80, 2, 80)]),
    ({"epoch-0": None, "epoch-1": 5}, {}, [(0, 0, None), (5, 1, 5)]),
    ({"w.0": None, "w.1": 5}, {}, [(0, 0, None), (5, 1, 5)]),
    ({"step-9": 8, "step-8": 7}, {}, [(8, 0, 7), (9, 0, 8)]),
]


@pytest.mark.parametrize(("files", "how", "expected"), NAMED, ids=str)
def test_names_and_counts_tell_the_place(tmp_path, files, how, expected):
    for name, count in files.items():
        saved(tmp_path, name, count)
    assert places(ordered(tmp_path, **how)) == expected


def test_a_template_with_batches_needs_the_steps_of_an_epoch(tmp_path):
    for name in ("01-3", "01-6", "02-3"):
        saved(tmp_path, name)
    template = str(tmp_path / "{epoch:02d}-{batch}.weights.h5")
    with pytest.raises(ValueError, match="--steps-per-epoch"):
        ordered(tmp_path, template=template)
    found = ordered(tmp_path, template=template, steps_per_epoch=6)
    assert places(found) == [(3, 0, None), (6, 1, None), (9, 1, None)]


@pytest.mark.parametrize("by", ["auto", "time"])
def test_where_no_name_tells_time_does(tmp_path, by):
    for name, time_s in (("b", 100), ("a", 200), ("c", 50)):
        saved(tmp_path, f"{name}/best", time_s=time_s)
    found = ordered(tmp_path, "*/*", by=by)
    names = [p.checkpoint.name.split("/")[-2] for p in found.all]
    assert names == ["c", "b", "a"] and "by the time" in found.words
    assert [step for step, *_ in places(found)] == [0, 1, 2]


def test_files_of_one_time_are_refused(tmp_path):
    for name in ("a", "b"):
        saved(tmp_path, name, time_s=100)
    with pytest.raises(ValueError, match="saved at the same time"):
        ordered(tmp_path)


def test_names_without_a_number_are_refused_if_they_are_to_tell(tmp_path):
    for name in ("a", "b"):
        saved(tmp_path, name)
    with pytest.raises(ValueError, match="holds none that differs"):
        ordered(tmp_path, by="name")


def test_two_checkpoints_of_one_step_are_refused(tmp_path):
    saved(tmp_path, "w.2")
    saved(tmp_path, "w.02")
    with pytest.raises(ValueError, match="both of 2"):
        ordered(tmp_path)


def test_a_torn_file_is_left_out_and_told(tmp_path):
    for number in (1, 2, 3):
        path = saved(tmp_path, f"w.{number}", count=number)
        if number == 2:
            path.write_bytes(path.read_bytes()[:100])
    found = ordered(tmp_path)
    assert [step for step, *_ in places(found)] == [1, 3]
    [error] = found.unreadable
    assert "w.2.weights.h5" in str(error)


def test_backups_tell_their_epoch(tmp_path):
    for name, epoch, batch in (("a", 3, 0), ("b", 1, 0), ("c", 1, 4)):
        saved(tmp_path, f"{name}/latest")
        told = json.dumps({"epoch": epoch, "batch": batch})
        (tmp_path / name / "training_metadata.json").write_text(told)
    found = ordered(tmp_path, "*", steps_per_epoch=10)
    assert places(found) == [(10, 1, None), (15, 1, None), (30, 3, None)]
