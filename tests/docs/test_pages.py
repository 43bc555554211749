"""The pages can be built, and what they link to and show is there."""

import re

import pytest
from sphinx.cmd.build import build_main

from tests.docs.markdown import DOCS, PAGES, text_of

LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES)
def test_every_linked_file_and_picture_is_there(page):
    folder = (DOCS / page).parent
    for name in LINK.findall(text_of(page)):
        assert (folder / name).is_file(), name


def test_pictures_are_small_and_have_a_description():
    for picture in (DOCS / "images" / "real").glob("*.jpg"):
        assert picture.stat().st_size < 300_000, picture.name
    shown = re.findall(r"!\[(.*?)\]", "".join(map(text_of, PAGES)))
    assert shown and min(map(len, shown)) > 20


def test_every_page_can_be_reached():
    trees = re.findall(r"```{toctree}\n(.*?)```", text_of("index"), re.DOTALL)
    listed = re.findall(r"^[a-z_/]+$", "\n".join(trees), re.MULTILINE)
    assert sorted([*listed, "index"]) == PAGES


@pytest.mark.filterwarnings("ignore")  # of what Sphinx imports
def test_the_pages_build_without_a_warning(tmp_path, capsys):
    flags = ["-q", "-W", "--keep-going", "-b", "dummy"]
    assert build_main([*flags, str(DOCS), str(tmp_path)]) == 0, (
        capsys.readouterr().err
    )
