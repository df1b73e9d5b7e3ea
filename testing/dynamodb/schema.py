"""Read the table's keys and indexes from the template."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from testing import account as aws
from testing.dynamodb.errors import Invalid, NoSuchTable, WrongKeyType
from testing.dynamodb.values import Item, get_kind

_MAX_KEY_BYTES = {"HASH": 2048, "RANGE": 1024}  # bytes
_EMPTY_KEY_MESSAGE = "The AttributeValue for a key attribute cannot contain an empty string value."


@dataclass(frozen=True)
class KeySchema:
    """The partition key and the sort key of the table, or of the index that is named; all of them are text."""

    partition: str
    sort: str
    index_name: str = ""

    @classmethod
    def read(cls, described: Iterable[Mapping[str, str]], index: str = "") -> "KeySchema":
        """Read the keys from the template."""
        by_role = {each["KeyType"]: each["AttributeName"] for each in described}
        return cls(by_role["HASH"], by_role["RANGE"], index)

    @property
    def names(self) -> tuple[str, str]:
        """Return the names of partition key and sort key."""
        return self.partition, self.sort


@dataclass(frozen=True)
class Schema:
    """A table's name, its keys, and the keys of its indexes."""

    table_name: str
    keys: KeySchema
    indexes: tuple[KeySchema, ...]  #: of which each has the keys only

    @classmethod
    def read(cls, table_name: str, described: Mapping[str, Any]) -> "Schema":
        """Read the schema from the properties of a table in the template."""
        indexes = described.get("GlobalSecondaryIndexes", [])
        if any(each["Projection"] != {"ProjectionType": "KEYS_ONLY"} for each in indexes):
            raise NotImplementedError("only indexes that have the keys only")
        if any(each["AttributeType"] != "S" for each in described["AttributeDefinitions"]):
            raise NotImplementedError("only keys that are text")
        index_keys = tuple(KeySchema.read(each["KeySchema"], each["IndexName"]) for each in indexes)
        return cls(table_name, KeySchema.read(described["KeySchema"]), index_keys)

    def get_index(self, name: str) -> KeySchema:
        """Return the keys of an index; raises Invalid if there is none of that name."""
        keys = next((index for index in self.indexes if index.index_name == name), None)
        if keys is None:
            raise Invalid(f"The table does not have the specified index: {name}")
        return keys

    def check_table(self, request: Mapping[str, Any]) -> None:
        """Raise NoSuchTable if the request names another table."""
        if request["TableName"] != self.table_name:
            raise NoSuchTable("Requested resource not found")

    def extract_key(self, item: Item) -> Item:
        """Return the key of the item."""
        return {name: item[name] for name in self.keys.names}

    def check_key(self, key: Item) -> None:
        """Raise Invalid unless the key has the attributes, types and lengths of the schema."""
        if set(key) != set(self.keys.names):
            raise Invalid("The provided key element does not match the schema")
        for name in self.keys.names:
            if "S" not in key[name]:
                raise WrongKeyType("The provided key element does not match the schema")
        self._check_lengths(key)

    def check_item(self, item: Item) -> None:
        """Raise Invalid unless the item's keys, those of indexes among them, fit the schema."""
        for name in self.keys.names:
            if name not in item:
                raise Invalid(f"One or more parameter values were invalid: Missing the key {name} in the item")
            if "S" not in item[name]:
                raise WrongKeyType(
                    f"One or more parameter values were invalid: Type mismatch for key {name} "
                    f"expected: S actual: {get_kind(item[name])}"
                )
        self._check_lengths(item)
        self.check_index_keys(item)

    def _check_lengths(self, key: Item) -> None:
        for name, role in zip(self.keys.names, _MAX_KEY_BYTES, strict=True):
            size = len(key[name]["S"].encode())
            if not size:
                raise Invalid(f"One or more parameter values are not valid. {_EMPTY_KEY_MESSAGE} Key: {name}")
            if size > _MAX_KEY_BYTES[role]:
                raise Invalid(
                    f"One or more parameter values were invalid: Aggregated size of all {role.lower()} keys has "
                    f"exceeded the size limit of {_MAX_KEY_BYTES[role]} bytes"
                )

    def check_index_keys(self, item: Item) -> None:
        """Raise Invalid if an attribute of an index's key does not fit.

        An item without the attribute stays out of the index.
        """
        for index in self.indexes:
            for name in index.names:
                if name in item:
                    _check_index_key(index, name, item)


def _check_index_key(index: KeySchema, name: str, item: Item) -> None:
    if "S" not in item[name]:
        raise WrongKeyType(
            f"One or more parameter values were invalid: Type mismatch for Index Key {name} "
            f"Expected: S Actual: {get_kind(item[name])} IndexName: {index.index_name}"
        )
    if not item[name]["S"]:
        raise Invalid(
            "One or more parameter values are not valid. A value specified for a secondary index key is not "
            f"supported. {_EMPTY_KEY_MESSAGE} IndexName: {index.index_name}, IndexKey: {name}"
        )


@cache
def load_schema() -> Schema:
    """Return the schema of the template's table."""
    return Schema.read(aws.TABLE, aws.load_resources()["Table"]["Properties"])
