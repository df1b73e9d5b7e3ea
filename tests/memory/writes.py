"""Single writes, alone or in a transaction."""

from typing import Any

from tests.memory import conditions, updates
from tests.memory.errors import Invalid, Reason
from tests.memory.requests import Placeholders, Request, check_parameters
from tests.memory.schema import Schema
from tests.memory.sizes import LARGEST_ITEM
from tests.memory.table import Change, Place, Row
from tests.memory.values import Item, checked_item, copied

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
        self._given: Item = checked_item(request["Item" if action == "Put" else "Key"])
        self._wants_old = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        self._compile(request)

    def _compile(self, request: Request) -> None:
        placeholders, uses = Placeholders(request), []
        self._values = placeholders.values
        self._condition = self._update = None
        if "ConditionExpression" in request:
            text = request["ConditionExpression"]
            self._condition = conditions.compiled("ConditionExpression", text, placeholders.names)
            uses.append(self._condition.uses)
        if self._action == "Update":
            used, self._update = updates.compiled(
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
        """Raises WrongKeyType, and Invalid for anything else that is wrong with the key or the item."""
        if self._action == "Put":
            self._schema.check_item(self._given)
            self._row = _fitting(self._given, "Item size")
        else:
            self._schema.check_key(self._given)

    @property
    def place(self) -> Place:
        partition, sort = self._schema.keys.names
        return self._given[partition]["S"], self._given[sort]["S"]

    def refused(self, old: Row | None) -> Reason | None:
        """Why the condition does not let the write be, if it does not."""
        if self._condition is None or self._condition.holds(old.item if old else {}, self._values):
            return None
        found: dict[str, Any] = {"Item": copied(old.item)} if self._wants_old and old else {}
        return {**found, "Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}

    def change(self, old: Row | None) -> Change:
        """What the write, once checked, makes of the item; raises Invalid."""
        if self._action == "ConditionCheck":
            return Change(self.place, old, old)
        if self._action == "Delete":
            return Change(self.place, old, None)
        if self._update is None:
            return Change(self.place, old, self._row)
        item = self._update.apply(old.item if old else None, self._given, self._values)
        self._schema.check_index_keys(item)
        return Change(self.place, old, _fitting(item, "Item size to update"))


def _fitting(item: Item, what: str) -> Row:
    row = Row.of(item)
    if row.size > LARGEST_ITEM:
        raise Invalid(f"{what} has exceeded the maximum allowed size")
    return row
