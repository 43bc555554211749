"""How far the baseline is, shown where somebody looks."""

import sys

import pytest

from tests.kerasviz_callbacks.networks.training import (
    drawing,
    fit,
    plain_network,
)


def printed(tmp_path, capsys, **options) -> str:
    fit(plain_network(), drawing(tmp_path, **options), epochs=1)
    return capsys.readouterr().out


def test_a_terminal_shows_the_layer_that_the_baseline_draws(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    out = printed(tmp_path, capsys, verbose=1)
    shown = [line for line in out.split("\r") if "baseline [" in line]
    assert "0 of 2, conv2" in shown[0]
    assert out.count("baseline [") == len(shown)  # of the baseline alone
    after = out.rsplit("baseline [", 1)[1]
    assert after.split("\r")[1].strip() == ""  # wiped


@pytest.mark.parametrize("verbose", [0, 1])
def test_a_file_does_not(tmp_path, capsys, verbose):
    assert "baseline [" not in printed(tmp_path, capsys, verbose=verbose)
