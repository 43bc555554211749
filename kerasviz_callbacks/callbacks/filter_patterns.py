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
    """Draws the images that convolution filters answer to most, as they change.

    Add it to `model.fit(callbacks=[...])`. A capture is drawn before the first
    batch, on the schedule, and at the end. Training is not changed by it, and
    a drawing that fails is logged and does not end training.

    Args:
        log_dir: of TensorBoard; the run is `<log_dir>/kerasviz`.
        layers: a path, a layer, or several; `"auto"` takes four convolutions
            spread over the depth of the network.
        filters: how many of each layer, spread evenly, or which.
        every: a number of epochs, which are drawn beside changes of what is
            trained and a loss that is not finite; or exactly a schedule, such
            as `EverySteps(500) | BestValue("val_loss")`.
        preset: how to draw: `"steady"` gives pictures that depend on the
            weights and little else; `"recipe"` follows Chollet's book.
        preprocess: images as a person looks at them → what the model takes,
            on tensors.
        images: held out, as a person looks at them, never trained on: an
            array, a list, paths of files or a `tf.data.Dataset`; see
            `grad_cam`. With them the status tells dead filters from stuck
            ones, and the record tells how strongly images excite each filter
            and where, and how the layer's answers to them change. Fed in
            their own size, whatever the canvas'.
        noise_floor: whether to draw some filters of each layer twice more
            when it is drawn first, from a start moved by a millionth and from
            another seed: what the pictures differ by then is no change. One
            filter in four stands for all, but at least two.
        value_range: lowest and highest pixel value of such images. Default:
            that of `images`, (0, 1) or (0, 255); without them (0, 255) with
            `preprocess` or where the model rescales bytes itself, else (0, 1).
        steps: of each ascent. Default: the preset's.
        size: side of the canvas in px, or (height, width), for a model that
            leaves it open.
        seed: of the starting noise, the same in every capture.
        input: name or index of the image input, where several could be.
        unreadable: `"skip"` image files that cannot be read, or `"raise"`; see
            `grad_cam`.
        baseline: whether to draw before the first batch.
        budget: how much longer training may take, as a share of its wall
            time; the callbacks of one `log_dir` share it evenly, and take
            over what the baseline and the last capture of another take beyond
            its part, but for a fifth of their own. Captures are
            left out, then fewer filters drawn, never in the baseline or the
            last one; what is left out is told. None draws all.
        max_log_bytes: that the run may take, kept likewise: ever more captures
            are left out as it fills up. None for no limit.
        weights: `"averaged"` draws the moving average that an optimizer with
            `use_ema=True` keeps, `"live"` those that train.
        on_error: `"log"` a drawing that fails and go on, or `"raise"`.
        on_capture: `on_capture(result, step)` is called for every layer that
            was drawn anew, once the capture is in the log, with what
            `filter_patterns` would return: to hand it to W&B or MLflow, as the
            README shows. The result is a copy. What it raises is treated as
            `on_error` says; the time it takes counts as drawing.
        verbose: 1 prints one line before training, 0 nothing.

    Example:
        >>> FilterPatterns("logs/run1", layers="backbone/conv4", filters=8)
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
