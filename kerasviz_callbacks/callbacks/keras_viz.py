"""One callback for all: patterns and heatmaps of one set of held-out images."""

from collections.abc import Mapping
from typing import Any

import keras
from numpy.typing import ArrayLike

from kerasviz_callbacks.callbacks.call import (
    Copyable,
    check_images,
    moved_to_options,
)
from kerasviz_callbacks.callbacks.filter_patterns import FilterPatterns
from kerasviz_callbacks.callbacks.grad_cam import GradCAM
from kerasviz_callbacks.callbacks.options import CaptureOptions
from kerasviz_callbacks.callbacks.scheduled import Scheduled
from kerasviz_callbacks.images import ClassNames, SharedImages
from kerasviz_callbacks.model import LayersLike, says_moved
from kerasviz_callbacks.schedule import Schedule

_OF_BOTH = ("layers", "preprocess", "every")
_OF_PATTERNS = ("filters", "preset", "steps", *_OF_BOTH)
_OF_HEATMAPS = ("target", "method", "regions", "output", "tokens", *_OF_BOTH)


def _moved() -> dict[str, str]:
    """Return what belongs into one of the dicts, or into the options."""
    words = moved_to_options()
    words |= {
        name: f'filter_patterns={{{{"{name}": {{}}}}}}' for name in _OF_PATTERNS
    }
    return words | {
        name: f'grad_cam={{{{"{name}": {{}}}}}}' for name in _OF_HEATMAPS
    }


class KerasViz(Copyable):
    """Draws filter patterns and Grad-CAM heatmaps while a model trains.

    One set of held-out images, which is read once, serves both. Add the
    callback to `model.fit(callbacks=[...])`. It captures before the first
    batch, on a schedule, and at the end. Training is unaffected: final weights
    are bit-for-bit identical with and without it. It holds a `GradCAM` and a
    `FilterPatterns`, which may also be used by themselves.

    Args:
        log_dir: TensorBoard log directory; captures go to
            `<log_dir>/kerasviz`.
        images: Held-out images, raw and never trained on: an array, a list,
            paths of files or a folder, a `tf.data.Dataset` or `PyDataset`, a
            tuple (images, labels); see `grad_cam`.
        labels: Class index per image, (n,), or one-hot. Defaults to those that
            come with the images, if some do.
        class_names: Names of all classes: a list in the order of the output; by
            index, `{0: "cat"}`; or by name as Keras' `class_indices`,
            `{"cat": 0}`. Defaults to None: classes are shown by index.
        preprocess: Function from raw images to what the model takes, on arrays
            and on tensors. Defaults to None: the model's own preprocessor if
            `predict` uses one, else raw images.
        layers: Layers to draw of both: a path, a layer, or several. Defaults to
            `"auto"`, which differs: four wide layers over the depth for
            patterns, the last map of the image for heatmaps.
        every: When to capture: a number of epochs, `"epoch"`, or a schedule;
            see `FilterPatterns`. Defaults to 1.
        input: Name or index of the image input, if several could be.
        budget: Largest share of training's wall time that drawing may add;
            patterns and heatmaps split it evenly. None disables it. Defaults
            to 0.05.
        options: What is rarely changed: the baseline, errors, the size of the
            log, averaged weights, a function that gets each result, another
            process that draws (`where="process"`). Defaults to
            `CaptureOptions()`.
        verbose: 0 prints nothing; 1 prints before training what is drawn, and
            after it what that took; 2 prints the reasons as well. Defaults
            to 1.
        num_images: How many of the images to use, if more are given: as many of
            each class; see `GradCAM`. None uses all. Defaults to 16.
        pool: Hundreds or thousands of images in which exemplars of filters are
            looked for, see `FilterPatterns`, and shortcuts, see `GradCAM`.
            Defaults to None: the held-out images serve.
        filter_patterns: Arguments for `FilterPatterns` alone, such as
            `{"filters": 4}`; False draws no patterns. Defaults to None.
        grad_cam: Arguments for `GradCAM` alone, such as
            `{"target": "mistakes"}`; False draws no heatmaps. Defaults to None.

    Attributes:
        callbacks: The callbacks that it holds, in the order in which they draw:
            heatmaps, which take less time, come first.

    Raises:
        ValueError, TypeError: An argument cannot work with any model. What
            cannot work with this model is an error in `on_train_begin`, before
            the first batch.

    Example:
        >>> watch = KerasViz("logs/run1", x_test[:12], y_test[:12])
        >>> model.fit(x_train, y_train, callbacks=[watch])
    """

    async_safe = True  # Keras need not wait for `on_train_batch_end`

    @says_moved("KerasViz", _moved())
    def __init__(
        self,
        log_dir: str,
        images: Any,
        labels: ArrayLike | None = None,
        *,
        class_names: ClassNames | None = None,
        preprocess: Any = None,
        layers: LayersLike = "auto",
        every: int | str | Schedule = 1,
        input: str | int | None = None,
        budget: float | None = 0.05,
        options: CaptureOptions | None = None,
        verbose: int = 1,
        num_images: int | None = 16,
        pool: Any = None,
        filter_patterns: Mapping[str, Any] | bool | None = None,
        grad_cam: Mapping[str, Any] | bool | None = None,
    ) -> None:
        super().__init__()
        check_images("KerasViz", images)
        if images is None:
            raise TypeError(
                "KerasViz needs images — got None. FilterPatterns(log_dir) "
                "draws without."
            )
        shared: dict[str, Any] = {
            "class_names": class_names,
            "preprocess": preprocess,
            "layers": layers,
            "every": every,
            "input": input,
            "budget": budget,
            "options": options,
            "verbose": verbose,
            "num_images": num_images,
            "pool": pool,
        }
        held_out = SharedImages(images)
        self.callbacks: tuple[Scheduled, ...] = tuple(
            make(log_dir, held_out, labels, **{**shared, **own})
            for make, own in (
                (GradCAM, _own("grad_cam", grad_cam, _OF_HEATMAPS)),
                (
                    FilterPatterns,
                    _own("filter_patterns", filter_patterns, _OF_PATTERNS),
                ),
            )
            if own is not None
        )
        if not self.callbacks:
            raise ValueError(
                "Something must be drawn — got filter_patterns=False and "
                "grad_cam=False. Leave one of them out."
            )
        self._has_layers = not (isinstance(layers, str) and layers == "auto")

    def draw(self, step: int | None = None, *, epoch: int = 0) -> None:
        """Draw now; see `FilterPatterns.draw`."""
        for one in self.callbacks:
            one.draw(step, epoch=epoch)

    def set_params(self, params: Any) -> None:
        """Pass on what Keras knows of the fit."""
        super().set_params(params)
        for one in self.callbacks:
            one.set_params(params)

    def set_model(self, model: keras.Model) -> None:
        """Pass on the model."""
        super().set_model(model)
        for one in self.callbacks:
            one.set_model(model)

    def on_train_begin(self, logs: Any = None) -> None:
        """Check everything and say what will be drawn."""
        for one in self.callbacks:
            try:
                one.on_train_begin(logs)
            except (TypeError, ValueError, RuntimeError) as error:
                kinds = (TypeError, ValueError, RuntimeError)
                kind = next(k for k in kinds if isinstance(error, k))
                raise kind(f"{error} {self._way_out(one)}") from error

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Draw the baseline before the first epoch."""
        for one in self.callbacks:
            one.on_epoch_begin(epoch, logs)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Draw between two batches, where a schedule asks for it."""
        for one in self.callbacks:
            one.on_train_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Count the batch."""
        for one in self.callbacks:
            one.on_train_batch_end(batch, logs)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Draw at the end of an epoch, where a schedule asks for it."""
        for one in self.callbacks:
            one.on_epoch_end(epoch, logs)

    def on_train_end(self, logs: Any = None) -> None:
        """Draw the end and close the log."""
        for one in self.callbacks:
            one.on_train_end(logs)

    def _way_out(self, callback: Scheduled) -> str:
        """Return how to go on where one of the two cannot draw the model."""
        name, name_of_other = "grad_cam", "filter_patterns"
        if isinstance(callback, FilterPatterns):
            name, name_of_other = name_of_other, name
        if self._has_layers:
            return (
                f"(Of {type(callback).__name__}: layers= of KerasViz is for "
                f'patterns and heatmaps alike. {name}={{"layers": …}} and '
                f'{name_of_other}={{"layers": …}} tell them apart.)'
            )
        return (
            f"(Of {type(callback).__name__}: {name}=False turns it off, "
            f"{name}={{…}} holds its arguments.)"
        )


def _own(
    name: str, given: Mapping[str, Any] | bool | None, known: tuple[str, ...]
) -> dict[str, Any] | None:
    """Return the arguments for one of the two; None if it is left out.

    Raises:
        TypeError: They are no dict, or hold what belongs elsewhere.
    """
    if given is False:
        return None
    if given is None or given is True:
        return {}
    if not isinstance(given, Mapping):
        raise TypeError(
            f"{name} must be a dict of arguments, or False to turn it off — "
            f"got {given!r}."
        )
    unknown = [key for key in given if key not in known]
    if unknown:
        raise TypeError(
            f"{name} takes {', '.join(known)} — got "
            f"{', '.join(map(repr, unknown))}. What both share is an argument "
            "of KerasViz."
        )
    return dict(given)
