"""What is built of a checkout: the sdist, the wheel of it, and the wheel."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("kerasviz_callbacks", "tb_plugin")
UNTRACKED = ".git .venv* node_modules logs runs site build dist shared".split()


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """Return a folder of `sdist/` (with the wheel made of it) and `wheel/`."""
    folder = tmp_path_factory.mktemp("built")
    passed_over = shutil.ignore_patterns(*UNTRACKED, "*.egg-info", ".*_cache")
    shutil.copytree(ROOT, folder / "source", ignore=passed_over)
    build = [sys.executable, "-m", "build", "--no-isolation"]
    for name, flags in (("sdist", []), ("wheel", ["--wheel"])):
        subprocess.run(
            [*build, *flags, "--outdir", folder / name, folder / "source"],
            check=True,
            capture_output=True,
        )
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of the only wheel in a folder."""
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def metadata(built) -> Message:
    files = contents(built / "wheel")
    [name] = [name for name in files if name.endswith("/METADATA")]
    return Parser().parsestr(files[name].decode())


def test_wheel_holds_every_file_of_the_packages(built) -> None:
    expected = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    found = {x for x in contents(built / "wheel") if ".dist-info/" not in x}
    assert found == expected
    assert {f"{package}/py.typed" for package in PACKAGES} <= found


def test_wheel_of_the_sdist_is_the_wheel(built) -> None:
    assert contents(built / "sdist") == contents(built / "wheel")


def test_sdist_holds_what_the_tests_need(built) -> None:
    [sdist] = (built / "sdist").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    alone = ("CHANGELOG.md", "LICENSE", "Makefile", ".ci/oldest.txt")
    here = Path(__file__).relative_to(ROOT).as_posix()
    log = "tests/released_logs/0.1.0/kerasviz/events.out.tfevents.0"
    assert {
        *alone,
        here,
        log,
        "examples/demo/story.py",
        "docs/conf.py",
    } <= names
    assert not [name for name in names if "__pycache__" in name]


def test_metadata_says_what_an_index_asks(metadata) -> None:
    assert metadata["Name"] == "kerasviz-callbacks"
    assert metadata["Project-URL"].startswith("Repository, https://")
    assert metadata["License-Expression"] == "MIT"
    assert "Typing :: Typed" in metadata.get_all("Classifier")
    extras = {"backfill", "bench", "dev", "docs", "hub", "orbax", "test"}
    assert set(metadata.get_all("Provides-Extra")) == extras


def test_tensorboard_finds_the_plugin_and_a_shell_the_command(built) -> None:
    files = contents(built / "wheel")
    [name] = [name for name in files if name.endswith("/entry_points.txt")]
    entries = files[name].decode().splitlines()
    assert "kerasviz = tb_plugin.loader:KerasVizLoader" in entries
    assert "kerasviz = kerasviz_callbacks.commands.main:main" in entries
