"""Bytes, text and numbers in, the values of an event out."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from tensorboard.compat.proto.summary_pb2 import (
    DATA_CLASS_BLOB_SEQUENCE,
    DATA_CLASS_TENSOR,
    Summary,
    SummaryMetadata,
)
from tensorboard.plugins.image import metadata as image_metadata
from tensorboard.plugins.scalar import metadata as scalar_metadata
from tensorboard.util import tensor_util

from tb_plugin.contract import PLUGIN_NAME


def text_value(tag: str, text: str) -> Any:
    """Return a record of our plugin."""
    tensor = tensor_util.make_tensor_proto([text.encode()], shape=[])
    return _value(tag, tensor, _our_metadata(DATA_CLASS_TENSOR))


def blobs_value(tag: str, blobs: Sequence[bytes]) -> Any:
    """Return pictures or raw maps of our plugin."""
    metadata = _our_metadata(DATA_CLASS_BLOB_SEQUENCE)
    return _value(tag, _strings(blobs), metadata)


def image_value(tag: str, picture: bytes, size: tuple[int, int]) -> Any:
    """Return a picture of (width, height) for the stock Images tab."""
    width, height = size
    metadata = image_metadata.create_summary_metadata(
        display_name=None, description=None
    )
    parts = [str(width).encode(), str(height).encode(), picture]
    return _value(tag, _strings(parts), metadata)


def scalar_value(tag: str, value: float) -> Any:
    """Return a number for the stock charts."""
    metadata = scalar_metadata.create_summary_metadata(
        display_name=None, description=None
    )
    tensor = tensor_util.make_tensor_proto(np.float32(value))
    return _value(tag, tensor, metadata)


def _strings(parts: Sequence[bytes]) -> Any:
    return tensor_util.make_tensor_proto(list(parts), shape=[len(parts)])


def _value(tag: str, tensor: Any, metadata: Any) -> Any:
    return Summary.Value(tag=tag, tensor=tensor, metadata=metadata)


def _our_metadata(data_class: int) -> Any:
    plugin = SummaryMetadata.PluginData(plugin_name=PLUGIN_NAME)
    return SummaryMetadata(plugin_data=plugin, data_class=data_class)
