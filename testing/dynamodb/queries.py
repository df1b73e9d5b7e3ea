"""Answer queries and scans."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from testing.dynamodb.errors import Invalid
from testing.dynamodb.expressions import key_conditions
from testing.dynamodb.expressions.key_conditions import Range
from testing.dynamodb.pages import KNOWN_PARAMETERS, Page
from testing.dynamodb.requests import Request, check_parameters, read_names
from testing.dynamodb.table import Entry, Table


def query(table: Table, request: Request) -> dict[str, Any]:
    """Answer Query."""
    check_parameters(
        request, ["TableName", "KeyConditionExpression"], {*KNOWN_PARAMETERS, "IndexName", "ScanIndexForward"}
    )
    table.schema.check_table(request)
    keys = table.schema.get_index(request["IndexName"]) if "IndexName" in request else table.schema.keys
    if keys.index_name and request.get("ConsistentRead"):
        raise Invalid("Consistent reads are not supported on global secondary indexes")
    condition = key_conditions.compile_key_condition(request["KeyConditionExpression"], read_names(request))
    page = Page(table.schema, keys, request, condition.uses)
    page.reject_keys_in_filter()
    partition, bounds = condition.bounds(keys, page.values)
    entries = _slice_entries(
        table.list_entries(keys, partition), bounds, page.read_start_key(), request.get("ScanIndexForward", True)
    )
    return page.build_response(table.get_rows(entries))


def scan(table: Table, request: Request) -> dict[str, Any]:
    """Answer Scan, in the order of the keys."""
    check_parameters(request, ["TableName"], KNOWN_PARAMETERS)
    table.schema.check_table(request)
    page = Page(table.schema, table.schema.keys, request)
    partitions = table.list_partitions()
    start = page.read_start_key()
    if start:
        partitions = partitions[bisect_left(partitions, start[1]) :]
    entries = (entry for partition in partitions for entry in table.list_entries(table.schema.keys, partition))
    return page.build_response(
        table.get_rows(entry for entry in entries if start is None or entry[1:] > start[1:])
    )


def _slice_entries(entries: Sequence[Entry], bounds: Range, start: Entry | None, forward: bool) -> Sequence[Entry]:
    """Return the entries of the range in the order asked for, from behind the end of an earlier page."""
    low, high = bounds
    first = bisect_left(entries, (low,))
    last = len(entries) if high is None else bisect_left(entries, (high,))
    if start is not None:
        if not low <= start[0] or (high is not None and start[0] >= high):
            raise Invalid("The provided starting key is outside query boundaries based on provided conditions")
        first, last = (bisect_right(entries, start), last) if forward else (first, bisect_left(entries, start))
    return entries[first:last] if forward else entries[first:last][::-1]
