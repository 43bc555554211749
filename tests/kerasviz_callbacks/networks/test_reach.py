"""A short version of the table that `python -m benchmarks.reach` prints.

A small model or two of each kind: the heatmap is that of a model split by hand,
all that the answer rests on crosses the layer, evidence moves with a patch, and
patterns are drawn.
"""

import numpy as np
import pytest

from benchmarks.reach import applications, heads
from benchmarks.reach.row import Row, following, with_heatmaps, with_patterns


def named(cases, name):
    """Return the case of a name."""
    return next(case for case in cases if case.name == name)


def test_works_on_the_transformer_of_a_tutorial(monkeypatch):
    monkeypatch.setattr(heads, "BLOCKS", 2)
    case = named(heads.cases(), "keras.io ViT, class token")

    row = with_patterns(with_heatmaps(Row(case.name), case), case)

    assert row.verdict == "works"
    assert row.layer == "add_1 (Add)"  # the input of the last attention
    assert row.patterns.startswith("patch_encoder/dense, ")


def test_works_on_convolutions_with_attention():
    case = named(heads.cases(), "CNN and self-attention on tokens")

    assert with_heatmaps(Row(case.name), case).verdict == "works"


def test_works_on_a_model_of_keras_applications_inside_of_another():
    case = named(applications.cases(is_nested=True), "MobileNet, nested")

    row = with_heatmaps(Row(case.name), case)

    assert row.verdict == "works"
    assert row.layer == "mobilenet_1.00_96/conv_pw_13_relu (ReLU)"


@pytest.mark.filterwarnings("ignore")  # KerasHub's own
@pytest.mark.parametrize(
    "name",
    [
        "KerasHub ViTImageClassifier, class token",
        "KerasHub SwinTransformerImageClassifier",
        "KerasHub SegFormerImageSegmenter",
        "KerasHub RetinaNetObjectDetector",
    ],
)
def test_works_on_models_of_keras_hub(name):
    pytest.importorskip(
        "keras_hub", reason="pip install 'kerasviz-callbacks[hub]'"
    )
    from benchmarks.reach import hub_classifiers, hub_encoders

    case = named([*hub_classifiers.cases(), *hub_encoders.cases()], name)

    assert with_heatmaps(Row(name), case).verdict == "works"


def test_a_map_that_is_turned_round_does_not_follow_patches():
    changes = np.eye(9).reshape(9, 3, 3)  # each patch, its own cell

    assert following(changes) == pytest.approx(1)
    assert following(changes[:, ::-1]) == pytest.approx(-1)
    assert following(np.ones((9, 3, 3))) == 0
