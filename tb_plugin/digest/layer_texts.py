"""Captures in, the numbers of each layer as compressed text out."""

import zlib
from typing import Any

from tb_plugin.contract import Capture
from tb_plugin.serving.payload import DrawnLayer, layers_of, numbers_text

FAST = 1  # zlib: numbers shrink tenfold at any level
NEWLINE = b"\n"


class LayerTexts:
    """Collects a line for each capture that drew a layer, by its path."""

    def __init__(self) -> None:
        self._packers: dict[str, Any] = {}
        self._packed: dict[str, list[bytes]] = {}

    def add(self, capture: Capture) -> None:
        """Add what a capture says of its layers."""
        for layer in layers_of(capture):
            text = numbers_text(DrawnLayer(capture, layer))
            packer = self._packers.get(layer.path)
            if packer is None:
                packer = self._packers[layer.path] = zlib.compressobj(FAST)
                self._packed[layer.path] = []
            else:
                text = NEWLINE + text
            self._packed[layer.path].append(packer.compress(text))

    def packed(self) -> dict[str, bytes]:
        """Return all lines by layer; nothing can be added any more."""
        return {
            path: b"".join([*parts, self._packers[path].flush()])
            for path, parts in self._packed.items()
        }
