"""The callback that draws heatmaps of held-out images while a model trains."""

from collections.abc import Sequence
from typing import Any, ClassVar

from numpy.typing import ArrayLike

from kerasviz_callbacks.callbacks.options import (
    CaptureOptions,
    OnCapture,
    OnError,
    Weights,
)
from kerasviz_callbacks.callbacks.scheduled import Scheduled
from kerasviz_callbacks.captures import HeatmapSeries
from kerasviz_callbacks.heatmaps import HeatmapRequest, TargetLike
from kerasviz_callbacks.images import Preprocess, Unreadable
from kerasviz_callbacks.model import LayersLike, as_layers
from kerasviz_callbacks.schedule import Schedule
from tb_plugin.contract import Kind


class GradCAM(Scheduled):
    """Draws where a model looks on held-out images, as that changes.

    Add it to `model.fit(callbacks=[...])`. A capture is drawn before the first
    batch, on the schedule, and at the end. Training is not changed by it, and
    a drawing that fails is logged and does not end training.

    Args:
        log_dir: of TensorBoard; the run is `<log_dir>/kerasviz`.
        images: as a person looks at them, never trained on: an array, a list,
            paths of files or a `tf.data.Dataset`; see `grad_cam`.
        labels: class index per image, or one-hot.
        class_names: one per class, in the order of the output.
        preprocess: float32 images in the range given → what the model takes.
        layers: a path, a layer, or several; `"auto"` takes the last spatial
            activation before pooling or flattening.
        every: a number of epochs, which are drawn beside changes of what is
            trained and a loss that is not finite; or exactly a schedule, such
            as `EverySteps(500) | BestValue("val_loss")`.
        target: what is explained; None for each image's own prediction,
            `"mistakes"` for the label too where it is wrong; see `grad_cam`.
        method: how the maps are made; see `grad_cam`.
        boxes: (n, 4), where the thing to see lies in each image: left, upper,
            right and lower edge in fractions of the image, NaN for none. With
            boxes or masks the record tells whether the model looks there; see
            `measures.py` for all numbers.
        masks: (n, H, W) of bool, or from 0 to 1, stretched over the image: the
            same, more exactly; an empty one for none.
        sanity_check: whether to tell at the end if the maps depend on the
            weights, in one more capture without pictures; see `sanity.py`.
            What it costs is said before training.
        input: name or index of the image input, where several could be.
        output: name or index of the output to explain, of several.
        unreadable: `"skip"` image files that cannot be read, or `"raise"`; see
            `grad_cam`. Boxes and masks are one per file given, too.
        baseline: whether to draw before the first batch.
        budget: how much longer training may take, as a share of its wall
            time; the callbacks of one `log_dir` share it evenly, and take
            over what the baseline and the last capture of another take beyond
            its part, but for a fifth of their own. Captures are
            left out, never the baseline or the last one; what is left out is
            told. None draws all.
        max_log_bytes: that the run may take, kept likewise: ever more captures
            are left out as it fills up. None for no limit.
        weights: `"averaged"` draws the moving average that an optimizer with
            `use_ema=True` keeps, `"live"` those that train.
        on_error: `"log"` a drawing that fails and go on, or `"raise"`.
        on_capture: `on_capture(result, step)` is called for every layer that
            was drawn anew, once the capture is in the log, with what
            `grad_cam` would return: to hand it to W&B or MLflow, as the
            README shows. The result is a copy. What it raises is treated as
            `on_error` says; the time it takes counts as drawing.
        verbose: 1 prints one line before training, 0 nothing.

    Example:
        >>> GradCAM("logs/run1", x_held_out, labels=y_held_out)

    Source: Selvaraju et al. 2017, https://arxiv.org/abs/1610.02391.
    """

    kind: ClassVar[Kind] = "grad_cam"

    def __init__(
        self,
        log_dir: str,
        images: Any,
        labels: ArrayLike | None = None,
        class_names: Sequence[str] | None = None,
        preprocess: Preprocess | None = None,
        layers: LayersLike = "auto",
        every: int | Schedule = 1,
        *,
        target: TargetLike = None,
        method: str = "grad_cam",
        boxes: Any = None,
        masks: Any = None,
        sanity_check: bool = False,
        input: str | int | None = None,
        output: str | int | None = None,
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
        request = HeatmapRequest(
            images,
            target,
            labels,
            preprocess,
            input,
            output,
            class_names,
            method,
            unreadable,
        )
        self._has_sanity_check = sanity_check
        self._series = HeatmapSeries(
            request,
            as_layers(layers),
            boxes=boxes,
            masks=masks,
            has_sanity_check=sanity_check,
        )
        super().__init__(log_dir, self._series, options)

    @property
    def series(self) -> HeatmapSeries:
        """What draws the heatmaps."""
        return self._series

    def on_train_end(self, logs: Any = None) -> None:
        """Draw the end, run the sanity check if asked, close the log."""
        recorder = self.recorder
        if self._has_sanity_check and recorder.has_begun:
            self._record("last", is_sure=True)
            with recorder.going_on("The sanity check"):
                self._series.check_sanity()
                recorder.record_again(self.model, "sanity check", self._here())
        self._series.end_fit()
        super().on_train_end(logs)
