"""Which of the images and which of the labels are wanted.

Labels come as class indices or one-hot, or for every output of the model: as a
dictionary by the outputs' names, or as a tuple in their order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from kerasviz_callbacks.arrays import IntArray
from kerasviz_callbacks.images.labels import as_labels, check_class_names


@dataclass(frozen=True)
class Wanted:
    """Which of the images, and which of their labels, are wanted.

    Attributes:
        num_images: How many, balanced over the labels; None for all.
        output: Name or index of the output that labels are of, if they come
            for several.
        output_names: Of all outputs, as far as they are known.
        num_classes: Number of classes, if it is known.
        class_names: Names of the classes, as the user gave them; () for none.
    """

    num_images: int | None = None
    output: str | int | None = None
    output_names: tuple[str, ...] = ()
    num_classes: int | None = None
    class_names: tuple[str, ...] = ()

    def given_labels(self, labels: Any, count: int) -> IntArray:
        """Return the class index of each image, of labels that a user gave.

        Raises:
            ValueError: They are none, or it is not clear of which output.
        """
        one = self._of_output(labels)
        if one is None:
            known = list(labels) if isinstance(labels, Mapping) else "several"
            raise ValueError(
                f"output must name one of those that labels are for, {known} "
                f"— got {self.output!r}."
            )
        return as_labels(one, count)

    def found_labels(self, labels: Any, count: int) -> IntArray | None:
        """Return the same of labels that came with images; None if none.

        A dataset holds what `fit` takes: that may be a mask or a number.
        """
        one = self._of_output(labels)
        try:
            return None if one is None else as_labels(one, count)
        except ValueError:
            return None

    def named_labels(
        self, labels: Sequence[int], names: tuple[str, ...]
    ) -> tuple[list[int], tuple[str, ...]]:
        """Return labels in the order of the user's class names, and names.

        Args:
            labels: Index of each image's folder.
            names: Of the folders.

        Raises:
            ValueError: There are other folders than classes.
        """
        wanted = self.class_names
        if not wanted:
            return list(labels), names
        if set(names) <= set(wanted):
            return [wanted.index(names[label]) for label in labels], wanted
        if len(names) == len(wanted):  # the same, in words for people
            return list(labels), wanted
        raise ValueError(
            f"class_names must hold the names of the folders, {list(names)} — "
            f"got {list(wanted)}. Give labels=… if the folders are no classes."
        )

    def _of_output(self, labels: Any) -> Any:
        """Return the labels of the wanted output; None if that is unclear."""
        if labels is None:
            return None
        names, output = self.output_names, self.output
        if is_of_several(labels) and not isinstance(labels, Mapping):
            keys = names if len(names) == len(labels) else range(len(labels))
            labels = dict(zip(keys, labels, strict=True))
        if not isinstance(labels, Mapping):
            return labels
        if isinstance(output, int) and output not in labels:
            output = names[output] if output < len(names) else None
        if output is None and len(labels) == 1:
            return next(iter(labels.values()))
        return labels.get(output)


def is_of_several(labels: Any) -> bool:
    """Return whether these are labels for several outputs of a model."""
    if isinstance(labels, tuple):
        return bool(labels) and np.ndim(labels[0]) > 0
    return isinstance(labels, Mapping)


def wanted_of(
    model: keras.Model,
    num_images: int | None,
    output: str | int | None = None,
    class_names: Any = None,
) -> Wanted:
    """Return what is wanted of images that a model is shown.

    Args:
        model: It tells the names of its outputs and, if it is functional, how
            many classes there are.
        num_images: How many images; None for all.
        output: Name or index of the output that is explained.
        class_names: Names of all classes, as the user gave them.
    """
    names = tuple(getattr(model, "output_names", None) or ())
    given = check_class_names(class_names, None)
    count = len(given) or _num_classes(model, names, output)
    return Wanted(num_images, output, names, count, given)


def _num_classes(
    model: keras.Model, names: Sequence[str], output: str | int | None
) -> int | None:
    """Return the number of classes of an output; None if that is not clear."""
    outputs = getattr(model, "outputs", None) or ()
    index = names.index(output) if output in names else output
    if index is None:
        index = 0 if len(outputs) == 1 else None
    if not isinstance(index, int) or index >= len(outputs):
        return None
    shape = outputs[index].shape
    if len(shape) != 2 or shape[-1] is None:
        return None
    return max(int(shape[-1]), 2)  # one logit is of two classes
