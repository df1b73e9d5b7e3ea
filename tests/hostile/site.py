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
    """The service at its port, and its table."""

    port: int
    memory: Client

    @property
    def address(self) -> str:
        """Return the site's origin."""
        return f"http://127.0.0.1:{self.port}"

    def saved(self) -> Any:
        """Return the table's state, to restore it later."""
        table = self.memory.table
        orders = {
            index: {partition: list(entries) for partition, entries in order.items()}
            for index, order in table._orders.items()
        }
        return dict(table._rows), orders

    def restore(self, saved: Any) -> None:
        """Restore a saved state, as if nothing had been written since."""
        rows, orders = saved
        table = self.memory.table
        table._rows = dict(rows)
        table._orders = {
            index: {partition: list(entries) for partition, entries in order.items()}
            for index, order in orders.items()
        }
        table.stream.clear()

    def raw(self, sent: bytes) -> bytes:
        """Send just these bytes, and return the response until the connection is closed."""
        with closing(socket.create_connection(("127.0.0.1", self.port), timeout=20)) as connection:
            with suppress(ConnectionError):  # it may have answered before all was sent
                connection.sendall(sent)
            return b"".join(_until_closed(connection))

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any, bytes]:
        """Send a request, and return status, headers and body; keyword names become header names."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            all_headers = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, all_headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()


def _until_closed(connection: socket.socket) -> Iterator[bytes]:
    with suppress(ConnectionError):
        while received := connection.recv(65536):
            yield received


@contextmanager
def serving(memory: Client) -> Iterator[Site]:
    """Serve the site until the context is left."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = int(listening.getsockname()[1])
    server = Server(port)
    server.serve(Gateway(app, WorkCounter(), local_calls.respond_not_found), local_calls.refuse)
    try:
        yield Site(port, memory)
    finally:
        server.stop()
