"""A backfill of a run's checkpoints is the log of the run itself."""

import pytest

from tests.kerasviz_callbacks.finished_run import (
    assert_alike,
    backfill,
    comparable,
    train,
)
from tests.kerasviz_callbacks.log_content import assert_same_content
from tests.kerasviz_callbacks.written import captures
from tests.tb_plugin.loaders import PROVIDERS

EPOCHS = 19
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ impl:DeprecationWarning"  # of Keras, as it saves
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return the folder of a run of 20 checkpoints."""
    folder = tmp_path_factory.mktemp("run")

    def save(model, epoch):
        model.save_weights(folder / f"w.{2 * epoch}.weights.h5")

    train(folder, save, EPOCHS)
    return folder


def test_backfill_equals_the_live_run(run, tmp_path):
    code = backfill(
        "--checkpoints", run, "--log-dir", tmp_path, "--steps-per-epoch", 2
    )
    assert code == 0
    ours, theirs = captures(tmp_path), captures(run / "live")
    assert [c.step for c in ours] == [2 * i for i in range(20)] * 2
    assert_alike([*map(comparable, ours)], [*map(comparable, theirs)])
    for loader in PROVIDERS:
        assert_same_content(tmp_path, run / "live", loader)
