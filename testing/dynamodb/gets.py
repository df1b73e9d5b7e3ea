"""Reading items by their keys."""

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
    """The answer to GetItem."""
    check_parameters(request, ["TableName", "Key"], [*_KNOWN, "ReturnConsumedCapacity"])
    table.schema.check_table(request)
    project = _compile_projection(request)
    row = table.get_row(_parse_key(table, request["Key"]))
    cost = capacity.compute_read_cost([row.size if row else 0], consistent=request.get("ConsistentRead", False))
    item = {"Item": copy_value(project(row.item))} if row else {}
    return {**item, **capacity.build_consumed_capacity(table.schema, request, {"": cost})}


def get_batch(table: Table, request: Request) -> dict[str, Any]:
    """The answer to BatchGetItem: in the order of the keys, which is not the order that was asked in."""
    check_parameters(request, ["RequestItems"], ["ReturnConsumedCapacity"])
    [(name, asked)] = request["RequestItems"].items()
    check_parameters(asked, ["Keys"], _KNOWN)
    table.schema.check_table({"TableName": name})
    project = _compile_projection(asked)
    places = {_parse_key(table, key): key for key in asked["Keys"]}
    if not 1 <= len(asked["Keys"]) <= MAX_KEYS:
        raise Invalid("Too many items requested for the BatchGetItem call")
    if len(places) < len(asked["Keys"]):
        raise Invalid("Provided list of item keys contains duplicates")
    rows, left = _take_fitting({place: table.get_row(place) for place in sorted(places)})
    sizes = [row.size if row else 0 for row in rows]
    consumed = capacity.build_consumed_capacity(
        table.schema,
        request,
        {"": capacity.compute_read_cost(sizes, consistent=asked.get("ConsistentRead", False))},
    )
    return {
        "Responses": {name: [copy_value(project(row.item)) for row in rows if row]},
        "UnprocessedKeys": {name: {**asked, "Keys": [places[place] for place in left]}} if left else {},
        **{part: [described] for part, described in consumed.items()},
    }


def _take_fitting(rows: dict[ItemKey, Row | None]) -> tuple[list[Row | None], list[ItemKey]]:
    """What an answer has room for, and the places of what is left."""
    taken: list[Row | None] = []
    size = 0
    for row in rows.values():
        size += row.size if row else 0
        if size > MAX_RESPONSE_BYTES:
            return taken, list(rows)[len(taken) :]
        taken.append(row)
    return taken, []


def _parse_key(table: Table, given: Item) -> ItemKey:
    key = normalize_item(given)
    table.schema.check_key(key)
    partition, sort = table.schema.keys.names
    return key[partition]["S"], key[sort]["S"]


def _compile_projection(request: Request) -> Project:
    placeholders = Placeholders(request)
    used, project = parse_projection(request, placeholders)
    placeholders.check(*used)
    return project


def parse_projection(request: Request, placeholders: Placeholders) -> tuple[list[UsedPlaceholders], Project]:
    """What the request wants to see of an item, and what its expression, if it has one, uses."""
    if "ProjectionExpression" not in request:
        return [], lambda item: item
    uses, project = projections.compile_projection(request["ProjectionExpression"], placeholders.names)
    return [uses], project
