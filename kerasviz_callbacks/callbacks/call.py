"""What a call of a callback got wrong, told with the way to write it.

Before version 0.1 the layers came second, and every option was a keyword of its
own: these calls are recognized.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import keras

from kerasviz_callbacks.callbacks.options import CaptureOptions


def moved_to_options() -> dict[str, str]:
    """Return how the fields of `CaptureOptions` are written in a call."""
    return {
        one.name: f"options=CaptureOptions({one.name}={{}})"
        for one in fields(CaptureOptions)
    }


def check_images(name: str, images: Any) -> None:
    """Raise TypeError if layers stand where the held-out images belong.

    Args:
        name: What was called.
        images: What was given. Words that are neither a file nor a folder, and
            have no suffix of one, are taken for names of layers.
    """
    one = [images] if isinstance(images, str | keras.Layer) else images
    if not isinstance(one, Sequence) or isinstance(one, bytes) or not one:
        return
    if all(_is_of_layer(each) for each in one):
        raise TypeError(
            f"layers is a keyword now: {name}(log_dir, layers={images!r}). The "
            "second argument is the held-out images, and this is neither a "
            "file nor a folder."
        )


class Copyable(keras.callbacks.Callback):
    """A callback whose copy begins anew, as it was made, whatever it has drawn.

    What is traced for a model, a log that is open and locks can neither be
    copied nor pickled, and belong to one training.
    """

    _given: tuple[tuple[Any, ...], dict[str, Any]]

    def __new__(cls, *args: Any, **given: Any) -> "Copyable":
        """Return a new callback that remembers how it is made."""
        made: Copyable = super().__new__(cls)
        made._given = args, given
        return made

    def __reduce__(self) -> Any:
        """Return how it is made again."""
        return _made, (type(self), *self._given)


def _made(
    kind: type[Copyable], args: Sequence[Any], given: Mapping[str, Any]
) -> Copyable:
    return kind(*args, **given)


def _is_of_layer(value: Any) -> bool:
    if isinstance(value, keras.Layer):
        return True
    if not isinstance(value, str):
        return False
    return not Path(value).suffix and not Path(value).exists()
