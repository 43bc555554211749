"""Finds the pictures of a folder, and the classes that its folders are.

| folder                            | images                                   |
|-----------------------------------|------------------------------------------|
| of pictures                       | these, without labels                    |
| of folders of pictures            | those of all, labeled by the folders in  |
|                                   | the order of their names, as Keras does  |

Names alone are read here; of many, only the chosen files are opened.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from kerasviz_callbacks.images.sources.files import is_picture


@dataclass(frozen=True)
class Folder:
    """The pictures of a folder.

    Attributes:
        paths: Of the files, class after class.
        labels: Class index of each; None if the folder has no classes.
        class_names: Names of the folders of classes; () for none.
    """

    paths: tuple[str, ...]
    labels: tuple[int, ...] | None = None
    class_names: tuple[str, ...] = ()


def read_folder(path: str | os.PathLike[str], what: str = "images") -> Folder:
    """Return the pictures of a folder, judged by their suffixes.

    Args:
        path: The folder.
        what: The argument that names it, for the message.

    Raises:
        FileNotFoundError: If it holds no pictures, or pictures and folders of
            pictures.
    """
    folder = Path(path)
    loose = _pictures(folder)
    classes = {
        inner.name: found
        for inner in sorted(folder.iterdir())
        if inner.is_dir() and (found := _pictures(inner))
    }
    if bool(loose) == bool(classes):
        raise FileNotFoundError(
            f"{what} must hold pictures, or one folder of pictures per class "
            f"— {str(path)!r} holds {'both' if loose else 'neither'}."
        )
    if loose:
        return Folder(tuple(loose))
    labels = [i for i, some in enumerate(classes.values()) for _ in some]
    paths = [one for some in classes.values() for one in some]
    return Folder(tuple(paths), tuple(labels), tuple(classes))


def _pictures(folder: Path) -> list[str]:
    """Return the files that are pictures, judged by suffix, by name."""
    return [
        str(path.resolve())
        for path in sorted(folder.iterdir())
        if path.is_file() and is_picture(path) and not path.name.startswith(".")
    ]
