"""Logs what fails beside a training, and keeps it for the next record."""

import contextlib
import logging
from collections.abc import Iterator

from kerasviz_callbacks.callbacks.options import OnError

logger = logging.getLogger("kerasviz")

_MOST = 500  # characters of a note


class Failures:
    """What failed since the last capture, so that training could go on.

    Args:
        on_error: `"log"`, or `"raise"` to end training.

    Attributes:
        notes: What the next record says, a sentence each.
    """

    def __init__(self, on_error: OnError) -> None:
        self._raises = on_error == "raise"
        self.notes: list[str] = []

    @contextlib.contextmanager
    def going_on(self, what: str) -> Iterator[None]:
        """Log what fails and go on, unless the user wants it raised.

        Args:
            what: What is tried, for the log.
        """
        try:
            yield
        except Exception as error:
            if self._raises:
                raise
            cause = f"{what} failed: {type(error).__name__}: {error}"
            self.notes.append(cause[:_MOST])
            logger.exception(
                "kerasviz: %s failed; training goes on. on_error='raise' "
                "would stop it.",
                what,
            )
