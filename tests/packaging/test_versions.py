"""A version is said once, and what else names it agrees."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import kerasviz_callbacks

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_oldest_versions_that_are_tested_are_those_that_are_asked_for() -> None:
    text = (ROOT / ".ci/oldest.txt").read_text()
    pinned = dict(re.findall(r"^(\w+)==([\d.]+)$", text, re.M))
    pinned.pop("pyparsing")  # matplotlib asks for it, not we
    asked = dict(x.split(">=") for x in PROJECT["dependencies"])
    assert pinned.keys() == asked.keys()
    for name, version in asked.items():
        assert f"{pinned[name]}.".startswith(f"{version}."), name


def test_changelog_begins_with_this_version() -> None:
    headings = re.findall(
        r"^## (\S+?),? ", (ROOT / "CHANGELOG.md").read_text(), re.M
    )
    assert headings[0] == PROJECT["version"]


def test_a_citation_names_this_version() -> None:
    text = (ROOT / "CITATION.cff").read_text()
    assert f"\nversion: {PROJECT['version']}\n" in text


def test_package_knows_its_version() -> None:
    assert kerasviz_callbacks.__version__ == importlib.metadata.version(
        "kerasviz-callbacks"
    )
