"""What lies where the command would write, and what it would allocate."""

import os
import sys
from pathlib import Path

import pytest

from kerasviz_callbacks.commands.export.panels.decoding import Room
from kerasviz_callbacks.commands.export.paper import animation
from kerasviz_callbacks.commands.main import main

QUICK = ("--kind=filter_patterns", "--layers=conv1", "--columns=2", "--rows=2")


def exported(log_dir: Path, target: Path, *options: str) -> int:
    return main(["export", str(log_dir), f"--to={target}", *QUICK, *options])


def test_a_file_is_replaced_only_by_force(log_dir, tmp_path, capsys):
    target = tmp_path / "a.png"
    target.write_bytes(b"mine")
    assert exported(log_dir, target) == 2
    assert "--force replaces it" in capsys.readouterr().err
    assert target.read_bytes() == b"mine"
    assert exported(log_dir, target, "--force") == 0
    assert target.read_bytes().startswith(b"\x89PNG")
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("", 2), ("no", 2)])
def test_a_person_is_asked(log_dir, tmp_path, monkeypatch, answer, code):
    target = tmp_path / "a.png"
    target.write_bytes(b"mine")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: answer)
    assert exported(log_dir, target) == code
    assert (target.read_bytes() == b"mine") == bool(code)


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_link_in_the_way_is_not_followed(log_dir, tmp_path, capsys, force):
    other = tmp_path / "other"
    other.write_bytes(b"mine")
    target = tmp_path / "a.png"
    target.symlink_to(other)
    assert exported(log_dir, target, *force) == 2
    assert "is a symbolic link" in capsys.readouterr().err
    assert other.read_bytes() == b"mine" and target.is_symlink()


def test_a_link_where_the_file_is_prepared_is_not_followed(log_dir, tmp_path):
    other = tmp_path / "other"
    other.write_bytes(b"mine")
    (tmp_path / ".a.png.part").symlink_to(other)
    assert exported(log_dir, tmp_path / "a.png") == 0
    assert other.read_bytes() == b"mine"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_what_is_no_file_is_not_written_to(log_dir, tmp_path, capsys):
    os.mkfifo(tmp_path / "a.png")
    (tmp_path / "b.png").mkdir()
    for name in ("a.png", "b.png"):
        assert exported(log_dir, tmp_path / name, "--force") == 2
        assert "is no plain file" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_said(log_dir, tmp_path, capsys):
    assert exported(log_dir, tmp_path / "none" / "a.png") == 2
    assert "a folder that is there" in capsys.readouterr().err


def test_frames_that_do_not_fit_are_refused_before_they_are_drawn(
    log_dir, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(animation, "MAX_BYTES", 100_000)
    assert exported(log_dir, tmp_path / "a.gif") == 2
    assert "frames of an animation must take" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_tiles_of_all_layers_share_the_room():
    room = Room()
    for _ in range(4):
        room.take(170, (1000, 1000))  # 510 MB
    with pytest.raises(ValueError, match="tiles of all layers must take"):
        room.take(170, (1000, 1000))
    with pytest.raises(ValueError, match="tiles of a layer must take"):
        Room().take(180, (1000, 1000))
