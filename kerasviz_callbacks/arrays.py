"""Type names for the arrays and ranges that cross files."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

AnyArray = NDArray[Any]  # numbers of any type, as a user gave them
FloatArray = NDArray[np.floating[Any]]
ByteArray = NDArray[np.uint8]
IntArray = NDArray[np.integer[Any]]
BoolArray = NDArray[np.bool_]

Range: TypeAlias = tuple[float, float]  # lowest and highest pixel value
ImageShape: TypeAlias = tuple[int, int, int]  # (height, width, channels)
