"""The example of a backfill, with little to train on."""

import pytest

from examples.backfill import main
from tests.kerasviz_callbacks.logs.written import captures


@pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")
def test_a_run_is_drawn_after_it(tmp_path, capsys) -> None:
    words = f"--folder {tmp_path}/run --log-dir {tmp_path}/log"
    main(f"{words} --epochs 2 --images 40 --filters 1".split())
    seen = captures(tmp_path / "log")
    assert [(c.kind, c.epoch, c.step) for c in seen] == [
        (kind, epoch, 2 * epoch)
        for kind in ("filter_patterns", "grad_cam")
        for epoch in (0, 1, 2)
    ]
    assert "kerasviz backfill --model" in capsys.readouterr().out
