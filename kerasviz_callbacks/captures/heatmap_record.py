"""Builds the records of one capture of heatmaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasviz_callbacks.arrays import BoolArray, FloatArray, IntArray
from kerasviz_callbacks.captures.heatmap_memory import (
    Columns,
    RowKey,
    as_column,
    mean_scalars,
)
from kerasviz_callbacks.heatmaps import (
    ClassMeans,
    HeatmapBatch,
    class_means,
    class_votes,
    top_classes,
)
from kerasviz_callbacks.images import HeldOutImages
from kerasviz_callbacks.model import MapCut
from tb_plugin.contract import MapLayer, Outcome


def heatmap_layer(
    cut: MapCut,
    batch: HeatmapBatch,
    method: str,
    measures: Columns,
    means: ClassMeans,
    repeated_step: int | None,
) -> MapLayer:
    """Return the record of one layer's maps.

    Args:
        cut: the layer, or the maps of several.
        batch: with its maps.
        method: that made them.
        measures: of the rows.
        means: of the classes.
        repeated_step: the step where these very maps lie; None if new.
    """
    maps, shares = batch.maps[cut.path], batch.shares[cut.path]
    count, height, width = maps.shape
    return MapLayer(
        path=cut.path,
        layer_kind=cut.kind,
        method=method,
        height=height,
        width=width,
        encoding="float32",
        maximum=_largest(maps),
        status=batch.status[cut.path],
        origin=("fresh" if repeated_step is None else "unchanged",) * count,
        origin_step=(repeated_step,) * count,
        measures=measures,
        mean_class=means.classes,
        mean_count=means.counts,
        parts=cut.parts,
        shares=tuple(map(as_column, shares.T)) if cut.parts else (),
    )


def layer_means(
    path: str, batch: HeatmapBatch, images: HeldOutImages
) -> ClassMeans:
    """Return the mean map of each class at one layer.

    Args:
        path: of the layer.
        batch: of all images.
        images: held out, with their labels.
    """
    votes = class_votes(batch.row_image, batch.targets, images.labels)
    return class_means(batch.maps[path], votes, batch.seen[path])


@dataclass(frozen=True)
class HeatmapLayer:
    """One layer of a capture: its record, and the means of its classes."""

    record: MapLayer
    means: ClassMeans

    def scalars(self, rows: BoolArray, stream: str) -> dict[str, float]:
        """Return means of the measures over these rows, for charts.

        And the most that any class looks into any corner, on average: charts of
        single rows average it away where one class of many looks at a
        watermark.
        """
        scalars = mean_scalars(self.record, rows, stream)
        energy = self.means.corner_energy()
        if energy is not None:
            path = self.record.path
            scalars[f"class_corner_energy/{stream}/{path}"] = energy
        return scalars


def outcome(batch: HeatmapBatch, images: HeldOutImages) -> Outcome:
    """Return what the model answers for each image, and what is explained.

    Args:
        batch: of all images.
        images: held out.
    """
    predictions = _known(batch.predictions)
    labels = _labels(images)
    top = _top(batch)
    return Outcome(
        images=images.hashes,
        label=labels,
        prediction=predictions,
        value=_values(batch, top),
        value_kind=batch.value_kind,
        correct=tuple(
            None if label is None or prediction is None else label == prediction
            for label, prediction in zip(labels, predictions, strict=True)
        ),
        top_classes=tuple(tuple(i for i, _ in best) for best in top),
        top_values=tuple(tuple(v for _, v in best) for best in top),
        row_image=tuple(int(index) for index in batch.row_image),
        row_target=batch.row_target,
        row_class=_known(batch.targets),
        row_score=tuple(float(score) for score in batch.scores),
        row_score_kind=batch.score_kind,
        output=batch.output,
        **_detections(batch),
        **_of_labels(batch, labels),
    )


_LEAST = 1e-7  # probability of a label, as Keras' losses count


def _of_labels(
    batch: HeatmapBatch, labels: tuple[int | None, ...]
) -> dict[str, Any]:
    """Return the output for each image's label, and its cross-entropy."""
    outputs = batch.class_outputs.astype(np.float64)
    classes = np.array([-1 if each is None else each for each in labels])
    named = (classes >= 0) & (classes < outputs.shape[1])
    if not named.any():
        return {}
    rows = np.arange(len(classes))
    place = np.where(named, classes, 0)
    logs = _log_probabilities(batch, outputs)
    columns = {"label_value": outputs}
    if logs is not None:
        columns["label_loss"] = 0.0 - logs
    return {
        name: as_column(
            np.where(named, column[rows, place], np.nan).astype(np.float32)
        )
        for name, column in columns.items()
    }


def _log_probabilities(
    batch: HeatmapBatch, outputs: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """Return (n, classes) logarithms; None if outputs are other values."""
    if batch.value_kind == "probability":
        with np.errstate(invalid="ignore"):
            return np.log(np.clip(outputs, _LEAST, 1))
    if batch.value_kind != "logit":
        return None
    if batch.outputs.shape[1] == 1 or not batch.is_exclusive:  # a sigmoid each
        logs = -np.logaddexp(0, -outputs)
    else:
        logs = outputs - np.logaddexp.reduce(outputs, axis=1, keepdims=True)
    return np.maximum(logs, np.log(_LEAST))


def _detections(batch: HeatmapBatch) -> dict[str, Any]:
    """Return what is known of the detections that rows explain."""
    found = batch.detections
    if found is None:
        return {}
    return {
        "row_confidence": as_column(found.confidences),
        "row_box": tuple(_box(edges) for edges in found.boxes),
        "row_overlap": as_column(found.overlaps),
    }


def _box(edges: FloatArray) -> tuple[float, ...] | None:
    """Return a box; None if an edge is unknown or infinitely far away."""
    if not np.isfinite(edges).all():
        return None
    return tuple(map(float, edges))


def row_keys(found: Outcome) -> tuple[RowKey, ...]:
    """Return what tells a row from the others of its capture, per row."""
    images = (found.images[index] for index in found.row_image)
    return tuple(zip(images, found.row_target, strict=True))


def outcome_scalars(found: Outcome, stream: str) -> dict[str, float]:
    """Return the share of labelled images that are right, if any is."""
    known = [correct for correct in found.correct if correct is not None]
    if not known:
        return {}
    return {f"held_out_accuracy/{stream}": sum(known) / len(known)}


def captions(
    found: Outcome, status: Sequence[str], class_names: Sequence[str]
) -> list[str]:
    """Return a line per row for the stock Images tab."""
    is_several = len(found.row_image) > len(found.images)
    lines = []
    for image, target, state in zip(
        found.row_image, found.row_target, status, strict=True
    ):
        words = _answer_words(image, found, class_names)
        words += [target] * is_several
        words += [state.replace("_", " ")] * (state != "ok")
        lines.append(" ".join(words))
    return lines


def _answer_words(
    index: int, found: Outcome, class_names: Sequence[str]
) -> list[str]:
    prediction, value = found.prediction[index], found.value[index]
    words = []
    if prediction is not None:
        words.append(
            class_names[prediction] if class_names else str(prediction)
        )
    if value is not None:
        words.append(f"{value:.2f}")
    if found.correct[index] is not None:
        words.append("right" if found.correct[index] else "wrong")
    return words


def _top(batch: HeatmapBatch) -> list[list[tuple[int, float]]]:
    """Return (class, value) of the largest outputs, none where not finite."""
    top = top_classes(batch.class_outputs, ())
    return [
        [(index, value) for index, _, value in best if np.isfinite(value)]
        for best in top
    ]


def _values(
    batch: HeatmapBatch, top: list[list[tuple[int, float]]]
) -> tuple[float | None, ...]:
    """Return the output for each prediction; of one value, that value."""
    if batch.class_outputs.shape[1] or batch.outputs.shape[1] != 1:
        return tuple(best[0][1] if best else None for best in top)
    values = (float(value) for value in batch.outputs[:, 0])
    return tuple(value if np.isfinite(value) else None for value in values)


def _labels(images: HeldOutImages) -> tuple[int | None, ...]:
    if images.labels is None:
        return (None,) * len(images.hashes)
    return tuple(int(label) for label in images.labels)


def _known(classes: IntArray) -> tuple[int | None, ...]:
    return tuple(int(index) if index >= 0 else None for index in classes)


def _largest(maps: FloatArray) -> tuple[float | None, ...]:
    finite = np.where(np.isfinite(maps), maps, -np.inf).max(axis=(1, 2))
    return tuple(
        float(value) if np.isfinite(value) else None for value in finite
    )
