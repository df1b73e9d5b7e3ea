"""Compute what a request costs, as `ReturnConsumedCapacity` reports it, by the documented rules.

A write is measured by the larger of the item before and after; in a transaction it costs double. Indexes cost the
same in both: once for an entry that comes or goes, twice for one that moves.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from testing.dynamodb.requests import Request
from testing.dynamodb.schema import KeySchema, Schema
from testing.dynamodb.sizes import READ_UNIT, WRITE_UNIT, compute_item_size, count_units
from testing.dynamodb.table import Change, Row, build_entry

Units = Mapping[str, float]  #: by index, the table's own under no name


def compute_write_costs(schema: Schema, changes: Sequence[Change], factor: int = 1) -> dict[str, float]:
    """Return the write units of the changes, by index and, under an empty name, of the table.

    `factor` multiplies the table's: 2 in a transaction.
    """
    sizes = [max(row.size if row else 0 for row in (change.old, change.new)) for change in changes]
    costs: dict[str, float] = {"": float(factor * sum(count_units(size, WRITE_UNIT) for size in sizes))}
    for keys in schema.indexes:
        if cost := sum(_compute_index_write_cost(schema, keys, change) for change in changes):
            costs[keys.index_name] = float(cost)
    return costs


def _compute_index_write_cost(schema: Schema, keys: KeySchema, change: Change) -> int:
    before, after = (build_entry(keys, change.key, row) for row in (change.old, change.new))
    if before == after:
        return 0
    rows = (row for row, entry in ((change.old, before), (change.new, after)) if row and entry)
    return sum(count_units(compute_entry_size(schema, keys, row), WRITE_UNIT) for row in rows)


def compute_entry_size(schema: Schema, keys: KeySchema, row: Row) -> int:
    """Return the bytes of an item's entry in the index, which has the keys only."""
    return compute_item_size({name: row.item[name] for name in {*schema.keys.names, *keys.names}})


def compute_read_cost(sizes: Sequence[int], *, consistent: bool) -> float:
    """Return the read units of items that are read one by one.

    An item that does not exist costs as much as a small one.
    """
    return sum(count_units(size, READ_UNIT) for size in sizes) * (1.0 if consistent else 0.5)


def build_consumed_capacity(schema: Schema, request: Request, costs: Units, kind: str = "") -> dict[str, Any]:
    """Build the response's `ConsumedCapacity`, if the request asks for it.

    Responses to transactions name the `kind`, Read or Write, too.
    """
    detail = request.get("ReturnConsumedCapacity", "NONE")
    if detail == "NONE":
        return {}
    total = {"TableName": schema.table_name, **_priced(sum(costs.values()), kind)}
    if detail == "TOTAL":
        return {"ConsumedCapacity": total}
    indexes = {index: _priced(cost, kind) for index, cost in costs.items() if index}
    by_index = {"GlobalSecondaryIndexes": indexes} if indexes else {}
    return {"ConsumedCapacity": {**total, "Table": _priced(costs[""], kind), **by_index}}


def _priced(cost: float, kind: str) -> dict[str, float]:
    return {"CapacityUnits": cost, **({f"{kind}CapacityUnits": cost} if kind else {})}


def sum_consumed_units(response: Mapping[str, Any]) -> Any:
    """Return the units that a response reports, of all its tables together.

    Reads cost halves too; the type is Any because a Counter of them is typed as having integers.
    """
    consumed = response["ConsumedCapacity"]
    return sum(each["CapacityUnits"] for each in (consumed if isinstance(consumed, list) else [consumed]))
