"""Free memory of this process in, back to the system."""

import ctypes


def trim() -> None:
    """Give back what is free.

    The C library of Linux keeps what was freed in pieces below 128 kB, as the
    records of a run are: hundreds of megabytes after each run that was read.
    Others have no such function, and no such habit.
    """
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # not glibc
        return
