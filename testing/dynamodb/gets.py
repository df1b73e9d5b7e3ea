"""Read items by their keys."""

from collections.abc import Callable
from typing import Any

from testing.dynamodb import capacity
from testing.dynamodb.errors import Invalid
from testing.dynamodb.expressions import projections
from testing.dynamodb.expressions.compiler import UsedPlaceholders
from testing.dynamodb.requests import Placeholders, Request, check_parameters
from testing.dynamodb.table import ItemKey, Row, Table
from testing.dynamodb.values import Item, copy_value, normalize_item

MAX_KEYS = 100
MAX_RESPONSE_BYTES = 16 * 1024 * 1024  # bytes
Project = Callable[[Item], Item]
_KNOWN = ("ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames")


def get(table: Table, request: Request) -> dict[str, Any]:
    """Answer GetItem."""
    check_parameters(request, ["TableName", "Key"], [*_KNOWN, "ReturnConsumedCapacity"])
    table.schema.check_table(request)
    project = _compile_projection(request)
    row = table.get_row(_parse_key(table, request["Key"]))
    cost = capacity.compute_read_cost([row.size if row else 0], consistent=request.get("ConsistentRead", False))
    item = {"Item": copy_value(project(row.item))} if row else {}
    return {**item, **capacity.build_consumed_capacity(table.schema, request, {"": cost})}


def get_batch(table: Table, request: Request) -> dict[str, Any]:
    """Answer BatchGetItem, with the items in the order of their keys rather than of the request."""
    check_parameters(request, ["RequestItems"], ["ReturnConsumedCapacity"])
    [(name, table_request)] = request["RequestItems"].items()
    check_parameters(table_request, ["Keys"], _KNOWN)
    table.schema.check_table({"TableName": name})
    project = _compile_projection(table_request)
    requested_keys = {_parse_key(table, key): key for key in table_request["Keys"]}
    if not 1 <= len(table_request["Keys"]) <= MAX_KEYS:
        raise Invalid("Too many items requested for the BatchGetItem call")
    if len(requested_keys) < len(table_request["Keys"]):
        raise Invalid("Provided list of item keys contains duplicates")
    rows, unread = _take_fitting({key: table.get_row(key) for key in sorted(requested_keys)})
    sizes = [row.size if row else 0 for row in rows]
    consumed = capacity.build_consumed_capacity(
        table.schema,
        request,
        {"": capacity.compute_read_cost(sizes, consistent=table_request.get("ConsistentRead", False))},
    )
    return {
        "Responses": {name: [copy_value(project(row.item)) for row in rows if row]},
        "UnprocessedKeys": {name: {**table_request, "Keys": [requested_keys[key] for key in unread]}}
        if unread
        else {},
        **{part: [described] for part, described in consumed.items()},
    }


def _take_fitting(rows: dict[ItemKey, Row | None]) -> tuple[list[Row | None], list[ItemKey]]:
    """Return the rows that fit into a response, and the keys of the others."""
    taken: list[Row | None] = []
    size = 0
    for row in rows.values():
        size += row.size if row else 0
        if size > MAX_RESPONSE_BYTES:
            return taken, list(rows)[len(taken) :]
        taken.append(row)
    return taken, []


def _parse_key(table: Table, attributes: Item) -> ItemKey:
    key = normalize_item(attributes)
    table.schema.check_key(key)
    partition, sort = table.schema.keys.names
    return key[partition]["S"], key[sort]["S"]


def _compile_projection(request: Request) -> Project:
    placeholders = Placeholders(request)
    used, project = parse_projection(request, placeholders)
    placeholders.check(*used)
    return project


def parse_projection(request: Request, placeholders: Placeholders) -> tuple[list[UsedPlaceholders], Project]:
    """Return the placeholders that the request's projection uses, if it has one, and the projection."""
    if "ProjectionExpression" not in request:
        return [], lambda item: item
    uses, project = projections.compile_projection(request["ProjectionExpression"], placeholders.names)
    return [uses], project
