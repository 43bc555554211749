"""Checks of the lists and sizes in a record, whatever the record is of."""

from collections.abc import Mapping
from typing import Any

from tb_plugin.contract.decode import ContractError

MAX_SIZE = 2**16  # of anything in pixels or tiles; a canvas holds no more


def check_sizes(*sizes: int) -> None:
    """Check sizes in pixels or tiles.

    Raises:
        ContractError: A size is not from 1 to `MAX_SIZE`.
    """
    if any(not 0 < size <= MAX_SIZE for size in sizes):
        raise ContractError(f"a size is not from 1 to {MAX_SIZE}")


def check_columns(
    length: int,
    columns: list[Any],
    measures: Mapping[str, tuple[float | None, ...]],
    what: str,
) -> None:
    """Check that every list of a record has one entry per item.

    Args:
        length: Number of items.
        columns: The lists.
        measures: More lists, by name.
        what: What the items are, for the error.

    Raises:
        ContractError: A list is longer or shorter than `length`.
    """
    if any(len(column) != length for column in [*columns, *measures.values()]):
        raise ContractError(f"columns of {what} differ in length")
