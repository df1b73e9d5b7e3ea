"""Read a page of a query or scan: what it reads, and what of that it returns."""

from collections.abc import Iterable
from typing import Any

from testing.dynamodb import capacity
from testing.dynamodb.errors import Invalid
from testing.dynamodb.expressions import conditions
from testing.dynamodb.expressions.compiler import UsedPlaceholders
from testing.dynamodb.expressions.conditions import Condition
from testing.dynamodb.gets import parse_projection
from testing.dynamodb.requests import Placeholders, Request
from testing.dynamodb.schema import KeySchema, Schema
from testing.dynamodb.sizes import READ_UNIT, count_units
from testing.dynamodb.table import Entry, Row
from testing.dynamodb.values import Item, copy_value, normalize_item

MAX_PAGE_BYTES = 1024 * 1024  # bytes

#: The parameters that queries and scans have in common.
KNOWN_PARAMETERS = {
    "ConsistentRead",
    "ExclusiveStartKey",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
    "FilterExpression",
    "Limit",
    "ProjectionExpression",
    "ReturnConsumedCapacity",
    "Select",
}


class Page:
    """The page that a request asks of a table or an index; raises Invalid."""

    def __init__(self, schema: Schema, keys: KeySchema, request: Request, *more: UsedPlaceholders) -> None:
        self._schema, self._keys, self._request = schema, keys, request
        placeholders = Placeholders(request)
        self.values = placeholders.values
        self._filter = self._compile_filter(placeholders)
        used, self._project = parse_projection(request, placeholders)
        placeholders.check(*more, *used, *([self._filter.uses] if self._filter else []))
        self._check_parameters()

    def _compile_filter(self, placeholders: Placeholders) -> Condition | None:
        if "FilterExpression" not in self._request:
            return None
        return conditions.compile_condition(
            "FilterExpression", self._request["FilterExpression"], placeholders.names
        )

    def _check_parameters(self) -> None:
        if self._request.get("Select", "COUNT") != "COUNT":
            raise NotImplementedError("Select is known as COUNT only")
        if "Select" in self._request and "ProjectionExpression" in self._request:
            raise Invalid("Cannot specify the ProjectionExpression when choosing to get only the Count")
        if self._request.get("Limit", 1) < 1:
            raise Invalid(
                f"1 validation error detected: Value '{self._request['Limit']}' at 'limit' failed to satisfy "
                "constraint: Member must have value greater than or equal to 1"
            )

    def reject_keys_in_filter(self) -> None:
        """Raise Invalid if the filter looks at an attribute of the key."""
        for name in self._keys.names:
            if self._filter and name in self._filter.attributes:
                raise Invalid(
                    f"Filter Expression can only contain non-primary key attributes: Primary key attribute: {name}"
                )

    def read_start_key(self) -> Entry | None:
        """Return the entry with which an earlier page ended, if the request names one."""
        if "ExclusiveStartKey" not in self._request:
            return None
        key = normalize_item(self._request["ExclusiveStartKey"])
        if set(key) != self._key_names() or any("S" not in value for value in key.values()):
            raise Invalid("The provided starting key is invalid")
        partition, sort = self._schema.keys.names
        return key[self._keys.sort]["S"], key[partition]["S"], key[sort]["S"]

    def build_response(self, rows: Iterable[Row]) -> dict[str, Any]:
        """Build the response from as many of the rows, in their order, as a page takes."""
        rows_read, size, more = self._take_page(rows)
        projected = [self._project_index(row.item) for row in rows_read]
        matching = [item for item in projected if self._filter is None or self._filter.holds(item, self.values)]
        items = (
            {} if "Select" in self._request else {"Items": [copy_value(self._project(item)) for item in matching]}
        )
        last = {"LastEvaluatedKey": copy_value(self._extract_key(rows_read[-1].item))} if more else {}
        counts = {"Count": len(matching), "ScannedCount": len(rows_read)}
        return {
            **items,
            **counts,
            **last,
            **capacity.build_consumed_capacity(self._schema, self._request, self._compute_cost(size)),
        }

    def _take_page(self, rows: Iterable[Row]) -> tuple[list[Row], int, bool]:
        """Return the rows of the page, its bytes, and True if it ended before the rows did.

        Rows behind the page's end are not looked at, so the last page may be empty.
        """
        rows_read: list[Row] = []
        size = 0
        for row in rows:
            more = (
                capacity.compute_entry_size(self._schema, self._keys, row) if self._keys.index_name else row.size
            )
            if rows_read and size + more > MAX_PAGE_BYTES:
                return rows_read, size, True
            rows_read.append(row)
            size += more
            if len(rows_read) == self._request.get("Limit"):
                return rows_read, size, True
        return rows_read, size, False

    def _compute_cost(self, size: int) -> capacity.Units:
        cost = count_units(size, READ_UNIT) * (1.0 if self._request.get("ConsistentRead") else 0.5)
        return {"": 0.0, self._keys.index_name: cost}

    def _project_index(self, item: Item) -> Item:
        return self._extract_key(item) if self._keys.index_name else item

    def _extract_key(self, item: Item) -> Item:
        return {name: item[name] for name in item if name in self._key_names()}

    def _key_names(self) -> set[str]:
        return {*self._schema.keys.names, *self._keys.names}
