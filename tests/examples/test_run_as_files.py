"""Every script of `examples/` runs as a file, from any folder."""

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"
SCRIPTS = sorted(
    path.name
    for path in EXAMPLES.glob("*.py")
    if "__main__" in path.read_text("utf-8")
)
# One process for all: each would take seconds to load TensorFlow.
PROGRAM = """
import contextlib, io, runpy, sys
path = list(sys.path)
for script in sys.argv[1:]:
    sys.path[:] = [script.rpartition("/")[0], *path[1:]]
    for name in [name for name in sys.modules if name.startswith("examples")]:
        del sys.modules[name]
    sys.argv = [script, "--help"]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        try:
            runpy.run_path(script, run_name="__main__")
        except SystemExit as end:
            assert not end.code, (script, end.code)
    assert said.getvalue().startswith("usage: "), script
    print(script)
"""


def test_every_script_answers_help(tmp_path) -> None:
    paths = [str(EXAMPLES / name) for name in SCRIPTS]
    environment = {"PATH": "", "HOME": str(tmp_path)}  # no PYTHONPATH
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *paths],
        check=False,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == paths, done.stderr
    assert {"backfill.py", "real_network.py"} <= set(SCRIPTS)
