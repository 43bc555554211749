"""The export works where TensorFlow cannot be imported."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys, warnings
warnings.simplefilter("error")
warnings.filterwarnings("ignore", "html5lib's sanitizer is deprecated")
sys.modules["tensorflow"] = sys.modules["keras"] = None  # imports now fail
from kerasviz_callbacks.commands.main import main
for name in ["a.html", "a.png", "a.gif"]:
    assert main(["export", sys.argv[1], "--to", f"{sys.argv[2]}/{name}"]) == 0
"""


def test_every_format_is_written(log_dir: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(log_dir), str(tmp_path)]
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[4],
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["a.gif", "a.html", "a.png"]


WITHOUT_MATPLOTLIB = """
import sys
sys.modules["matplotlib"] = None
from kerasviz_callbacks.commands.main import main
sys.exit(main(["export", sys.argv[1], "--to", f"{sys.argv[2]}/a.png"]))
"""


def test_without_matplotlib_it_says_what_to_install(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", WITHOUT_MATPLOTLIB, str(tmp_path), "."],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[4],
    )
    assert said.returncode == 2
    assert said.stderr.endswith("installed — pip install matplotlib\n")
