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
    """Draws Grad-CAM heatmaps of held-out images while a model trains.

    A heatmap shows which places of an image are evidence for a class. Add the
    callback to `model.fit(callbacks=[...])`. It captures before the first
    batch, on a schedule, and at the end. Training is unaffected: final weights
    are bit-for-bit identical with and without it. A drawing that fails is
    logged and does not end training.

    Args:
        log_dir: TensorBoard log directory; captures go to
            `<log_dir>/kerasviz`.
        images: Held-out images, raw and never trained on: an array, a list,
            paths of files or a folder, a `tf.data.Dataset` or `PyDataset`, a
            tuple (images, labels); see `grad_cam`.
        labels: Class index per image, (n,), or one-hot. Defaults to those that
            come with the images, if some do.
        class_names: Names of all classes, in the order of the output. Defaults
            to those of the folders or of the dataset that images come from;
            else classes are shown by index.
        preprocess: Function from raw images, float32 in the range given, to
            what the model takes. Defaults to None: the model's own
            preprocessor if `predict` uses one, as in tasks of KerasHub, else
            raw images.
        layers: Layers to draw: a path, a layer, or several. `"auto"` takes the
            last map of the image that all paths to the explained output cross,
            before pooling or flattening; see `grad_cam`.
        every: When to capture. An int N captures every N epochs, and whenever
            layers are frozen or unfrozen or the loss becomes NaN or infinite.
            A schedule, such as `EverySteps(500) | BestValue("val_loss")`, is
            used exactly as given. Defaults to 1.
        target: What is explained: None for each image's own prediction,
            `"mistakes"` for the label too if the prediction is wrong; see
            `grad_cam`.
        method: How heatmaps are computed; see `grad_cam`. Defaults to
            `"grad_cam"`.
        boxes: (n, 4) box of the object in each image: left, upper, right and
            lower edge as fractions of the image, NaN for none. With boxes or
            masks the record holds the energy-based pointing game, the pointing
            game and the overlap.
        masks: (n, H, W) masks of the object, bool or from 0 to 1, stretched
            over the image: like boxes, and more exact. An empty mask is none.
        sanity_check: Whether to test at the end if the heatmaps depend on the
            weights, in one more capture without pictures; see `sanity_check`.
            Its cost is printed before training. Defaults to False.
        input: Name or index of the image input, if several could be.
        output: Name or index of the output to explain, if there are several.
        grid: (height, width) of a transformer's tokens in the image. Defaults
            to what the patch embedding tells.
        prefix_tokens: Tokens before the grid that have no place, such as class
            and register tokens. Defaults to what is found.
        unreadable: `"raise"`, or `"skip"` image files that cannot be read; see
            `grad_cam`. Boxes and masks are one per given file, too. Defaults
            to `"raise"`.
        baseline: Whether to capture before the first batch. Defaults to True.
        budget: Largest share of training's wall time that drawing may add,
            e.g. 0.05. The callbacks of one `log_dir` split it evenly. Beyond
            it, captures are skipped, but never the baseline or the last
            one; the log says what was skipped. None disables it. Defaults to
            0.05.
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
            what `grad_cam` would return: to hand it to W&B or MLflow. What
            it raises is treated as `on_error` says; its time counts as
            drawing. Defaults to None.
        verbose: 1 prints one line before training and one after; 0 prints
            nothing. Defaults to 1.
        num_images: How many of the images to use, if more are given: as many of
            each class, or images that lie evenly if there are no labels. What
            else is given per image has one entry per given image. Of a stream
            no more is read than that takes, and never more than 1,000 images.
            None uses all. Defaults to 16.

    Raises:
        ValueError, TypeError: An argument cannot work with any model. What
            cannot work with this model is an error in `on_train_begin`, before
            the first batch.

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
        grid: tuple[int, int] | None = None,
        prefix_tokens: int | None = None,
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
            grid,
            prefix_tokens,
            num_images,
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

    def _finish(self, logs: Any) -> None:
        """Draw the end, run the sanity check if asked, close the log."""
        recorder = self.recorder
        if self._has_sanity_check and recorder.has_begun:
            self._record("last", is_sure=True)
            with recorder.going_on("The sanity check"):
                self._series.check_sanity()
                recorder.record_again(self.model, "sanity check", self._here())
        self._series.end_fit()
        super()._finish(logs)
