"""Held-out images that several callbacks look at: read once for all of them.

A dataset that shuffles gives other images each time it is read. What was read
first is kept, so that patterns and heatmaps are of the same images.
"""

import os
from collections.abc import Callable
from typing import Any

from kerasviz_callbacks.images.sources.given import GivenImages
from kerasviz_callbacks.model import ModelInput


class SharedImages:
    """Images as a user gave them, which are read once.

    Files are read again for a model that takes images of another size.

    Args:
        images: The value of `images=`.
    """

    def __init__(self, images: Any) -> None:
        self._images = images
        self._key: object = None
        self._read: GivenImages | None = None

    def read(
        self, read: Callable[[Any], GivenImages], spec: ModelInput | None
    ) -> GivenImages:
        """Return the images, as they were read first.

        Args:
            read: Function that reads what the user gave.
            spec: The inputs of the model; None if it is not built yet.
        """
        key = self._needs(spec)
        if self._read is None or key != self._key:
            self._read, self._key = read(self._images), key
        return self._read

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process gets: what was read, if it was.

        A dataset cannot go there, and of an array the chosen images are enough.
        Files can be read again, for a model that takes another size.
        """
        is_read = self._read is not None and not _are_files(self._images)
        return {**self.__dict__, **({"_images": None} if is_read else {})}

    def _needs(self, spec: ModelInput | None) -> object:
        """Return what the images depend on beside what was given."""
        if spec is None or not _are_files(self._images):
            return None
        return spec.image_shape


def _are_files(images: Any) -> bool:
    one = images[0] if isinstance(images, list | tuple) and images else images
    return isinstance(one, str | os.PathLike)
