"""Resolves the value of `--images` to held-out images and their labels.

| given                     | becomes                                          |
|---------------------------|--------------------------------------------------|
| a directory of images     | these images                                     |
| a directory of            | the images of all, labeled by the folders in the |
| directories of images     | order of their names, as Keras does              |
| `package.module:function` | its return value: images, or a dict of `images`, |
|                           | `labels`, `class_names`, `regions`               |
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kerasviz_callbacks.images.sources.choice import balanced
from kerasviz_callbacks.images.sources.folders import read_folder
from kerasviz_callbacks.model import call_function, is_named_function

_KNOWN = ("images", "labels", "class_names", "regions")


def watched_images(source: str, most: int) -> dict[str, Any]:
    """Return `images` and all that belongs to them, as `GradCAM` takes them.

    Args:
        source: The value of `--images`; see the table above.
        most: Largest number of images from a directory, spread evenly over the
            classes.

    Raises:
        ImportError, TypeError: If it is not a function, or the function returns
            something unknown.
        ValueError: If the function raises.
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
    found = read_folder(folder, "--images")
    if found.labels is None:
        return {"images": list(found.paths[:most])}
    places = balanced(found.labels, most)
    return {
        "images": [found.paths[place] for place in places],
        "labels": [found.labels[place] for place in places],
        "class_names": list(found.class_names),
    }


def pool_of(source: str) -> Any:
    """Return the pool that the value of `--pool` names, as `pool=` takes it.

    Args:
        source: A directory of images, one of directories of images, or
            `package.module:function` that returns a pool.

    Raises:
        ImportError, TypeError: If it is not a function.
        ValueError: If the function raises.
        FileNotFoundError: If there is no such directory.
    """
    if is_named_function(source) and not Path(source).exists():
        return call_function(source, "--pool")
    if not Path(source).is_dir():
        raise FileNotFoundError(
            "--pool must be a directory of pictures, or "
            f"package.module:function — got {source!r}."
        )
    return source


def _of_function(source: str) -> dict[str, Any]:
    found = call_function(source, "--images")
    if not isinstance(found, Mapping) or "images" not in found:
        return {"images": found}
    unknown = [name for name in found if name not in _KNOWN]
    if unknown:
        raise TypeError(
            f"--images may return a dict of {', '.join(_KNOWN)} — "
            f"{source!r} returns {unknown} as well."
        )
    return dict(found)
