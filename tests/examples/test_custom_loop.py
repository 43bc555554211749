"""The example of a subclassed model in a loop of one's own."""

import pytest

from examples.custom_loop import main
from tests.kerasviz_callbacks.logs.written import captures

pytestmark = pytest.mark.usefixtures("few_steps")


def test_it_draws_when_the_loop_says(tmp_path, capsys) -> None:
    words = f"--steps 5 --every 2 --filters 1 --watch 3 --log-dir {tmp_path}"
    main(words.split())
    seen = captures(tmp_path)
    kinds = ("filter_patterns", "grad_cam")
    steps = (0, 2, 4, 5)
    assert [(c.kind, c.step) for c in seen] == [
        (kind, step) for kind in kinds for step in steps
    ]
    assert [layer.path for layer in seen[0].patterns] == ["edges", "parts"]
    assert f"tensorboard --logdir {tmp_path}" in capsys.readouterr().out
