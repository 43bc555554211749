"""Writes a file whole or not at all, over nothing that was not meant.

What is in the way is looked at before anything is read. The file is written
under a name of its own beside its place, and takes the place in one step.
"""

import contextlib
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from kerasviz_callbacks.commands import StoppedError


def check_target(path: Path, *, is_forced: bool) -> None:
    """Raise unless a file may be written there.

    Where a person sits at a terminal, they are asked before a file is replaced.

    Args:
        path: File to write.
        is_forced: Whether a file that is there may be replaced.

    Raises:
        FileExistsError: Something is there.
        FileNotFoundError: Its folder is not.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"--to must lie in a folder that is there — got {str(path)!r}."
        )
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        what = "a symbolic link" if stat.S_ISLNK(mode) else "no plain file"
        raise FileExistsError(
            f"--to must name a new file, or one to replace — {str(path)!r} is "
            f"{what}. Name another."
        )
    if not is_forced and not _is_agreed(path):
        raise FileExistsError(
            f"{str(path)!r} is there already; --force replaces it."
        )


def _is_agreed(path: Path) -> bool:
    if not (sys.stdin and sys.stdin.isatty()):
        return False
    try:
        said = input(f"{path} is there already. Replace it? [y/N] ")
    except EOFError:
        return False
    return said.strip().lower() in ("y", "yes")


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Lend a new file to write to, which then takes the place of `path`.

    Raises:
        StoppedError: It cannot be written.
    """
    token = secrets.token_hex(4)
    part = path.with_name(f".{path.name}.{token}.part")
    try:
        # Ours alone: nothing that lies there is followed or written over.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        os.close(os.open(part, flags, 0o666))
        yield part
        os.replace(part, path)
    except OSError as error:
        raise StoppedError(
            f"{str(path)!r} cannot be written — {error}"
        ) from error
    finally:
        part.unlink(missing_ok=True)
