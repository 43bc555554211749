"""Answers a question while a model is traced: the score of every pass."""

from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from kerasviz_callbacks.heatmaps.question import HeatmapTask, Pass
from kerasviz_callbacks.heatmaps.scores import (
    DetectionLayout,
    Explained,
    ReadOutput,
    explain,
    explain_area,
    explain_by,
    explain_detections,
    explain_margin,
    no_output,
    read_output,
)
from kerasviz_callbacks.model import choose_output, named_outputs


@dataclass(frozen=True)
class Given:
    """What a graph is given for n images; symbolic.

    Attributes:
        fed: (n, h, w, c) images, as the model takes them.
        wanted: (n, passes) class of each pass.
        areas: (n, H, W) areas for the passes that need them.
        places: (n, passes, 4) boxes for the passes that need them.
    """

    fed: tf.Tensor
    wanted: tf.Tensor
    areas: tf.Tensor
    places: tf.Tensor


def explain_passes(
    task: HeatmapTask, outputs: Any, given: Given
) -> tuple[ReadOutput, list[Explained]]:
    """Return the explained output, and the score of each pass; symbolic.

    Args:
        task: Model and question.
        outputs: What the model returned.
        given: What it was given.

    Raises:
        ValueError: It is not clear what to explain.
    """
    passes = task.question.passes
    if task.layout is not None:
        return _detections(task, task.layout, outputs, given)
    is_chosen = (
        any(one.function is None for one in passes)
        or task.output is not None
        or len(named_outputs(task.probe.model, outputs)) == 1
    )
    if is_chosen:
        chosen = choose_output(task.probe.model, outputs, task.output)
        outputs = chosen.tensor
        shape = task.probe.image_shape
        read = read_output(chosen, shape, is_named=task.is_named)
    else:
        read = no_output(tf.shape(given.wanted)[0])
    return read, [
        _explain(one, outputs, read, given, column)
        for column, one in enumerate(passes)
    ]


def _explain(
    one: Pass, outputs: Any, read: ReadOutput, given: Given, column: int
) -> Explained:
    wanted = given.wanted[:, column]
    if one.function is not None:
        return explain_by(one.function, outputs, read)
    if one.is_margin:
        return explain_margin(read)
    if one.is_over_area:
        return explain_area(read, wanted, given.areas)
    return explain(read, wanted)


def _detections(
    task: HeatmapTask, layout: DetectionLayout, outputs: Any, given: Given
) -> tuple[ReadOutput, list[Explained]]:
    passes = task.question.passes
    places = [
        given.places[:, column] if one.has_place else None
        for column, one in enumerate(passes)
    ]
    return explain_detections(
        task.probe.model,
        outputs,
        given.fed,
        layout,
        tf.unstack(given.wanted, len(passes), axis=1),
        places,
    )
