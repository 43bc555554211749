"""A short run of the soak; `benchmarks/soak.py` makes a long one."""

import sys

import pytest

from benchmarks import kills, soak


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_training_is_the_same_while_things_go_wrong(monkeypatch):
    # So few captures cannot tell growth of 2%, nor be without a fault.
    monkeypatch.setattr(soak, "MOST_GROWTH", 1.1)
    monkeypatch.setattr(soak, "MOST_SLOWER", 5)
    monkeypatch.setattr(soak, "SHARE_OF_FAULTS", 0.15)
    monkeypatch.setattr(soak, "STEPS_PER_FIT", 20)
    found = soak.soak(120, seed=3)
    assert set(found.faults) == set(soak.FAULTS)
    assert found.num_read > 10


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")
def test_a_training_that_is_killed_goes_on_as_if_it_had_not_been():
    """Its forked workers live on, and it is restarted at once."""
    found = kills.killed(1, seed=3)
    assert found.num_captures == 2 * (kills.EPOCHS + 1)
