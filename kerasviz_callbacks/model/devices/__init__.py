"""How a model's computations fit the devices: memory, precision, replicas.

A model or a computation comes in. Out goes what the devices require of it:
batches that fit into memory (`chunks`), loss scaling for float16 (`precision`),
a share of the work for each replica (`replicas`), and whether this process is
the one that writes (`trainer`).
"""

from kerasviz_callbacks.model.devices.chunks import Chunks, chunk_size, joined
from kerasviz_callbacks.model.devices.precision import (
    clear_device_errors,
    gradient_scale,
)
from kerasviz_callbacks.model.devices.replicas import (
    WeightValues,
    num_replicas,
    traced,
    traced_on_replicas,
)
from kerasviz_callbacks.model.devices.trainer import (
    check_trainer,
    is_chief,
    strategy_of,
)

__all__ = [
    "Chunks",
    "WeightValues",
    "check_trainer",
    "chunk_size",
    "clear_device_errors",
    "gradient_scale",
    "is_chief",
    "joined",
    "num_replicas",
    "strategy_of",
    "traced",
    "traced_on_replicas",
]
