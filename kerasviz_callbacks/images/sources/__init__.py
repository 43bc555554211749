"""Reads held-out images from where people have them.

What a user passes as `images=` comes in: arrays, files, folders, datasets. Out
go `GivenImages`: arrays as they were given, with the labels that lay beside
them, and which of the given images they are.
"""

from kerasviz_callbacks.images.sources.batches import (
    PoolSource,
    RawBatch,
    open_pool,
)
from kerasviz_callbacks.images.sources.choice import check_num_images
from kerasviz_callbacks.images.sources.files import Unreadable, check_unreadable
from kerasviz_callbacks.images.sources.given import GivenImages, UsedImages
from kerasviz_callbacks.images.sources.shared import SharedImages
from kerasviz_callbacks.images.sources.source import read_images
from kerasviz_callbacks.images.sources.wanted import (
    Wanted,
    is_of_several,
    wanted_of,
)
from kerasviz_callbacks.images.sources.watched import pool_of, watched_images

__all__ = [
    "GivenImages",
    "PoolSource",
    "RawBatch",
    "SharedImages",
    "Unreadable",
    "UsedImages",
    "Wanted",
    "check_num_images",
    "check_unreadable",
    "is_of_several",
    "open_pool",
    "pool_of",
    "read_images",
    "wanted_of",
    "watched_images",
]
