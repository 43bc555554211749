"""What the command chooses where nothing was asked, and what it refuses."""

import pytest

from kerasviz_callbacks.arrays import spread_evenly
from kerasviz_callbacks.commands.main import main


@pytest.mark.parametrize("count", range(1, 12))
def test_what_is_spread_has_both_ends_and_nothing_twice(count):
    items = list(range(9))
    kept = spread_evenly(items, count)
    assert kept == sorted(set(kept)) and len(kept) == min(count, 9)
    assert kept[-1] == 8 and (count == 1 or kept[0] == 0)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--layers=nowhere"], "There are 'backbone/conv0', 'backbone/conv1'."),
        (["--run=other"], "got 'other'. There is 'demo/kerasviz'."),
        (["--filters=1,"], "got '1'. There are '0', '2', '4'"),
        (["--image-indices=0,9"], "got '9'. There are '0', '1', '2', '3'."),
        (["--captures=7"], "There are 0, 50, 100, 150, 200, 250."),
        (["--tile=2048"], "must take at most 512 MB"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(
    log_dir, tmp_path, capsys, options, said
):
    to = f"--to={tmp_path / 'x.png'}"
    kind = "grad_cam" if "--image" in options[0] else "filter_patterns"
    command = ["export", str(log_dir), to, f"--kind={kind}", *options]
    assert main(command) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_animation_has_no_sheet(log_dir, tmp_path, capsys):
    to = f"--to={tmp_path / 'x.gif'}"
    assert main(["export", str(log_dir), to, "--as=sheet"]) == 2
    assert "lays out .png, .jpg, .pdf alone" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_log_is_one_sentence(tmp_path, capsys):
    assert main(["export", str(tmp_path)]) == 2
    assert "tensorboard --logdir" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--to=x.bmp"], "must end with one of .png"),
        (["--captures=a"], "must be numbers as 0,3,8-11"),
        (["--images=0"], "write --image-indices 0"),
        (["--steps=0,5"], "write --captures 0,5"),
        (["--filters=0"], "whole number from 1"),
        (["--rows=0"], "whole number from 1"),
        (["--tile=2049"], "whole number from 1 to 2048"),
        (["--dpi=9999"], "whole number from 1 to 1200"),
        (["--opacity=2"], "number from 0 to 1"),
        (["--fps=nan"], "number from 0.1 to 50"),
    ],
)
def test_a_wrong_option_is_exit_code_2(capsys, options, said):
    with pytest.raises(SystemExit) as stopped:
        main(["export", "logs", *options])
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


def test_without_a_file_the_command_lists_what_there_is(log_dir, capsys):
    assert main(["export", str(log_dir)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "demo/kerasviz"
    assert len(lines) == 5
    told = "  backbone/conv1  grad_cam, 6 captures, steps 0 to 250"
    assert told in lines
