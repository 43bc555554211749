"""The held-out images: a fixed probe set that patterns and heatmaps use.

The values of `images=`, `labels=` and `regions=` come in, as a user passes
them. `HeldOutImages` go out: displayable images, the same as input of
the model, and notes on anything that looks wrong about their range.
"""

from kerasviz_callbacks.images.held_out import (
    HeldOutImages,
    Preprocess,
    load_held_out,
    read_once,
)
from kerasviz_callbacks.images.labels import (
    ClassNames,
    as_labels,
    check_class_names,
    check_labels,
)
from kerasviz_callbacks.images.own_preprocess import OwnPreprocess
from kerasviz_callbacks.images.pixel_range import (
    TensorPreprocess,
    as_range,
    as_to_input,
    pixel_range,
)
from kerasviz_callbacks.images.pool import Pool, PoolBatch, as_numbers
from kerasviz_callbacks.images.predict_step import (
    own_preprocess,
    step_notes,
)
from kerasviz_callbacks.images.range_check import check_range
from kerasviz_callbacks.images.regions import (
    Regions,
    as_masks,
    as_regions,
    box_coverage,
    boxes_and_masks,
)
from kerasviz_callbacks.images.sources import (
    SharedImages,
    Unreadable,
    Wanted,
    check_num_images,
    check_unreadable,
    is_of_several,
    pool_of,
    wanted_of,
    watched_images,
)

__all__ = [
    "ClassNames",
    "HeldOutImages",
    "OwnPreprocess",
    "Pool",
    "PoolBatch",
    "Preprocess",
    "Regions",
    "SharedImages",
    "TensorPreprocess",
    "Unreadable",
    "Wanted",
    "as_labels",
    "as_masks",
    "as_numbers",
    "as_range",
    "as_regions",
    "as_to_input",
    "box_coverage",
    "boxes_and_masks",
    "check_class_names",
    "check_labels",
    "check_num_images",
    "check_range",
    "check_unreadable",
    "is_of_several",
    "load_held_out",
    "own_preprocess",
    "pixel_range",
    "pool_of",
    "read_once",
    "step_notes",
    "wanted_of",
    "watched_images",
]
