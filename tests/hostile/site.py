"""The service on the local HTTP server, on a table in memory that can be put back to how it was."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from app import app
from infra.local import local_calls
from infra.local.functions import WorkCounter
from infra.local.server import Gateway, Server
from testing.dynamodb.client import Client


@dataclass(frozen=True)
class Site:
    """Where it answers, and its table."""

    port: int
    memory: Client

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def saved(self) -> Any:
        """What the table holds now."""
        table = self.memory.table
        orders = {index: {p: list(e) for p, e in order.items()} for index, order in table._orders.items()}
        return dict(table._rows), orders

    def restore(self, saved: Any) -> None:
        """Hold that again, as if nothing had been written since."""
        rows, orders = saved
        table = self.memory.table
        table._rows = dict(rows)
        table._orders = {index: {p: list(e) for p, e in order.items()} for index, order in orders.items()}
        table.stream.clear()

    def raw(self, sent: bytes) -> bytes:
        """Just these bytes, and what comes back until the connection is closed."""
        with closing(socket.create_connection(("127.0.0.1", self.port), timeout=20)) as connection:
            with suppress(ConnectionError):  # it may have answered before all was sent
                connection.sendall(sent)
            return b"".join(_until_closed(connection))

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any, bytes]:
        """Status, headers and body; keyword names become header names."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, given)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()


def _until_closed(connection: socket.socket) -> Iterator[bytes]:
    with suppress(ConnectionError):
        while received := connection.recv(65536):
            yield received


@contextmanager
def serving(memory: Client) -> Iterator[Site]:
    """The site, until it is left."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = int(listening.getsockname()[1])
    server = Server(port)
    server.serve(Gateway(app, WorkCounter(), local_calls.respond_not_found))
    try:
        yield Site(port, memory)
    finally:
        server.stop()
