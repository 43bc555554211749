"""What to draw of every checkpoint, in plain values that can be pickled."""

from dataclasses import dataclass
from typing import Any, TypeAlias

Options: TypeAlias = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class BackfillJob:
    """What every process of a backfill needs to know.

    It can be hashed and pickled, and importing it loads nothing.

    Attributes:
        directory: absolute, where modules are looked for first.
        model: The model, as `load_model` takes it.
        log_dir: absolute, or a URL.
        images: Held-out images, as `watched_images` takes them; None for none.
        num_images: at most, of a directory.
        pool: Images to look for exemplars and shortcuts in: a directory, or
            `package.module:function`; None for none.
        preprocess: `package.module:function`; None for none.
        preset: name of the preset of patterns.
        preset_changes: fields of it that have another value.
        patterns: other options of `FilterPatterns`; None not to draw them.
        heatmaps: options of `GradCAM`; None not to draw them.
    """

    directory: str
    model: str
    log_dir: str
    images: str | None
    num_images: int
    pool: str | None
    preprocess: str | None
    preset: str
    preset_changes: Options
    patterns: Options | None
    heatmaps: Options | None
