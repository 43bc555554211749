"""Reads the memory of a process, from Linux' own account of it."""

from pathlib import Path

_BYTES_PER_UNIT = 1024
_PROC = Path("/proc")


def resident_mb(process: str = "self") -> float:
    """Return the megabytes that a process has now."""
    return _size_mb(process, "VmRSS")


def peak_mb() -> float:
    """Return the most megabytes that this process has had."""
    return _size_mb("self", "VmHWM")


def forget_peak() -> None:
    """Begin the peak anew, with what this process has now."""
    (_PROC / "self" / "clear_refs").write_text("5")


def _size_mb(process: str, field: str) -> float:
    lines = (_PROC / process / "status").read_text().splitlines()
    sizes = [line.split()[1] for line in lines if line.startswith(field)]
    # what has ended, but was not waited for, has none
    return int(sizes[0]) * _BYTES_PER_UNIT / 1e6 if sizes else 0.0
