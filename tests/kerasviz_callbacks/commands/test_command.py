"""The command `kerasviz`, as a shell calls it."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import pytest

from kerasviz_callbacks.commands.layers.tree import layer_tree
from kerasviz_callbacks.commands.main import main
from kerasviz_callbacks.model.layers import find_layer

L = keras.layers


def small_model():
    """Return a model with a nested backbone; what the command is given."""
    image = keras.Input((24, 24, 3))
    x = L.Conv2D(4, 3, name="conv1")(image)
    x = L.ReLU(name="relu1")(x)
    backbone = keras.Model(image, x, name="backbone")
    classes = [
        L.Flatten(name="flat"),
        L.Dense(2, name="classes"),
    ]
    return keras.Sequential(
        [keras.Input((24, 24, 3)), backbone, *classes], name="small"
    )


def not_a_model():
    return 3


HERE = "tests.kerasviz_callbacks.commands.test_command"


def listed(source, capsys):
    """Return the lines that `kerasviz layers` prints, split into cells."""
    assert main(["layers", source]) == 0
    return capsys.readouterr().out.splitlines()


def test_layers_lists_the_tree_with_what_can_be_drawn(capsys):
    head, _, *lines = listed(f"{HERE}:small_model", capsys)
    assert head == "small, images of 24 x 24 x 3"
    assert [line.rstrip() for line in lines] == [
        "layer           class       output       filters  patterns  heatmaps",
        "backbone        Functional  22 x 22 x 4                     yes",
        "backbone/conv1  Conv2D      22 x 22 x 4  4        auto      yes",
        "backbone/relu1  ReLU        22 x 22 x 4                     auto",
        *lines[4:6],
        "",
        "yes   can be named: "
        'KerasViz(log_dir, images, layers="backbone/relu1")',
        'auto  is taken by layers="auto", where none is named',
    ]
    assert lines[4].split()[0] == "flat"
    assert lines[5].split() == ["classes", "Dense", "2"]


def test_a_listed_path_is_an_address(capsys):
    model = small_model()
    paths = [line.split()[0] for line in layer_tree(model)[3:-3]]
    assert [find_layer(model, path).path for path in paths] == paths


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["layers", f"{HERE}:small_model"], "backbone/conv1"),
        (["export", "tests/released_logs/0.1.0"], "conv1"),
    ],
)
def test_nothing_of_tensorflows_own_log_is_printed(words, said):
    environment = dict(os.environ)
    environment.pop("TF_CPP_MIN_LOG_LEVEL", None)
    done = subprocess.run(
        [sys.executable, "-m", "kerasviz_callbacks", *words],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=Path(__file__).parents[3],
    )
    assert done.stderr == ""
    assert said in done.stdout


@pytest.mark.parametrize("name", ["m.keras", "m.h5"])
@pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")
def test_a_saved_model_lists_as_the_model(tmp_path, capsys, name):
    model = small_model()
    path = tmp_path / name
    model.save(path)
    assert listed(str(path), capsys)[1:] == layer_tree(model)[1:]


@pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")
@pytest.mark.parametrize("name", ["model.keras", "model.h5"])
def test_code_in_a_model_file_is_not_run(tmp_path, capsys, name):
    trace = tmp_path / "trace"
    image = keras.Input((8, 8, 3))
    run = keras.layers.Lambda(
        eval(f"lambda x: (open({str(trace)!r}, 'w').close(), x)[1]")
    )
    top = keras.layers.GlobalAveragePooling2D()(run(image))
    keras.Model(image, top).save(tmp_path / name)
    assert trace.exists()  # as the model was made
    trace.unlink()
    assert main(["layers", str(tmp_path / name)]) == 2
    assert "Keras cannot load" in capsys.readouterr().err
    assert not trace.exists()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("nowhere.keras", "a file that is there"),
        ("no_such_module:f", "no_such_module"),
        (f"{HERE}:no_such_function", "has no function 'no_such_function'"),
        (f"{HERE}:not_a_model", "gives int"),
        (__file__, "Keras cannot load"),
    ],
)
def test_what_is_no_model_is_one_sentence_and_exit_code_2(source, said, capsys):
    assert main(["layers", source]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("kerasviz: ") and said in captured.err


def test_a_wrong_command_line_is_exit_code_2(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["nonsense"])
    assert stopped.value.code == 2
    assert "invalid choice" in capsys.readouterr().err


def test_help_teaches_and_does_not_wait_for_tensorflow():
    code = (
        "import sys; from kerasviz_callbacks.commands.main import main\n"
        "try: main(['layers', '--help'])\n"
        "except SystemExit: print('tensorflow' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "package.module:function" in done.stdout
    assert "it can be named" in done.stdout
