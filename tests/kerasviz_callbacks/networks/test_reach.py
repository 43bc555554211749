"""A short version of the table that `python -m benchmarks.reach` prints.

A few small models of each kind: the heatmap is that of a model split by hand,
all that the answer rests on crosses the layer, evidence moves with a patch, and
patterns are drawn.
"""

import pytest

from benchmarks.reach import applications, heads
from benchmarks.reach.row import Row, with_heatmaps, with_patterns


def named(cases, name):
    """Return the case of a name."""
    return next(case for case in cases if case.name == name)


@pytest.mark.parametrize(
    "name",
    [
        "keras.io ViT, flattened",
        "keras.io ViT, class token",
        "CNN and self-attention on tokens",
        "CNN, squeeze and excite",
    ],
)
def test_works_on_heads_of_tutorials(name):
    case = named(heads.cases(), name)

    row = with_patterns(with_heatmaps(Row(name), case), case)

    assert row.verdict == "works"
    assert not row.patterns.startswith("none")


@pytest.mark.parametrize("is_nested", [False, True])
def test_works_on_a_model_of_keras_applications(is_nested):
    cases = applications.cases(is_nested=is_nested)
    case = next(one for one in cases if one.name.startswith("MobileNetV3Small"))

    assert with_heatmaps(Row(case.name), case).verdict == "works"


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
    pytest.importorskip("keras_hub", reason="pip install 'kerasviz[hub]'")
    from benchmarks.reach import hub_classifiers, hub_encoders

    case = named([*hub_classifiers.cases(), *hub_encoders.cases()], name)

    assert with_heatmaps(Row(name), case).verdict == "works"
