"""The loader: what it asks of TensorBoard, and that it never raises."""

import argparse
import logging
import subprocess
import sys
from importlib import metadata
from typing import Any

import pytest
from tensorboard.plugins.base_plugin import TBContext

from tb_plugin.loader import KEPT_STEPS, KerasVizLoader
from tb_plugin.serving.assets import assets_version, list_assets
from tests.tb_plugin.loaders import python_provider


def fixed(**flags: Any) -> argparse.Namespace:
    namespace = argparse.Namespace(**flags)
    KerasVizLoader().fix_flags(namespace)
    return namespace


def test_every_step_of_ours_is_kept_and_no_more_of_others() -> None:
    samples = fixed(samples_per_plugin={"images": 5}).samples_per_plugin
    assert samples == {"images": 5, "kerasviz": KEPT_STEPS}


def test_kept_steps_are_many_and_finite() -> None:
    assert 10_000 <= KEPT_STEPS < 2**31


def test_a_limit_that_the_user_set_is_respected() -> None:
    samples = fixed(samples_per_plugin={"kerasviz": 7}).samples_per_plugin
    assert samples == {"kerasviz": 7}


@pytest.mark.parametrize("flags", [{}, {"samples_per_plugin": None}])
def test_flags_of_another_tensorboard_do_not_raise(
    flags: dict[str, Any],
) -> None:
    assert vars(fixed(**flags)) == flags


def test_flags_get_no_additions() -> None:
    parser = argparse.ArgumentParser()
    before = parser.format_help()
    KerasVizLoader().define_flags(parser)
    assert parser.format_help() == before


@pytest.mark.parametrize("context", [TBContext(), None, object()])
def test_a_plugin_that_cannot_run_is_logged_and_left_out(
    context: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        assert KerasVizLoader().load(context) is None
    assert "could not be loaded" in caplog.text


def test_plugin_describes_itself(log_dir: Any) -> None:
    with python_provider(log_dir) as provider:
        plugin = KerasVizLoader().load(TBContext(data_provider=provider))
    assert plugin is not None
    assert plugin.frontend_metadata().tab_name == "KerasViz"
    entry = f"/static/{assets_version(list_assets())}/index.js"
    assert plugin.frontend_metadata().es_module_path == entry
    assert plugin.data_plugin_names() == ("kerasviz",)
    assert plugin.is_active() is False


def test_entry_point_names_the_loader() -> None:
    [entry] = metadata.entry_points(
        group="tensorboard_plugins", name="kerasviz"
    )
    assert entry.load() is KerasVizLoader


def test_loader_imports_little_of_ours() -> None:
    program = (
        "import sys, tb_plugin.loader\n"
        "print(sorted(m for m in sys.modules if m.startswith('tb_plugin.')))\n"
        "print('numpy' in sys.modules, 'tensorflow' in sys.modules)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        text=True,
    )
    assert said.stdout == "['tb_plugin.loader']\nFalse False\n", said.stderr
