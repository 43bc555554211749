"""The example of several devices, on a processor that is divided in two."""

import subprocess
import sys
from pathlib import Path

from tests.kerasviz_callbacks.logs.written import captures

PROGRAM = """
import sys
from examples.multi_gpu import main
from tests.conftest import quick_training
with quick_training():
    main(sys.argv[1:])
"""


def test_two_replicas_are_drawn_once(tmp_path) -> None:
    words = "--cpus 2 --images 16 --batch-size 4 --epochs 1 --filters 1"
    words += f" --log-dir {tmp_path}"
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words.split()],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    ).stdout
    assert "Training 2 replicas" in said
    assert f"tensorboard --logdir {tmp_path}" in said
    kinds = ("filter_patterns", "grad_cam")
    assert [(c.kind, c.step) for c in captures(tmp_path)] == [
        (kind, step) for kind in kinds for step in (0, 2)
    ]
