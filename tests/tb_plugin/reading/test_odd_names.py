"""Runs whose names a loader writes with escapes into the keys of pictures."""

from pathlib import Path
from urllib.parse import quote

import pytest

from tests.known_content import Plan
from tests.tb_plugin.loaders import PROVIDERS
from tests.tb_plugin.serving.tensorboard_app import PREFIX, plugin_client
from tests.written_log import write_log

PLAN = Plan(captures=1, layers=1, images=2)
NAMES = ['a"b', "a\nb", "a\\b"]


@pytest.mark.parametrize("loader", list(PROVIDERS))
def test_pictures_of_odd_runs_are_there_or_it_is_said_how(
    tmp_path: Path, loader: str
) -> None:
    for name in [*NAMES, "plain", "it's", "ü,b"]:
        write_log(tmp_path / name, PLAN)
    with PROVIDERS[loader](tmp_path) as provider:
        client = plugin_client(provider)
        runs = [one["run"] for one in client.get(f"{PREFIX}runs").json["runs"]]
        for run in runs:
            query = f"run={quote(run)}&kind=grad_cam&path={PLAN.path(0)}"
            pack = client.get(f"{PREFIX}pictures?{query}&steps=0").data
            is_told = b"--load_fast=false can" in pack
            is_odd = run.removesuffix("/kerasviz") in NAMES
            assert is_told is (is_odd and loader == "rust"), (run, pack[:200])
            assert is_told or b"fault" not in pack
