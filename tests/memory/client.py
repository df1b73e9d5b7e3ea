"""The client's calls, shaped as boto3 has them."""

from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from threading import RLock
from typing import Any

from botocore.paginate import Paginator
from botocore.session import get_session

from tests.memory import capacity, gets, queries, transactions
from tests.memory.errors import Invalid, condition_failed, error, exceptions, service_model
from tests.memory.requests import Request
from tests.memory.schema import Schema
from tests.memory.table import Table, started
from tests.memory.writes import Write

Answer = dict[str, Any]
_PAGINATED = {"query": "Query", "scan": "Scan"}


class Client:
    """One table, empty at first; `stream` has the records of what was committed, in order.

    `before` is called with an operation's name and its request: what it raises keeps the operation from being
    done, and what it puts into the request is part of it. `after` is called with the answer as well: what it
    raises comes instead of the answer to what is done. Both may call the client themselves.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.stream = table.stream
        self.before: Callable[[str, Answer], None] = lambda _operation, _request: None
        self.after: Callable[[str, Answer, Answer], None] = lambda _operation, _request, _answer: None
        self._lock = RLock()

    @property
    def exceptions(self) -> Any:
        return exceptions()

    def transact_write_items(self, **request: Any) -> Answer:
        return self._do("TransactWriteItems", self._transact, request)

    def put_item(self, **request: Any) -> Answer:
        return self._do("PutItem", partial(self._write, "Put", "PutItem"), request)

    def update_item(self, **request: Any) -> Answer:
        return self._do("UpdateItem", partial(self._write, "Update", "UpdateItem"), request)

    def delete_item(self, **request: Any) -> Answer:
        return self._do("DeleteItem", partial(self._write, "Delete", "DeleteItem"), request)

    def get_item(self, **request: Any) -> Answer:
        return self._do("GetItem", partial(gets.get, self.table), request)

    def batch_get_item(self, **request: Any) -> Answer:
        return self._do("BatchGetItem", partial(gets.get_batch, self.table), request)

    def query(self, **request: Any) -> Answer:
        return self._do("Query", partial(queries.query, self.table), request)

    def scan(self, **request: Any) -> Answer:
        return self._do("Scan", partial(queries.scan, self.table), request)

    def get_paginator(self, method: str) -> "Paginator[Any]":
        operation = _PAGINATED[method]
        model = service_model().operation_model(operation)
        return Paginator(getattr(self, method), _pagination()[operation], model)

    def _do(self, operation: str, act: Callable[[Request], Answer], request: Answer) -> Answer:
        self.before(operation, request)
        try:
            with self._lock:
                answer = act(request)
        except Invalid as invalid:
            raise error(operation, invalid.code, str(invalid)) from None
        answer["ResponseMetadata"] = {"HTTPStatusCode": 200, "RetryAttempts": 0}
        self.after(operation, request, answer)
        return answer

    def _transact(self, request: Request) -> Answer:
        changes = transactions.changes(self.table, request)
        self.table.commit(changes)
        if "ReturnConsumedCapacity" not in request:
            return {}
        costs = capacity.of_writes(self.table.schema, changes, factor=2)
        described = capacity.described(self.table.schema, request, costs, "Write")
        return {part: [of_table] for part, of_table in described.items()}

    def _write(self, action: str, operation: str, request: Request) -> Answer:
        asked = {name: value for name, value in request.items() if name != "ReturnConsumedCapacity"}
        write = Write(self.table.schema, action, asked)
        write.check()
        old = self.table.row(write.place)
        if refused := write.refused(old):
            raise condition_failed(operation, {name: refused[name] for name in refused if name == "Item"})
        change = write.change(old)
        self.table.commit([change])
        return capacity.described(self.table.schema, request, capacity.of_writes(self.table.schema, [change]))


@cache
def _pagination() -> Any:
    loader = get_session().get_component("data_loader")
    return loader.load_service_model("dynamodb", "paginators-1")["pagination"]


def empty(schema: Schema, now: Callable[[], datetime] = started) -> Client:
    """`now` is the clock of the stream; it stands still unless one is given."""
    return Client(Table(schema, now))
