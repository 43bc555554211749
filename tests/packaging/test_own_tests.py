"""The tests of a checkout are found where others are installed."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_tests_that_a_package_brought_do_not_hide_ours(tmp_path) -> None:
    """As those that tf-keras-vis, of the extra `bench`, installs."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "__init__.py").touch()
    found = subprocess.run(
        [sys.executable, "-c", "import tests; print(tests.__file__)"],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert Path(found.stdout.strip()).parent == ROOT / "tests"
