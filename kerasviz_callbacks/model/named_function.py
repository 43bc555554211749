"""What a command line calls a function in, the function out."""

import importlib
import os
import sys
from collections.abc import Callable
from typing import Any


def is_named_function(source: str) -> bool:
    """Tell whether this reads as `package.module:function`."""
    module, colon, _ = source.partition(":")
    return bool(colon) and bool(module) and os.sep not in source


def find_function(source: str, what: str) -> Callable[..., Any]:
    """Return the function.

    Args:
        source: `package.module:function`; the working directory is searched
            for the module first, as by `python -m`.
        what: the option that names it, for the error.

    Raises:
        ImportError: there is no such module, or it has no such function.
    """
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    module, _, name = source.partition(":")
    function = getattr(importlib.import_module(module), name, None)
    if not callable(function):
        raise ImportError(
            f"{what} must name a function — {module!r} has no function "
            f"{name!r}."
        )
    found: Callable[..., Any] = function
    return found
