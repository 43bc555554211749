"""The event files of one run: a single writer, safe to kill and resume.

In go drawings, encoded already, and their circumstances; out come event files
in `<log_dir>/kerasviz`. Nothing here draws.
"""

from kerasviz_callbacks.log.capture_record import (
    Circumstances,
    Reasons,
    as_capture,
    not_finite_weights,
)
from kerasviz_callbacks.log.earlier import kept_captures
from kerasviz_callbacks.log.run_log import (
    Place,
    RunLog,
    check_directory,
    run_log,
)

__all__ = [
    "Circumstances",
    "Place",
    "Reasons",
    "RunLog",
    "as_capture",
    "check_directory",
    "kept_captures",
    "not_finite_weights",
    "run_log",
]
