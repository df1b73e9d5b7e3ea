"""The HTTP server: what the gateway does in AWS, and the calls that only the local runner has."""

import base64
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LocalChalice, LocalGateway, LocalGatewayException, RouteMatcher

from infra.local.functions import Work
from infra.local.options import CannotStart

LARGEST = 10 * 1024 * 1024  # bytes; API Gateway takes no more
#: Requests that are answered at once: each of more would only wait for a processor in the middle of what it does.
_AT_ONCE = 4


@dataclass(frozen=True)
class Call:
    """A request as it came; header names in lower case, the path with its query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""
    headers: Mapping[str, str | list[str]] = field(default_factory=dict)


Respond = Callable[[Call], Answer]


class _LocalApp(LocalChalice, Chalice):
    """The app with a request of its own for each thread, as `chalice.local.create_local_server` makes it."""


class Gateway:
    """The app behind what API Gateway does: routes, HEAD, CORS, refusals."""

    def __init__(self, app: Chalice, work: Work, not_found: Respond) -> None:
        app.__class__ = _LocalApp
        self._app, self._work, self._not_found = app, work, not_found
        self._routes = RouteMatcher(list(app.routes))
        config = Config.create(chalice_stage="api", project_dir=".", app_name=app.app_name)
        self._gateway = LocalGateway(app, config)
        self._at_once = threading.BoundedSemaphore(_AT_ONCE)

    def __call__(self, call: Call) -> Answer:
        try:
            route = self._routes.match_route(call.path).route
        except ValueError:
            return self._not_found(call)
        declared = self._app.routes[route]
        method = "GET" if call.method == "HEAD" and "HEAD" not in declared else call.method
        with self._work.one(), self._at_once:
            return self._run(method, call)

    def _run(self, method: str, call: Call) -> Answer:
        try:
            answer = self._gateway.handle_request(method, call.path, dict(call.headers), call.body or None)
        except LocalGatewayException as refusal:
            return Answer(refusal.CODE, refusal.body or b"", refusal.headers)
        headers = {"Content-Type": "application/json", **answer["headers"], **answer["multiValueHeaders"]}
        return Answer(answer["statusCode"], _body(answer), headers)


def _body(answer: Mapping[str, Any]) -> bytes:
    body = str(answer["body"] or "")
    return base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()


class Server:
    """Listens on 127.0.0.1 from the beginning, answers from `serve` on."""

    def __init__(self, port: int) -> None:
        try:
            self._server = _Server(("127.0.0.1", port), _Handler)
        except OSError as error:
            raise CannotStart(
                f"Port {port} is in use or may not be used ({error.strerror}): "
                "stop what uses it, or choose another one, as in PORT=8080."
            ) from error

    def serve(self, respond: Respond) -> None:
        self._server.respond = respond
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True, name="http").start()
        self._server.serving = True

    def stop(self) -> None:
        """Take no new requests, on kept connections neither."""
        self._server.respond = _closed
        if self._server.serving:
            self._server.shutdown()
        self._server.server_close()


def _closed(_call: Call) -> Answer:
    return Answer(503, headers={"Connection": "close"})


class _Server(ThreadingHTTPServer):
    respond: Respond
    serving = False
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256


class _Handler(BaseHTTPRequestHandler):
    """One connection. Without Nagle's delay and with one write an answer, kept connections are quick."""

    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def _answer(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()) or "Transfer-Encoding" in self.headers:
            self._send(Answer(411 if "Transfer-Encoding" in self.headers else 400), last=True)
        elif int(length) > LARGEST:
            self._send(Answer(413), last=True)
        else:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(length))
            self._send(self.server.respond(Call(self.command, self.path, headers, body)))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815

    def _send(self, answer: Answer, *, last: bool = False) -> None:
        self.send_response(answer.status)
        for name, given in answer.headers.items():
            for value in given if isinstance(given, list) else [given]:
                self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(answer.body)))
        if last:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def version_string(self) -> str:
        return "tilmelding"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what went wrong is reported by the app itself."""
