"""When a watch looks again, and when it ends; it needs no TensorFlow."""

import os
from dataclasses import dataclass

POLL_S = 2.0  # from one look to the next


@dataclass(frozen=True)
class Until:
    """When to stop waiting.

    Attributes:
        file: Path of a file whose being there ends it; None for none.
        idle_s: Seconds without anything new that end it; None for none.
    """

    file: str | None = None
    idle_s: float | None = None

    def is_told(self) -> bool:
        """Return whether the file that ends it is there."""
        return self.file is not None and os.path.exists(self.file)

    def is_idle(self, seconds: float) -> bool:
        """Return whether that long without anything new ends it."""
        return self.idle_s is not None and seconds >= self.idle_s
