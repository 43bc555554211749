"""Names for the arrays that cross files."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Range: TypeAlias = tuple[float, float]  # of pixel values


AnyArray = NDArray[Any]  # of numbers, as a user gave them
FloatArray = NDArray[np.floating[Any]]
ByteArray = NDArray[np.uint8]
IntArray = NDArray[np.integer[Any]]
BoolArray = NDArray[np.bool_]
