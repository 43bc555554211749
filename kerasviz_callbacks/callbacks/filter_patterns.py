"""The callback that draws filter patterns while a model trains."""

from typing import Any, ClassVar

from numpy.typing import ArrayLike

from kerasviz_callbacks.callbacks.call import check_images, moved_to_options
from kerasviz_callbacks.callbacks.options import CaptureOptions, as_options
from kerasviz_callbacks.callbacks.scheduled import Scheduled
from kerasviz_callbacks.captures import PatternSeries
from kerasviz_callbacks.images import (
    ClassNames,
    TensorPreprocess,
    as_to_input,
    check_class_names,
)
from kerasviz_callbacks.model import (
    FiltersLike,
    LayersLike,
    as_filters,
    as_layers,
    as_steps,
    says_moved,
)
from kerasviz_callbacks.patterns import MOVED_TO_PRESET, PatternRequest
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
        images: Held-out images, raw and never trained on: an array, a list,
            paths of files or a folder, a `tf.data.Dataset` or `PyDataset`, a
            tuple (images, labels); see `grad_cam`. With them the
            status separates dead filters from those that were not optimized,
            and the record holds how strongly images activate each filter and
            where, and how the layer's activations on them change. They are fed
            in their own size, whatever the size of the patterns. Defaults to
            None.
        labels: Class index per image, (n,), or one-hot. Defaults to None.
        class_names: Names of all classes; see `grad_cam`. Defaults to None.
        preprocess: Function from raw images to what the model takes, on
            tensors. Defaults to None: the model's own preprocessor if
            `predict` uses one, as in tasks of KerasHub, else raw images.
        layers: Layers to draw: a path, a layer, or several. `"auto"` takes four
            over the depth of the network: wide convolutions that a nonlinearity
            follows, of each size of map the last, and units of MLPs.
        filters: Number of filters per layer, spread evenly over its channels,
            or the indices of filters. Defaults to 8.
        every: When to capture. An int N captures every N epochs, and whenever
            layers are frozen or unfrozen or the loss becomes NaN or infinite;
            `"epoch"` is 1. A schedule, such as
            `EverySteps(500) | BestValue("val_loss")`, is used exactly as given.
            Defaults to 1.
        preset: How to draw. `"steady"` gives patterns that depend on the
            weights and little else; `"recipe"` follows Chollet's book; or a
            `Preset`, such as `Preset.steady(size=96, seed=3)`. Defaults to
            `"steady"`.
        steps: Number of ascent steps per pattern. Defaults to the preset's.
        input: Name or index of the image input, if several could be.
        budget: Largest share of training's wall time that drawing may add,
            e.g. 0.05. The callbacks of one `log_dir` split it evenly. Beyond
            it, captures are skipped, then fewer filters drawn, but never in
            the baseline or the last capture; the log says what was skipped.
            None disables it. Defaults to 0.05.
        options: What is rarely changed: the baseline, errors, the size of the
            log, averaged weights, a function that gets each result. Defaults to
            `CaptureOptions()`.
        verbose: 0 prints nothing; 1 prints before training what is drawn, and
            after it what that took; 2 prints the reasons as well. Defaults
            to 1.
        num_images: How many of the images to use, if more are given; see
            `GradCAM`. None uses all. Defaults to 16.
        pool: Hundreds or thousands of raw images to look for exemplars in: for
            each filter the nine that activate it most, each cut to what the
            responding position sees, a histogram, and the classes that activate
            it. Given as `images` is: an array, files, a folder, a dataset, or a
            tuple (images, labels). They are read batch by batch at each
            capture, never held, and only crops are logged; under a budget the
            first pass ends after a minute, and later ones look at as many.
            Defaults to None: the held-out images serve.

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

    @says_moved("FilterPatterns", {**moved_to_options(), **MOVED_TO_PRESET})
    def __init__(
        self,
        log_dir: str,
        images: Any = None,
        labels: ArrayLike | None = None,
        *,
        class_names: ClassNames | None = None,
        preprocess: TensorPreprocess | None = None,
        layers: LayersLike = "auto",
        filters: FiltersLike = 8,
        every: int | str | Schedule = 1,
        preset: str | Preset = "steady",
        steps: int | None = None,
        input: str | int | None = None,
        budget: float | None = 0.05,
        options: CaptureOptions | None = None,
        verbose: int = 1,
        num_images: int | None = 16,
        pool: Any = None,
    ) -> None:
        check_images("FilterPatterns", images)
        check_class_names(class_names, None)
        as_to_input(preprocess)  # complains about what is no function
        options = as_options(options)
        if options.spread and images is None and pool is None:
            raise ValueError(
                "spread=True needs images to choose from — got neither images "
                "nor pool=."
            )
        method = find_preset(preset)
        request = PatternRequest(
            layers=as_layers(layers),
            filters=_unlike(as_filters(filters)),
            preset=method,
            preprocess=preprocess,
            input=input,
            images=images,
            labels=labels,
            class_names=class_names,
            unreadable=options.unreadable,
            num_images=num_images,
            pool=pool,
            spread=options.spread,
        )
        self._series = PatternSeries(
            request,
            seed=method.seed,
            num_steps=as_steps(steps),
            has_floor=method.noise_floor,
        )
        super().__init__(
            log_dir,
            self._series,
            options,
            every=every,
            budget=budget,
            verbose=verbose,
        )

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
