"""The example notebook runs, shows its results and starts our tab."""

import ast
import base64
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "examples" / "notebook.ipynb"
RUNNER = Path(__file__).with_name("run_notebook.py")

QUICK = """\
48, 1, 1
from tests.conftest import quick_training
quick = quick_training()
quick.__enter__()
"""
# What the TensorBoard that was started tells; it ends with the notebook.
ASK = """\
# ask TensorBoard
import json, time, urllib.request
from tensorboard import manager

[started] = manager.get_all()

def told(path):
    address = f"http://localhost:{started.port}/data/{path}"
    with urllib.request.urlopen(address) as answer:
        return json.load(answer)

while not told("plugin/kerasviz/runs")["runs"]:
    time.sleep(0.05)
listing, runs = told("plugins_listing"), told("plugin/kerasviz/runs")
json.dumps([listing["kerasviz"]["enabled"], runs["runs"][0]["streams"]])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the notebook ran, with one short epoch."""
    folder = tmp_path_factory.mktemp("notebook")
    paths = [str(Path(sys.executable).parent), os.environ["PATH"]]
    environment = {
        **os.environ,
        "PATH": os.pathsep.join(paths),
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(folder),  # where TensorBoard notes that it runs
        "IPYTHONDIR": str(folder / "ipython"),
    }
    command = [sys.executable, str(RUNNER), str(NOTEBOOK)]
    command += [str(folder / "ran.ipynb"), "1200, 5, 8", QUICK, ASK]
    subprocess.run(command, check=True, env=environment, capture_output=True)
    return folder


def outputs(folder: Path, kind: str) -> dict[str, str]:
    """Return the outputs of a kind, by the first line of their cell."""
    notebook = nbformat.read(folder / "ran.ipynb", as_version=4)
    return {
        cell.source.splitlines()[0]: output.data[kind]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if kind in output.get("data", {})
    }


def test_the_notebook_is_stored_without_outputs_and_small():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not c.outputs and c.execution_count is None for c in cells)
    assert NOTEBOOK.stat().st_size < 10_000


def test_patterns_heatmaps_and_axes_show_themselves(folder):
    shown = outputs(folder, "image/png")
    assert list(shown) == [
        "from kerasviz_callbacks import Preset, filter_patterns",
        "from kerasviz_callbacks import grad_cam",
        "from matplotlib import pyplot as plt",
    ]
    for data in shown.values():
        picture = Image.open(io.BytesIO(base64.b64decode(data)))
        assert min(picture.size) > 100


def test_the_evolution_has_a_frame_for_each_capture(folder):
    assert outputs(folder, "image/gif")
    with Image.open(folder / "evolution.gif") as picture:
        assert picture.n_frames == 2


def test_the_magic_starts_a_tensorboard_with_our_tab(folder):
    pages = outputs(folder, "text/html")
    assert "iframe" in pages["%load_ext tensorboard"]
    told = outputs(folder, "text/plain")[ASK.splitlines()[0]]
    answer = json.loads(ast.literal_eval(told))
    assert answer == [True, ["filter_patterns", "grad_cam"]]
