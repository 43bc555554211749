"""What a user gives as `log_dir` in, a path out."""

from typing import Any


def as_directory(log_dir: Any) -> str:
    """Return the path.

    Raises:
        TypeError: it is none.
        ValueError: it is empty.
    """
    try:
        path = log_dir if isinstance(log_dir, str) else log_dir.__fspath__()
    except AttributeError:
        raise TypeError(
            f"log_dir must be a path — got {log_dir!r}. It is the first "
            "argument, as in keras.callbacks.TensorBoard."
        ) from None
    if not path:
        raise ValueError("log_dir must not be empty; name a directory.")
    return str(path)
