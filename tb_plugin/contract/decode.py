"""Parses untrusted JSON into frozen dataclasses, and writes them as JSON.

A log directory is untrusted. A record is accepted only if every field of the
dataclass is present with the declared type. A field with a default may be
absent, as it is from logs that are older than it. Fields that the dataclass
does not XX `ContractError`, which says where.
"""

import dataclasses
import functools
import json
import math
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

SCHEMA_VERSION = 1
MAX_SIZE = 2**16  # of anything in pixels or tiles; a canvas holds no more

T = TypeVar("T")

MAX_JSON_BYTES = 16 * 2**20  # bounds memory before anything is parsed
MAX_ITEMS = 100_000  # of one list or object
MAX_PARTS = 10_000  # of layers or images, which take a thousand times as much
_MAX_INT = 2**53  # what JavaScript can hold
MAX_STEP = _MAX_INT - 1  # larger ones are rounded there
# Of a float: ratios of float32 stay far below, and sums and squares of what is
# read are finite.
MAX_FLOAT = 1e100
_PLAIN_KINDS: dict[Any, tuple[type, bool]] = {
    kind | None if nullable else kind: (kind, nullable)
    for kind in (str, bool, int, float)
    for nullable in (False, True)
}


class ContractError(ValueError):
    """A record does not have the shape that the contract gives it."""


class UnknownSchemaError(ContractError):
    """Another version of kerasviz wrote the record."""


def to_json(record: Any) -> str:
    """Return the dataclass as compact JSON.

    A number that is not finite, or beyond `MAX_FLOAT`, is null.
    """
    return json.dumps(_plain(record), separators=(",", ":"), allow_nan=False)


def parse_json(text: str | bytes) -> Any:
    """Return the parsed JSON value.

    Raises:
        ContractError: The text is too long, not JSON, or nested too deep.
    """
    if len(text) > MAX_JSON_BYTES:
        raise ContractError(f"a record of {len(text)} bytes is too long")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ContractError(f"not JSON: {type(error).__name__}") from error


def decode(kind: type[T], value: Any) -> T:
    """Return a parsed JSON value as an instance of `kind`.

    Args:
        kind: A frozen dataclass.
        value: The value, as `parse_json` returns it.

    Raises:
        ContractError: A field is missing or has another type; names its place.
    """
    return typing.cast(T, _decode(kind, value, kind.__name__))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return _short_float(value) if isinstance(value, float) else value


def _short_float(value: float) -> float | None:
    """Return seven digits, all that float32 has, or a time to milliseconds."""
    if not abs(value) <= MAX_FLOAT:
        return None
    return float(f"{value:.7g}") if abs(value) < 1e7 else round(value, 3)


def _decode(kind: Any, value: Any, place: str) -> Any:
    origin = typing.get_origin(kind)
    if dataclasses.is_dataclass(kind):
        return _decode_dataclass(kind, value, place)
    if origin in (types.UnionType, typing.Union):
        return _decode_optional(kind, value, place)
    if origin is tuple:
        return _decode_tuple(typing.get_args(kind)[0], value, place)
    if origin in (dict, Mapping):
        return _decode_mapping(typing.get_args(kind)[1], value, place)
    if origin is typing.Literal:
        if value not in typing.get_args(kind):
            raise ContractError(f"{place} is not one of the known values")
        return value
    return _decode_scalar(kind, value, place)


def _decode_dataclass(kind: Any, value: Any, place: str) -> Any:
    if not isinstance(value, dict):
        raise ContractError(f"{place} is not an object")
    fields = {}
    for name, field_kind in _field_kinds(kind).items():
        if name in value:
            fields[name] = _decode(field_kind, value[name], f"{place}.{name}")
        elif name not in _optional_fields(kind):
            raise ContractError(f"{place} has no {name}")
    return kind(**fields)


@functools.cache
def _field_kinds(kind: type[Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


@functools.cache
def _optional_fields(kind: type[Any]) -> frozenset[str]:
    return frozenset(
        field.name
        for field in dataclasses.fields(kind)
        if field.default is not dataclasses.MISSING
    )


def _decode_optional(kind: Any, value: Any, place: str) -> Any:
    if value is None:
        return None
    [inner] = [a for a in typing.get_args(kind) if a is not type(None)]
    return _decode(inner, value, place)


def _decode_tuple(item_kind: Any, value: Any, place: str) -> Any:
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        raise ContractError(f"{place} is not a list of a sane length")
    if len(value) > MAX_PARTS and dataclasses.is_dataclass(item_kind):
        raise ContractError(f"{place} has more than {MAX_PARTS} entries")
    if _is_sound_column(item_kind, value):
        return tuple(value)
    return tuple(
        _decode(item_kind, item, f"{place}[{index}]")
        for index, item in enumerate(value)
    )


def _is_sound_column(item_kind: Any, items: list[Any]) -> bool:
    """Return whether all items are valid as they are, without naming places.

    Most of a record is columns of plain values; this check makes reading one
    ten times as fast. What it does not know is decoded item by item, exactly.
    """
    plain, nullable = _PLAIN_KINDS.get(item_kind, (None, False))
    found = set(map(type, items))
    if nullable and types.NoneType in found:
        items = [item for item in items if item is not None]
        found.discard(types.NoneType)
    if plain is None or not found <= {plain}:
        return False
    if plain is float:  # a NaN is no maximum that can be relied on
        is_finite = all(map(math.isfinite, items))
        return is_finite and max(map(abs, items), default=0) <= MAX_FLOAT
    return plain is not int or max(map(abs, items), default=0) <= _MAX_INT


def _decode_mapping(item_kind: Any, value: Any, place: str) -> Any:
    if not isinstance(value, dict) or len(value) > MAX_ITEMS:
        raise ContractError(f"{place} is not an object of a sane length")
    return {
        key: _decode(item_kind, item, f"{place}[{key[:40]!r}]")
        for key, item in value.items()
    }


def _decode_scalar(kind: Any, value: Any, place: str) -> Any:
    accepted: Any = (int, float) if kind is float else (kind,)
    if not isinstance(value, accepted) or (
        isinstance(value, bool) and kind is not bool
    ):
        raise ContractError(f"{place} is not {kind.__name__}")
    if kind is float:
        return _finite(value, place)
    if kind is int and abs(value) > _MAX_INT:
        raise ContractError(f"{place} is too large")
    return value


def _finite(value: int | float, place: str) -> float:
    try:
        number = float(value)
    except OverflowError as error:
        raise ContractError(f"{place} is too large") from error
    if not math.isfinite(number):
        raise ContractError(f"{place} is not finite")
    if abs(number) > MAX_FLOAT:
        raise ContractError(f"{place} is too large")
    return number


def json_bytes(payload: Any) -> bytes:
    """Return a payload as UTF-8 JSON; records in it become objects."""
    text = json.dumps(
        payload, default=vars, allow_nan=False, separators=(",", ":")
    )
    return text.encode()


def parse_record(text: str | bytes) -> Any:
    """Return a record as parsed from JSON, of the known version.

    Raises:
        UnknownSchemaError: The record has another version.
        ContractError: The text is not JSON, or states no version.
    """
    value = parse_json(text)
    schema = value.get("schema") if isinstance(value, dict) else None
    if not isinstance(schema, int) or isinstance(schema, bool):
        raise ContractError("a record without a schema version")
    if schema != SCHEMA_VERSION:
        raise UnknownSchemaError(
            f"schema version {schema}; this plugin reads {SCHEMA_VERSION}"
        )
    return value


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
