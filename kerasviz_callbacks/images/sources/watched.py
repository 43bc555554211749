"""Resolves the value of `--images` to held-out images and their labels.

| given                     | becomes                                          |
|---------------------------|--------------------------------------------------|
| a directory of images     | these images                                     |
| a directory of            | the images of all, labeled by the folders in the |
| directories of images     | order of their names, as Keras does              |
| `package.module:function` | its return value: images, or a dict of `images`, |
|                           | `labels`, `class_names`, `boxes`, `masks`        |
"""

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from kerasviz_callbacks.model import find_function, is_named_function

_KNOWN = ("images", "labels", "class_names", "boxes", "masks")


def watched_images(source: str, most: int) -> dict[str, Any]:
    """Return `images` and all that belongs to them, as `GradCAM` takes them.

    Args:
        source: The value of `--images`; see the table above.
        most: Largest number of images from a directory, spread evenly over the
            classes.

    Raises:
        ImportError, TypeError: If it is not a function, or the function returns
            something unknown.
        FileNotFoundError: If there are no images.
    """
    if is_named_function(source) and not Path(source).exists():
        return _of_function(source)
    folder = Path(source)
    if not folder.is_dir():
        raise FileNotFoundError(
            "--images must be a directory of pictures, or "
            f"package.module:function — got {source!r}."
        )
    loose = _pictures(folder)
    classes = {
        inner.name: found
        for inner in sorted(folder.iterdir())
        if inner.is_dir() and (found := _pictures(inner))
    }
    if bool(loose) == bool(classes):
        raise FileNotFoundError(
            "--images must hold pictures, or one folder of pictures per class "
            f"— {source!r} holds {'both' if loose else 'neither'}."
        )
    return _labelled(classes, most) if classes else {"images": loose[:most]}


def _of_function(source: str) -> dict[str, Any]:
    found = find_function(source, "--images")()
    if not isinstance(found, Mapping) or "images" not in found:
        return {"images": found}
    unknown = [name for name in found if name not in _KNOWN]
    if unknown:
        raise TypeError(
            f"--images may return a dict of {', '.join(_KNOWN)} — "
            f"{source!r} returns {unknown} as well."
        )
    return dict(found)


def _labelled(
    classes: Mapping[str, Sequence[str]], most: int
) -> dict[str, Any]:
    """Return some images of each class, in the order of the classes."""
    rounds = itertools.zip_longest(
        *(
            [(label, path) for path in paths]
            for label, paths in _numbered(classes)
        )
    )
    pairs = [pair for turn in rounds for pair in turn if pair][:most]
    pairs.sort(key=lambda pair: pair[0])
    return {
        "images": [path for _, path in pairs],
        "labels": [label for label, _ in pairs],
        "class_names": list(classes),
    }


def _numbered(
    classes: Mapping[str, Sequence[str]],
) -> list[tuple[int, Sequence[str]]]:
    return list(enumerate(classes.values()))


def _pictures(folder: Path) -> list[str]:
    """Return the files that Pillow can read, judged by suffix, by name."""
    known = Image.registered_extensions()
    return [
        str(path.resolve())
        for path in sorted(folder.iterdir())
        if path.is_file()
        and path.suffix.lower() in known
        and not path.name.startswith(".")
    ]
