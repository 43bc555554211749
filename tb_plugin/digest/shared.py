"""Values in, the first object that was equal out: what repeats is kept once."""

from typing import Any, TypeVar

T = TypeVar("T")


class Shared:
    """Called with a value that can be hashed, returns its first equal."""

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}

    def __call__(self, value: T) -> T:
        """Return the first object that was equal to this one."""
        return self._known.setdefault((type(value), value), value)  # type: ignore[no-any-return]
