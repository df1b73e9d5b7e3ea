"""Items as DynamoDB serializes them, and the writes of a transaction as its requests."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from chalicelib.aws.key_grammar import Key
from chalicelib.settings import settings

Item = dict[str, Any]

_NAME = re.compile(r"#(\w+)")  #: a placeholder of an attribute's name
#: `history = list_append(history, :entries)`, in all forms that occur here
_APPENDED = re.compile(r"#?(\w+) = list_append\([^:]*(?::\w+\)?, )?(:\w+)\)")

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def decode_item(image: Mapping[str, Any]) -> Item:
    """Decode an item from DynamoDB's JSON (an answer's or a stream record's), numbers as int.

    Binary values stay as they came: bytes, or in a stream record that Lambda brings, their base64 text.
    """
    return {
        name: value["B"] if "B" in value else _convert_decimals(_deserialize(value))
        for name, value in image.items()
    }


def _convert_decimals(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, dict):
        return {name: _convert_decimals(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_convert_decimals(part) for part in value]
    return value


def encode_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Encode an item in DynamoDB's JSON."""
    return {name: _serialize(value) for name, value in item.items()}


class Update(msgspec.Struct, frozen=True):
    """An update of one item: SET, ADD and REMOVE clauses, and their condition."""

    key: Key
    expression: str
    condition: str
    names: Mapping[str, str]
    values: Mapping[str, Any]

    @classmethod
    def set(
        cls,
        key: Key,
        attributes: Mapping[str, Any],
        *,
        when: str = "attribute_exists(PK)",
        values: Mapping[str, Any] | None = None,
        append: Mapping[str, Sequence[Any]] | None = None,
        replace: Mapping[str, Sequence[Any]] | None = None,
        add: Mapping[str, Any] | None = None,
        remove: Iterable[str] = (),
    ) -> "Update":
        """Set the attributes, append to lists, add to numbers or sets, and remove attributes, on the condition
        `when` (optimistic locking). `replace` has the lists that stand in place of those that are appended to.

        In `when` each attribute is written `#name`, whether or not DynamoDB reserves the word; its `:placeholders`
        stand in `values`. An attribute's own new value is `:name`, so no placeholder of `values` may be called so.
        """
        remove, append, replace, add, values = tuple(remove), append or {}, replace or {}, add or {}, values or {}
        bases = {f":new_{name}": part for name, part in replace.items()}
        sets = [f"#{name} = :{name}" for name in attributes]
        sets += [
            f"#{name} = list_append({f':new_{name}' if name in replace else f'#{name}'}, :{name})"
            for name in append
        ]
        clauses = {
            "SET": sets,
            "ADD": [f"#{name} :{name}" for name in add],
            "REMOVE": [f"#{name}" for name in remove],
        }
        given = {f":{name}": value for name, value in {**attributes, **append, **add}.items()} | bases
        if given.keys() & values.keys():
            raise ValueError(f"These placeholders stand for new values: {sorted(given.keys() & values.keys())}")
        return cls(
            key=key,
            expression=" ".join(f"{word} {', '.join(parts)}" for word, parts in clauses.items() if parts),
            condition=when,
            names={f"#{name}": name for name in (*attributes, *append, *add, *remove, *_NAME.findall(when))},
            values={**given, **values},
        )

    def appended_to(self, attribute: str) -> Sequence[Any]:
        """Return what the update appends to the list of that name; empty where it appends nothing."""
        placeholders = dict(_APPENDED.findall(self.expression))
        return self.values[placeholders[attribute]] if attribute in placeholders else ()

    def as_request(self) -> dict[str, Any]:
        """Build the update's part of a TransactWriteItems request."""
        request = {
            "TableName": settings().table_name,
            "Key": encode_item(self.key),
            "UpdateExpression": self.expression,
            "ConditionExpression": self.condition,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        return {"Update": request | _build_placeholders(self.names, self.values)}


#: The condition of a put that replaces whatever there is.
UNCONDITIONAL = "attribute_not_exists(PK) OR attribute_exists(PK)"


class Put(msgspec.Struct, frozen=True):
    """A put of one whole item; by default only where there is none."""

    item: Item
    condition: str = "attribute_not_exists(PK)"
    names: Mapping[str, str] | None = None
    values: Mapping[str, Any] | None = None

    def as_request(self) -> dict[str, Any]:
        """Build the put's part of a TransactWriteItems request."""
        request = {
            "TableName": settings().table_name,
            "Item": encode_item(self.item),
            "ConditionExpression": self.condition,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        return {"Put": request | _build_placeholders(self.names or {}, self.values or {})}


class Delete(msgspec.Struct, frozen=True):
    """A delete of one item, by default on the condition that it exists."""

    key: Key
    condition: str = "attribute_exists(PK)"
    values: Mapping[str, Any] | None = None

    def as_request(self) -> dict[str, Any]:
        """Build the delete's part of a TransactWriteItems request."""
        request = {
            "TableName": settings().table_name,
            "Key": encode_item(self.key),
            "ConditionExpression": self.condition,
        }
        return {"Delete": request | _build_placeholders({}, self.values or {})}


class ConditionCheck(msgspec.Struct, frozen=True):
    """A condition on an item that the transaction does not write."""

    key: Key
    condition: str
    names: Mapping[str, str] | None = None
    values: Mapping[str, Any] | None = None

    def as_request(self) -> dict[str, Any]:
        """Build the check's part of a TransactWriteItems request."""
        request = {
            "TableName": settings().table_name,
            "Key": encode_item(self.key),
            "ConditionExpression": self.condition,
        }
        return {"ConditionCheck": request | _build_placeholders(self.names or {}, self.values or {})}


Write = Update | Put | Delete | ConditionCheck


def _build_placeholders(names: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    if names:
        parts["ExpressionAttributeNames"] = dict(names)
    if values:
        parts["ExpressionAttributeValues"] = encode_item(values)
    return parts
