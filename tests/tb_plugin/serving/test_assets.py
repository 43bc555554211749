"""The front end is served from a list, with types that a browser accepts."""

import gzip
from pathlib import Path

import pytest
from werkzeug.test import Client

import tb_plugin
from tb_plugin.serving.assets import Asset, assets_version, list_assets
from tests.tb_plugin.serving.tensorboard_app import PREFIX

MIME_TYPES = {
    "index.css": "text/css; charset=utf-8",
    "index.js": "text/javascript; charset=utf-8",
    "index.js.map": "application/json",
    "modules/index.css": "text/css; charset=utf-8",
    "modules/views/shell.js": "text/javascript; charset=utf-8",
}
STATIC = Path(tb_plugin.__file__).parent / "static"


@pytest.mark.parametrize("name", sorted(MIME_TYPES))
@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_file_is_served_with_its_type_to_whoever_asks(
    client: Client, name: str, accepted: str
) -> None:
    response = client.get(
        f"{PREFIX}static/{name}", headers={"Accept-Encoding": accepted}
    )
    assert response.status_code == 200
    content = list_assets()[name].content
    is_packed = accepted == "gzip"
    assert response.data == (content if is_packed else gzip.decompress(content))
    assert ("Content-Encoding" in response.headers) == is_packed
    assert response.headers["Content-Type"] == MIME_TYPES[name]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_files_are_the_page_its_source_map_and_the_single_files() -> None:
    single = {
        f"modules/{path.relative_to(STATIC).as_posix()}": path.read_bytes()
        for path in STATIC.rglob("*.*")
    }
    assets = list_assets()
    assert set(assets) == {"index.css", "index.js", "index.js.map", *single}
    served = {name: gzip.decompress(assets[name].content) for name in single}
    assert served == single


def test_file_under_the_present_version_may_be_kept_for_good(
    client: Client,
) -> None:
    version = assets_version(list_assets())
    kept = client.get(f"{PREFIX}static/{version}/index.js")
    assert kept.status_code == 200
    assert kept.cache_control.immutable and kept.cache_control.max_age > 1e7
    plain = client.get(f"{PREFIX}static/index.js")
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
        "views/shell.js",
        "modules/",
        "modules/nothing.js",
        "modules/../plugin.py",
        "modules/index.js.map",
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
