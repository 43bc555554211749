"""The example of CIFAR-10: on gratings, and where nothing can be downloaded."""

import numpy as np
import pytest
from keras.src.backend import config

from examples.cifar10 import main, synthetic
from tests.kerasviz_callbacks.logs.written import captures

pytestmark = pytest.mark.usefixtures("few_steps")


def test_both_streams_are_drawn_after_each_epoch(tmp_path, capsys) -> None:
    words = (
        f"--synthetic 40 --epochs 2 --filters 1 --watch 3 --log-dir {tmp_path}"
    )
    main(words.split())
    seen = [(c.kind, c.epoch) for c in captures(tmp_path)]
    kinds = ("filter_patterns", "grad_cam")
    assert seen == [(kind, epoch) for kind in kinds for epoch in (0, 1, 2)]
    assert f"tensorboard --logdir {tmp_path}" in capsys.readouterr().out


def test_gratings_have_the_form_of_the_photographs() -> None:
    for (images, labels), count in zip(synthetic(50), (50, 10), strict=True):
        assert images.shape == (count, 32, 32, 3)
        assert images.dtype == labels.dtype == np.uint8
        assert set(labels) == set(range(10))


def test_without_a_connection_it_says_what_to_do(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setattr(config, "_KERAS_DIR", str(tmp_path))  # as KERAS_HOME
    with pytest.raises(SystemExit, match="use --synthetic 2000") as said:
        main([])
    assert "CIFAR-10 could not be downloaded" in str(said.value)
