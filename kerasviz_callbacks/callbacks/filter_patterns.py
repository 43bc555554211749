"""The callback that draws filter patterns while a model trains."""

from typing import Any, ClassVar

from kerasviz_callbacks.arrays import Range
from kerasviz_callbacks.callbacks.options import (
    CaptureOptions,
    OnCapture,
    OnError,
    Weights,
)
from kerasviz_callbacks.callbacks.scheduled import Scheduled
from kerasviz_callbacks.captures import PatternSeries
from kerasviz_callbacks.images import (
    TensorPreprocess,
    Unreadable,
    as_range,
    as_to_input,
)
from kerasviz_callbacks.model import (
    FiltersLike,
    LayersLike,
    SizeLike,
    as_filters,
    as_layers,
    as_size,
    as_steps,
)
from kerasviz_callbacks.patterns import PatternRequest
from kerasviz_callbacks.presets import Preset, find_preset
from kerasviz_callbacks.schedule import Schedule
from tb_plugin.contract import Kind


class FilterPatterns(Scheduled):
    """Draws the patterns of chosen filters while a model trains.

    A pattern is a feature visualization by activation maximization: the
    synthetic image that maximally activates a filter. Add the callback to
    `model.fit(callbacks=[...])`. It captures before the first batch, on a
    schedule, and at the end. Training is unaffected: final weights are
    bit-for-bit identical with and without it. A drawing that fails is logged
    and does not end training.

    Args:
        log_dir: TensorBoard log directory; captures go to
            `<log_dir>/kerasviz`.
        layers: Layers to draw: a path, a layer, or several. `"auto"` takes four
            convolutions spread over the depth of the network.
        filters: Number of filters per layer, spread evenly over its channels,
            or the indices of filters. Defaults to 8.
        every: When to capture. An int N captures every N epochs, and whenever
            layers are frozen or unfrozen or the loss becomes NaN or infinite.
            A schedule, such as `EverySteps(500) | BestValue("val_loss")`, is
            used exactly as given. Defaults to 1.
        preset: How to draw. `"steady"` gives patterns that depend on the
            weights and little else; `"recipe"` follows Chollet's book; or a
            `Preset` of your own. Defaults to `"steady"`.
        preprocess: Function from raw images to what the model takes, on
            tensors. Defaults to None: the model's own preprocessor if
            `predict` uses one, as in tasks of KerasHub, else raw images.
        images: Held-out images, raw and never trained on: an array, a list,
            paths of files or a folder, a `tf.data.Dataset` or `PyDataset`, a
            tuple (images, labels); see `grad_cam`. With them the
            status separates dead filters from those that were not optimized,
            and the record holds how strongly images activate each filter and
            where, and how the layer's activations on them change. They are fed
            in their own size, whatever the size of the patterns.
        noise_floor: Whether to measure how much patterns differ although no
            weight changed. At a layer's first capture a quarter of its filters
            (at least two) is drawn again from a start perturbed by 1e-6, and
            from another seed. Defaults to True.
        value_range: Lowest and highest pixel value of raw images. Defaults to
            that of `images`, (0, 1) or (0, 255). Without images: (0, 255) with
            `preprocess` or if the model scales bytes itself, else (0, 1).
        steps: Number of ascent steps per pattern. Defaults to the preset's.
        size: Side of a pattern in px, or (height, width), for a model of open
            size. Defaults to what each layer needs.
        seed: Seed of the starting noise, the same in every capture. Defaults
            to 0.
        input: Name or index of the image input, if several could be.
        unreadable: `"raise"`, or `"skip"` image files that cannot be read; see
            `grad_cam`. Defaults to `"raise"`.
        baseline: Whether to capture before the first batch. Defaults to True.
        budget: Largest share of training's wall time that drawing may add,
            e.g. 0.05. The callbacks of one `log_dir` split it evenly. Beyond
            it, captures are skipped, then fewer filters drawn, but never in
            the baseline or the last capture; the log says what was skipped.
            None disables it. Defaults to 0.05.
        max_log_bytes: Largest size of the run in bytes, kept like `budget`:
            more and more captures are skipped as it fills up. None disables
            it. Defaults to None.
        weights: `"live"` draws the weights that train, `"averaged"` the moving
            average that an optimizer with `use_ema=True` keeps. Defaults to
            `"live"`.
        on_error: `"log"` logs a drawing that fails and goes on; `"raise"` ends
            training. Defaults to `"log"`.
        on_capture: Called as `on_capture(result, step)` for every layer that
            was computed anew, once the capture is in the log, with a copy of
            what `filter_patterns` would return: to hand it to W&B or MLflow.
            What it raises is treated as `on_error` says; its time counts as
            drawing. Defaults to None.
        verbose: 1 prints one line before training and one after; 0 prints
            nothing. Defaults to 1.
        num_images: How many of the images to use, if more are given; see
            `GradCAM`. None uses all. Defaults to 16.

    Raises:
        ValueError, TypeError: An argument cannot work with any model. What
            cannot work with this model is an error in `on_train_begin`, before
            the first batch.

    Example:
        >>> FilterPatterns("logs/run1", layers="backbone/conv4", filters=8)

    Source: Erhan et al. 2009, "Visualizing Higher-Layer Features of a Deep
    Network", activation maximization.
    """

    kind: ClassVar[Kind] = "filter_patterns"

    def __init__(
        self,
        log_dir: str,
        layers: LayersLike = "auto",
        filters: FiltersLike = 8,
        every: int | Schedule = 1,
        *,
        preset: str | Preset = "steady",
        preprocess: TensorPreprocess | None = None,
        images: Any = None,
        noise_floor: bool = True,
        value_range: Range | None = None,
        steps: int | None = None,
        size: SizeLike = None,
        seed: int = 0,
        input: str | int | None = None,
        unreadable: Unreadable = "raise",
        baseline: bool = True,
        budget: float | None = 0.05,
        max_log_bytes: int | None = None,
        weights: Weights = "live",
        on_error: OnError = "log",
        on_capture: OnCapture | None = None,
        verbose: int = 1,
        num_images: int | None = 16,
    ) -> None:
        options = CaptureOptions(
            every,
            baseline,
            budget,
            max_log_bytes,
            weights,
            on_error,
            verbose,
            on_capture,
        )
        as_to_input(preprocess)  # complains about what is no function
        request = PatternRequest(
            layers=as_layers(layers),
            filters=_unlike(as_filters(filters)),
            preset=find_preset(preset),
            preprocess=preprocess,
            value_range=as_range(value_range),
            size=as_size(size),
            input=input,
            images=images,
            unreadable=unreadable,
            num_images=num_images,
        )
        self._series = PatternSeries(
            request,
            seed=seed,
            num_steps=as_steps(steps),
            has_floor=noise_floor,
        )
        super().__init__(log_dir, self._series, options)

    @property
    def series(self) -> PatternSeries:
        """What draws the patterns."""
        return self._series


def _unlike(filters: int | tuple[int, ...]) -> int | tuple[int, ...]:
    """Return the filters if each is there once.

    Raises:
        ValueError: One is there twice: a strip shows each filter once.
    """
    if isinstance(filters, tuple) and len(set(filters)) < len(filters):
        raise ValueError(
            f"filters must differ — got {filters!r}. filter_patterns(...) "
            "draws several patterns of one filter."
        )
    return filters
