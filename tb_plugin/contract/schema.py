"""The version of the records, and the refusal of any other."""

from typing import Any

from tb_plugin.contract.decode import ContractError, parse_json

SCHEMA_VERSION = 1


class UnknownSchemaError(ContractError):
    """The record was written by a version of kerasviz that we do not know."""


def parse_record(text: str | bytes) -> Any:
    """Return a record as parsed from JSON, of the version that we know.

    Raises:
        UnknownSchemaError: it is of another one.
        ContractError: it is not JSON, or says no version.
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
