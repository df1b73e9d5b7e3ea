"""Apply single writes, alone or in a transaction."""

from typing import Any

from testing.dynamodb.errors import Invalid, Reason
from testing.dynamodb.expressions import conditions, updates
from testing.dynamodb.requests import Placeholders, Request, check_parameters
from testing.dynamodb.schema import Schema
from testing.dynamodb.sizes import MAX_ITEM_BYTES
from testing.dynamodb.table import Change, ItemKey, Row
from testing.dynamodb.values import Item, copy_value, normalize_item

_KNOWN = {
    "ConditionExpression",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
    "ReturnValuesOnConditionCheckFailure",
}
_REQUIRED = {
    "Put": ("TableName", "Item"),
    "Update": ("TableName", "Key", "UpdateExpression"),
    "Delete": ("TableName", "Key"),
    "ConditionCheck": ("TableName", "Key", "ConditionExpression"),
}


class Write:
    """A write as it was asked for, with its expressions compiled; raises Invalid."""

    def __init__(self, schema: Schema, action: str, request: Request) -> None:
        check_parameters(request, _REQUIRED[action], _KNOWN)
        schema.check_table(request)
        self._schema = schema
        self._action = action
        self._given: Item = normalize_item(request["Item" if action == "Put" else "Key"])
        self._returns_old = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        self._compile(request)

    def _compile(self, request: Request) -> None:
        placeholders, uses = Placeholders(request), []
        self._values = placeholders.values
        self._condition = self._update = None
        if "ConditionExpression" in request:
            text = request["ConditionExpression"]
            self._condition = conditions.compile_condition("ConditionExpression", text, placeholders.names)
            uses.append(self._condition.uses)
        if self._action == "Update":
            used, self._update = updates.compile_update(
                "UpdateExpression", request["UpdateExpression"], placeholders.names
            )
            uses.append(used)
            self._check_targets(self._update)
        placeholders.check(*uses)

    def _check_targets(self, update: updates.Update) -> None:
        for name in self._schema.keys.names:
            if name in update.targets:
                raise Invalid(
                    f"One or more parameter values were invalid: Cannot update attribute {name}. "
                    "This attribute is part of the key"
                )

    def check(self) -> None:
        """Raise WrongKeyType or another Invalid if the key or the item does not fit the schema."""
        if self._action == "Put":
            self._schema.check_item(self._given)
            self._row = _build_row(self._given, "Item size")
        else:
            self._schema.check_key(self._given)

    @property
    def key(self) -> ItemKey:
        """Return the item's key."""
        partition, sort = self._schema.keys.names
        return self._given[partition]["S"], self._given[sort]["S"]

    def get_condition_failure(self, old: Row | None) -> Reason | None:
        """Return the cancellation reason if the condition fails on the old item, else None."""
        if self._condition is None or self._condition.holds(old.item if old else {}, self._values):
            return None
        old_item: dict[str, Any] = {"Item": copy_value(old.item)} if self._returns_old and old else {}
        return {**old_item, "Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}

    def build_change(self, old: Row | None) -> Change:
        """Return the change that the checked write makes; raises Invalid."""
        if self._action == "ConditionCheck":
            return Change(self.key, old, old)
        if self._action == "Delete":
            return Change(self.key, old, None)
        if self._update is None:
            return Change(self.key, old, self._row)
        item = self._update.apply(old.item if old else None, self._given, self._values)
        self._schema.check_index_keys(item)
        return Change(self.key, old, _build_row(item, "Item size to update"))


def _build_row(item: Item, what: str) -> Row:
    row = Row.of(item)
    if row.size > MAX_ITEM_BYTES:
        raise Invalid(f"{what} has exceeded the maximum allowed size")
    return row
