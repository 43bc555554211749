"""The captures of a layer in, which rows its heatmaps have out.

A capture tells its rows by position; an image keeps its row over captures by
its content and by what is explained of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kerasviz_callbacks.commands.export import words
from tb_plugin.contract import MapLayer, Outcome
from tb_plugin.findings.attention import maps_of
from tb_plugin.findings.finding import outcome_of
from tb_plugin.serving.payload import DrawnLayer


@dataclass(frozen=True)
class MapRow:
    """One row over all captures.

    Attributes:
        image: content hash.
        target: what is explained, in words.
        is_one_of_several: whether the image has more rows than this.
        top: the largest value of its maps in the whole run.
        label: class index that the user gave.
    """

    image: str
    target: str
    is_one_of_several: bool
    top: float
    label: int | None


def images_of(drawn: Sequence[DrawnLayer]) -> list[str]:
    """Return the content hashes of all images, in the newest order."""
    newest = [outcome_of(each.capture).images for each in reversed(drawn)]
    return list(dict.fromkeys(name for images in newest for name in images))


def rows_of(drawn: Sequence[DrawnLayer], images: Sequence[str]) -> list[MapRow]:
    """Return the rows of these images, image by image."""
    tops: dict[tuple[str, str], float] = {}
    labels: dict[str, int | None] = {}
    for each in drawn:
        outcome, layer = outcome_of(each.capture), maps_of(each)
        labels.update(zip(outcome.images, outcome.label, strict=True))
        for place, name in enumerate(row_names(outcome)):
            largest = layer.maximum[place] or 0.0
            tops[name] = max(tops.get(name, 0.0), largest)
    rows = []
    for image in images:
        targets = [target for each, target in tops if each == image]
        for target in targets:
            top, is_several = tops[image, target], len(targets) > 1
            label = labels.get(image)
            rows.append(MapRow(image, target, is_several, top, label))
    return rows


def row_names(outcome: Outcome) -> Iterable[tuple[str, str]]:
    """Return image and target of each row of a capture."""
    images = [outcome.images[index] for index in outcome.row_image]
    return zip(images, outcome.row_target, strict=True)


def numbers_of(
    layer: MapLayer, outcome: Outcome, place: int, names: Sequence[str]
) -> Iterable[tuple[str, str]]:
    """Yield all that a capture knows of a row, by name, in words."""
    image = outcome.row_image[place]
    best = zip(
        outcome.top_classes[image], outcome.top_values[image], strict=False
    )
    for index, value in best:
        told = output(value, outcome.value_kind)
        yield f"answers {words.class_name(names, index)}", told
    score = words.number(outcome.row_score[place])
    target = words.class_name(names, outcome.row_class[place])
    yield "explained", target or words.spelled(outcome.row_target[place])
    yield f"its {words.spelled(outcome.row_score_kind)}", score
    yield "largest value", words.number(layer.maximum[place])
    yield "map", words.spelled(layer.status[place])
    for name, values in layer.measures.items():
        if values[place] is not None:
            yield words.spelled(name), words.number(values[place])


def output(value: float | None, kind: str, unit: str = "%") -> str:
    """Return what a model answered: a probability in percent."""
    if kind == "probability":
        return words.percent(value, unit)
    return words.number(value)
