"""Offer the client's calls, shaped as boto3 has them."""

from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from threading import RLock
from typing import Any

from botocore.paginate import Paginator
from botocore.session import get_session

from testing.dynamodb import capacity, gets, queries, transactions
from testing.dynamodb.errors import (
    Invalid,
    build_client_error,
    build_condition_failed,
    load_exceptions,
    load_service_model,
)
from testing.dynamodb.requests import Request
from testing.dynamodb.schema import Schema
from testing.dynamodb.table import Table, get_fixed_time
from testing.dynamodb.writes import Write

Response = dict[str, Any]
_PAGINATED = {"query": "Query", "scan": "Scan"}


class Client:
    """A client with one table, empty at first; `stream` has the records of what was committed, in order.

    `before` is called with an operation's name and its request: if it raises, the operation is not done, and what
    it changes in the request counts. `after` is called with the response as well: if it raises, the operation is
    done and its response is lost. Both may call the client themselves.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.stream = table.stream
        self.before: Callable[[str, Response], None] = lambda _operation, _request: None
        self.after: Callable[[str, Response, Response], None] = lambda _operation, _request, _answer: None
        self._lock = RLock()

    @property
    def exceptions(self) -> Any:
        """Return the classes of the client's errors, as boto3 has them."""
        return load_exceptions()

    def transact_write_items(self, **request: Any) -> Response:
        """Write several items, all of them or none."""
        return self._perform("TransactWriteItems", self._transact, request)

    def put_item(self, **request: Any) -> Response:
        """Put one item."""
        return self._perform("PutItem", partial(self._write, "Put", "PutItem"), request)

    def update_item(self, **request: Any) -> Response:
        """Update one item."""
        return self._perform("UpdateItem", partial(self._write, "Update", "UpdateItem"), request)

    def delete_item(self, **request: Any) -> Response:
        """Delete one item."""
        return self._perform("DeleteItem", partial(self._write, "Delete", "DeleteItem"), request)

    def get_item(self, **request: Any) -> Response:
        """Read one item by its key."""
        return self._perform("GetItem", partial(gets.get, self.table), request)

    def batch_get_item(self, **request: Any) -> Response:
        """Read up to 100 items by their keys."""
        return self._perform("BatchGetItem", partial(gets.get_batch, self.table), request)

    def query(self, **request: Any) -> Response:
        """Read a page of a partition of the table or of an index."""
        return self._perform("Query", partial(queries.query, self.table), request)

    def scan(self, **request: Any) -> Response:
        """Read a page of the whole table."""
        return self._perform("Scan", partial(queries.scan, self.table), request)

    def get_paginator(self, method: str) -> "Paginator[Any]":
        """Return the paginator of `query` or `scan`."""
        operation = _PAGINATED[method]
        model = load_service_model().operation_model(operation)
        return Paginator(getattr(self, method), _load_paginators()[operation], model)

    def _perform(self, operation: str, act: Callable[[Request], Response], request: Response) -> Response:
        self.before(operation, request)
        try:
            with self._lock:
                answer = act(request)
        except Invalid as invalid:
            raise build_client_error(operation, invalid.code, str(invalid)) from None
        answer["ResponseMetadata"] = {"HTTPStatusCode": 200, "RetryAttempts": 0}
        self.after(operation, request, answer)
        return answer

    def _transact(self, request: Request) -> Response:
        changes = transactions.plan_changes(self.table, request)
        self.table.commit(changes)
        if "ReturnConsumedCapacity" not in request:
            return {}
        costs = capacity.compute_write_costs(self.table.schema, changes, factor=2)
        consumed = capacity.build_consumed_capacity(self.table.schema, request, costs, "Write")
        return {part: [of_table] for part, of_table in consumed.items()}

    def _write(self, action: str, operation: str, request: Request) -> Response:
        write_request = {name: value for name, value in request.items() if name != "ReturnConsumedCapacity"}
        write = Write(self.table.schema, action, write_request)
        write.check()
        old = self.table.get_row(write.key)
        if failure := write.get_condition_failure(old):
            raise build_condition_failed(operation, {name: failure[name] for name in failure if name == "Item"})
        change = write.build_change(old)
        self.table.commit([change])
        return capacity.build_consumed_capacity(
            self.table.schema, request, capacity.compute_write_costs(self.table.schema, [change])
        )


@cache
def _load_paginators() -> Any:
    loader = get_session().get_component("data_loader")
    return loader.load_service_model("dynamodb", "paginators-1")["pagination"]


def create_client(schema: Schema, now: Callable[[], datetime] = get_fixed_time) -> Client:
    """Create a client with an empty table.

    `now` is the clock of the stream's records; it stands still by default.
    """
    return Client(Table(schema, now))
