"""The example of a segmentation."""

import numpy as np
import pytest

from examples.segmentation import BACKGROUND, DISC, SQUARE, draw_scenes, main
from tests.kerasviz_callbacks.logs.written import captures

pytestmark = pytest.mark.usefixtures("few_steps")


def test_heatmaps_are_of_discs_before_any_is_found(tmp_path) -> None:
    words = f"--images 16 --epochs 1 --filters 1 --watch 3 --log-dir {tmp_path}"
    main(words.split())
    seen = captures(tmp_path)
    kinds = ("filter_patterns", "grad_cam")
    expected = [(kind, epoch) for kind in kinds for epoch in (0, 1)]
    assert [(c.kind, c.epoch) for c in seen] == expected
    baseline = seen[2]
    assert [layer.path for layer in baseline.maps] == ["inner", "up2"]
    assert {layer.method for layer in baseline.maps} == {"hires_cam"}
    assert baseline.outcome is not None
    assert baseline.outcome.row_target == ("class over a mask",) * 3
    assert baseline.outcome.row_class == (DISC,) * 3


def test_every_scene_has_a_whole_disc_and_square() -> None:
    images, classes = draw_scenes(20, seed=0)
    assert images.shape == (20, 64, 64, 3)
    for one in classes:
        sides = np.sqrt([(one == k).sum() for k in (DISC, SQUARE)])
        assert (sides > 10).all() and (one == BACKGROUND).any()
