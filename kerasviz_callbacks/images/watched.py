"""What a command line calls held-out images in, these and their labels out.

| given                     | becomes                                          |
|---------------------------|--------------------------------------------------|
| a directory of pictures   | these                                            |
| a directory of            | the pictures of all, labelled by the folders in  |
| directories of pictures   | the order of their names, as Keras does          |
| `package.module:function` | what it returns: images, or a dict of `images`,  |
|                           | `labels`, `class_names`, `boxes`, `masks`        |
"""

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from kerasviz_callbacks.model.source import (
    find_function,
    is_named_function,
)

_KNOWN = ("images", "labels", "class_names", "boxes", "masks")


def watched_images(source: str, most: int) -> dict[str, Any]:
    """Return `images` and what belongs to them, as `GradCAM` takes them.

    Args:
        source: see the module.
        most: how many of a directory, as many of each class as can be.

    Raises:
        ImportError, TypeError: a function that is none, or returns nothing
            that is known.
        FileNotFoundError: there are no pictures.
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
    """Return some of each class, in the order of the classes."""
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
    """Return the files that Pillow reads by their ending, by name."""
    known = Image.registered_extensions()
    return [
        str(path.resolve())
        for path in sorted(folder.iterdir())
        if path.is_file()
        and path.suffix.lower() in known
        and not path.name.startswith(".")
    ]
