"""The version of the records; records of any other version are refused."""

from typing import Any

from tb_plugin.contract.decode import ContractError, parse_json

SCHEMA_VERSION = 1


class UnknownSchemaError(ContractError):
    """Another version of kerasviz wrote the record."""


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
