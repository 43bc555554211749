"""Imports TensorFlow without the lines that it logs as it is loaded.

They tell of instructions and drivers, go past `TF_CPP_MIN_LOG_LEVEL`, and stand
before what a command has to say. What else is written meanwhile, such as a
warning of Python, is passed on; and so is everything if the import fails.
"""

import contextlib
import importlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator

# "I0000 00:00:17… port.cc:153] …", "2026-01-01 …: I tensorflow/…", and what
# goes before and on after such a line.
_LOGGED = re.compile(
    rb"[IWE]\d{4} [\d:.]+ .*\]|\d{4}-\d\d-\d\d [\d:.]+: [IWE] "
    rb"|WARNING: All log messages before absl"
    rb"|To enable the following instructions"
)


def import_tensorflow() -> None:
    """Import TensorFlow and Keras; later imports find them loaded.

    Raises:
        ModuleNotFoundError: One of them is not installed.
    """
    if "tensorflow" not in sys.modules:
        with _kept_back():
            importlib.import_module("tensorflow")
            importlib.import_module("keras")


@contextlib.contextmanager
def _kept_back() -> Iterator[None]:
    """Hold back what is written to stderr, by whatever means."""
    sys.stderr.flush()
    has_failed = True
    with tempfile.TemporaryFile() as kept:
        before = os.dup(2)
        os.dup2(kept.fileno(), 2)
        try:
            yield
            has_failed = False
        finally:
            sys.stderr.flush()
            os.dup2(before, 2)
            os.close(before)
            kept.seek(0)
            for line in kept.readlines():
                if has_failed or not _LOGGED.match(line):
                    os.write(2, line)
