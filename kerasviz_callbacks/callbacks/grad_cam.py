"""The callback that draws heatmaps of held-out images while a model trains."""

from typing import Any, ClassVar

from numpy.typing import ArrayLike

from kerasviz_callbacks.callbacks.call import check_images, moved_to_options
from kerasviz_callbacks.callbacks.options import CaptureOptions, as_options
from kerasviz_callbacks.callbacks.scheduled import Scheduled
from kerasviz_callbacks.captures import (
    HeatmapChecks,
    HeatmapSeries,
    ShortcutWatch,
)
from kerasviz_callbacks.heatmaps import (
    MOVED_TO_TOKENS,
    HeatmapRequest,
    TargetLike,
)
from kerasviz_callbacks.images import (
    ClassNames,
    Preprocess,
    boxes_and_masks,
    check_class_names,
)
from kerasviz_callbacks.model import (
    LayersLike,
    TokenLayout,
    as_layers,
    says_moved,
)
from kerasviz_callbacks.schedule import Schedule
from tb_plugin.contract import Kind

_MOVED = {
    **moved_to_options(),
    **MOVED_TO_TOKENS,
    "boxes": "regions={}",
    "masks": "regions={}",
}


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
            tuple (images, labels); see `grad_cam`. They are needed.
        labels: Class index per image, (n,), or one-hot. Defaults to those that
            come with the images, if some do.
        class_names: Names of all classes: a list in the order of the output; by
            index, `{0: "cat"}`; or by name as Keras' `class_indices`,
            `{"cat": 0}`. Defaults to those of the folders or of the dataset
            that images come from; else classes are shown by index.
        preprocess: Function from raw images, float32 in the range given, to
            what the model takes. Defaults to None: the model's own
            preprocessor if `predict` uses one, as in tasks of KerasHub, else
            raw images.
        layers: Layers to draw: a path, a layer, or several. `"auto"` takes the
            last map of the image that all paths to the explained output cross,
            or the last maps of several paths together,
            before pooling or flattening; see `grad_cam`.
        every: When to capture. An int N captures every N epochs, and whenever
            layers are frozen or unfrozen or the loss becomes NaN or infinite;
            `"epoch"` is 1. A schedule, such as
            `EverySteps(500) | BestValue("val_loss")`, is used exactly as given.
            Defaults to 1.
        target: What is explained: None for each image's own prediction,
            `"mistakes"` for the label too if the prediction is wrong, a class
            by its index or name; see `grad_cam`.
        method: How heatmaps are computed; see `grad_cam`. Defaults to
            `"grad_cam"`.
        regions: Where the object is in each image, to compare the heatmaps
            with: (n, 4) boxes, left, upper, right and lower edge as fractions
            of the image, NaN for none; or (n, H, W) masks, bool or from 0 to 1,
            stretched over the image, an empty one for none, which is more
            exact; or a dict of `boxes` and `masks`. The record then holds the
            energy-based pointing game, the pointing game and the overlap.
            Defaults to None.
        input: Name or index of the image input, if several could be.
        output: Name or index of the output to explain, if there are several.
        tokens: How a transformer's tokens lie in the image, such as
            `TokenLayout(grid=(14, 14), prefix=1)`. Defaults to None: what the
            patch embedding says, and what is found.
        budget: Largest share of training's wall time that drawing may add,
            e.g. 0.05. The callbacks of one `log_dir` split it evenly. Beyond
            it, captures are skipped, but never the baseline or the last
            one; the log says what was skipped. None disables it. Defaults to
            0.05.
        options: What is rarely changed: the baseline, a sanity check at the
            end, errors, the size of the log, averaged weights, a function that
            gets each result. Defaults to `CaptureOptions()`.
        verbose: 0 prints nothing; 1 prints before training what is drawn, and
            after it what that took; 2 prints the reasons as well. Defaults
            to 1.
        num_images: How many of the images to use, if more are given: as many of
            each class, or images that lie evenly if there are no labels. What
            else is given per image has one entry per given image. Of a stream
            no more is read than that takes, and never more than 1,000 images.
            None uses all. Defaults to 16.
        pool: Hundreds more images, given as images are, in which captures
            search for shortcuts, where the budget leaves time for it; see
            `shortcut_check`. Of more than 256, as many of each class are used.
            Defaults to None: the held-out images serve, if they have labels.

    Raises:
        ValueError, TypeError: An argument cannot work with any model. What
            cannot work with this model is an error in `on_train_begin`, before
            the first batch.

    Example:
        >>> GradCAM("logs/run1", x_held_out, y_held_out)

    Source: Selvaraju et al. 2017, https://arxiv.org/abs/1610.02391.
    """

    kind: ClassVar[Kind] = "grad_cam"

    @says_moved("GradCAM", _MOVED)
    def __init__(
        self,
        log_dir: str,
        images: Any = None,
        labels: ArrayLike | None = None,
        *,
        class_names: ClassNames | None = None,
        preprocess: Preprocess | None = None,
        layers: LayersLike = "auto",
        every: int | str | Schedule = 1,
        target: TargetLike = None,
        method: str = "grad_cam",
        regions: Any = None,
        input: str | int | None = None,
        output: str | int | None = None,
        tokens: TokenLayout | None = None,
        budget: float | None = 0.05,
        options: CaptureOptions | None = None,
        verbose: int = 1,
        num_images: int | None = 16,
        pool: Any = None,
    ) -> None:
        check_images("GradCAM", images)
        if images is None:
            raise TypeError(
                "GradCAM needs images to explain: GradCAM(log_dir, images), "
                "such as a dozen that are never trained on."
            )
        check_class_names(class_names, None)
        options = as_options(options)
        request = HeatmapRequest(
            images,
            target,
            labels,
            preprocess,
            input,
            output,
            class_names,
            method,
            options.unreadable,
            tokens,
            num_images,
        )
        self._checks = HeatmapChecks(options.sanity_check, options.faithfulness)
        boxes, masks = boxes_and_masks(regions)
        self._series = HeatmapSeries(
            request,
            as_layers(layers),
            boxes=boxes,
            masks=masks,
            checks=self._checks,
            shortcuts=ShortcutWatch(
                options.shortcuts, pool, raises=options.on_error == "raise"
            ),
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
    def series(self) -> HeatmapSeries:
        """What draws the heatmaps."""
        return self._series

    def _finish(self, logs: Any) -> None:
        """Draw the end, check the heatmaps if asked, close the log."""
        if self._checks.are_wanted and self.recorder.has_begun:
            self._record("last", paid="last")
            self.recorder.check(self.model, self._here())
        super()._finish(logs)
