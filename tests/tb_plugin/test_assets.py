"""The front end is served from a list, with types that a browser accepts."""

import re
from pathlib import Path

import pytest
from werkzeug.test import Client

import tb_plugin
from tb_plugin.assets import Asset, assets_version, list_assets
from tests.tb_plugin.tensorboard_app import PREFIX

STATIC = Path(tb_plugin.__file__).parent / "static"
ENTRY = {"index", "api", "files", "host", "pack"}  # what it imports is here
TYPES = {"types", "overview_types"}  # imported by nobody at run time
MIME_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
}


def test_every_packaged_file_is_listed_under_its_path() -> None:
    packaged = {
        path.relative_to(STATIC).as_posix()
        for path in STATIC.rglob("*")
        if path.suffix in MIME_TYPES
    }
    assert set(list_assets()) == packaged and "index.js" in packaged


@pytest.mark.parametrize("name", sorted(list_assets()))
def test_file_is_served_as_it_is_with_its_type(
    client: Client, name: str
) -> None:
    response = client.get(f"{PREFIX}static/{name}")
    assert response.status_code == 200
    assert response.data == (STATIC / name).read_bytes()
    assert response.headers["Content-Type"] == MIME_TYPES[Path(name).suffix]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_file_under_the_present_version_may_be_kept_for_good(
    client: Client,
) -> None:
    version = assets_version(list_assets())
    kept = client.get(f"{PREFIX}static/{version}/views/shell.js")
    assert kept.status_code == 200
    assert kept.cache_control.immutable and kept.cache_control.max_age > 1e7
    plain = client.get(f"{PREFIX}static/views/shell.js")
    assert not plain.cache_control.immutable and not plain.cache_control.max_age
    old = client.get(f"{PREFIX}static/0123456789abcdef/index.js")
    assert old.status_code == 404


def test_version_follows_the_content_of_every_file() -> None:
    assets = list_assets()
    changed = {**assets, "index.js": Asset(b"", "text/javascript")}
    assert assets_version(changed) != assets_version(assets)
    assert assets_version(dict(assets)) == assets_version(assets)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../plugin.py",
        "%2e%2e/plugin.py",
        "..%2fplugin.py",
        "views/../../plugin.py",
        "..\\plugin.py",
        "/etc/passwd",
        "//etc/passwd",
        "index.js/",
        "index.js%00.css",
        "INDEX.JS",
        "nothing.js",
        "static/index.js",
        "x" * 5000,
    ],
)
def test_nothing_else_is_served(client: Client, name: str) -> None:
    response = client.get(f"{PREFIX}static/{name}")
    assert response.status_code == 404
    assert response.content_type.startswith("text/plain")


def test_every_file_of_the_page_is_asked_for_at_once() -> None:
    lists = (STATIC / "files.js").read_text()
    modules, styles = lists.split("export const STYLES")
    asked = set(re.findall(r"[\w/]+", modules.split("`")[1]))
    scripts = _names(".js")
    assert asked == scripts - ENTRY - TYPES
    assert set(re.findall(r"'(\w+)'", styles)) == _names(".css")
    assert scripts >= ENTRY | TYPES


def _names(suffix: str) -> set[str]:
    """Return the files of a type, without their suffix."""
    return {
        path.relative_to(STATIC).with_suffix("").as_posix()
        for path in STATIC.rglob(f"*{suffix}")
    }
