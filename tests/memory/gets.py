"""Reading items by their keys."""

from collections.abc import Callable
from typing import Any

from tests.memory import capacity, projections
from tests.memory.compiling import Uses
from tests.memory.errors import Invalid
from tests.memory.requests import Placeholders, Request, check_parameters
from tests.memory.table import Place, Row, Table
from tests.memory.values import Item, checked_item, copied

MOST_AT_ONCE = 100
LARGEST_ANSWER = 16 * 1024 * 1024  # bytes
Project = Callable[[Item], Item]
_KNOWN = ("ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames")


def get(table: Table, request: Request) -> dict[str, Any]:
    """The answer to GetItem."""
    check_parameters(request, ["TableName", "Key"], [*_KNOWN, "ReturnConsumedCapacity"])
    table.schema.check_table(request)
    project = _projection(request)
    row = table.row(_place(table, request["Key"]))
    cost = capacity.of_reads([row.size if row else 0], consistent=request.get("ConsistentRead", False))
    item = {"Item": copied(project(row.item))} if row else {}
    return {**item, **capacity.described(table.schema, request, {"": cost})}


def get_batch(table: Table, request: Request) -> dict[str, Any]:
    """The answer to BatchGetItem: in the order of the keys, which is not the order that was asked in."""
    check_parameters(request, ["RequestItems"], ["ReturnConsumedCapacity"])
    [(name, asked)] = request["RequestItems"].items()
    check_parameters(asked, ["Keys"], _KNOWN)
    table.schema.check_table({"TableName": name})
    project = _projection(asked)
    places = {_place(table, key): key for key in asked["Keys"]}
    if not 1 <= len(asked["Keys"]) <= MOST_AT_ONCE:
        raise Invalid("Too many items requested for the BatchGetItem call")
    if len(places) < len(asked["Keys"]):
        raise Invalid("Provided list of item keys contains duplicates")
    rows, left = _fitting({place: table.row(place) for place in sorted(places)})
    sizes = [row.size if row else 0 for row in rows]
    consumed = capacity.described(
        table.schema, request, {"": capacity.of_reads(sizes, consistent=asked.get("ConsistentRead", False))}
    )
    return {
        "Responses": {name: [copied(project(row.item)) for row in rows if row]},
        "UnprocessedKeys": {name: {**asked, "Keys": [places[place] for place in left]}} if left else {},
        **{part: [described] for part, described in consumed.items()},
    }


def _fitting(rows: dict[Place, Row | None]) -> tuple[list[Row | None], list[Place]]:
    """What an answer has room for, and the places of what is left."""
    taken: list[Row | None] = []
    size = 0
    for row in rows.values():
        size += row.size if row else 0
        if size > LARGEST_ANSWER:
            return taken, list(rows)[len(taken) :]
        taken.append(row)
    return taken, []


def _place(table: Table, given: Item) -> Place:
    key = checked_item(given)
    table.schema.check_key(key)
    partition, sort = table.schema.keys.names
    return key[partition]["S"], key[sort]["S"]


def _projection(request: Request) -> Project:
    placeholders = Placeholders(request)
    used, project = projection(request, placeholders)
    placeholders.check(*used)
    return project


def projection(request: Request, placeholders: Placeholders) -> tuple[list[Uses], Project]:
    """What the request wants to see of an item, and what its expression, if it has one, uses."""
    if "ProjectionExpression" not in request:
        return [], lambda item: item
    uses, project = projections.compiled(request["ProjectionExpression"], placeholders.names)
    return [uses], project
