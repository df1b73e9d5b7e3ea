"""The HTTP server: what API Gateway does in AWS, and the endpoints that only the local runner has."""

import base64
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LocalChalice, LocalGateway, LocalGatewayException, RouteMatcher

from infra.local.functions import WorkCounter
from infra.local.options import CannotStart

MAX_BODY_BYTES = 10 * 1024 * 1024  # bytes, the limit of API Gateway
#: Requests that are answered at the same time: more would only compete for the processor.
_MAX_CONCURRENT = 4


@dataclass(frozen=True)
class HttpRequest:
    """A request as it came; header names in lower case, the path with its query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class HttpResponse:
    """A response, whose headers may have several values."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str | list[str]] = field(default_factory=dict)


Responder = Callable[[HttpRequest], HttpResponse]


class _LocalApp(LocalChalice, Chalice):
    """The app with a request of its own for each thread, as `chalice.local.create_local_server` makes it."""


class Gateway:
    """The app behind what API Gateway does: routes, HEAD, CORS, rejected requests."""

    def __init__(self, app: Chalice, work: WorkCounter, not_found: Responder) -> None:
        app.__class__ = _LocalApp
        self._app, self._work, self._not_found = app, work, not_found
        self._routes = RouteMatcher(list(app.routes))
        config = Config.create(chalice_stage="api", project_dir=".", app_name=app.app_name)
        self._gateway = LocalGateway(app, config)
        self._slots = threading.BoundedSemaphore(_MAX_CONCURRENT)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with the app's route, or as not found."""
        try:
            route = self._routes.match_route(request.path).route
        except ValueError:
            return self._not_found(request)
        declared_methods = self._app.routes[route]
        method = "GET" if request.method == "HEAD" and "HEAD" not in declared_methods else request.method
        with self._work.track(), self._slots:
            return self._invoke(method, request)

    def _invoke(self, method: str, request: HttpRequest) -> HttpResponse:
        try:
            response = self._gateway.handle_request(
                method, request.path, dict(request.headers), request.body or None
            )
        except LocalGatewayException as refusal:
            return HttpResponse(refusal.CODE, refusal.body or b"", refusal.headers)
        headers = {"Content-Type": "application/json", **response["headers"], **response["multiValueHeaders"]}
        return HttpResponse(response["statusCode"], _decode_body(response), headers)


def _decode_body(response: Mapping[str, Any]) -> bytes:
    body = str(response["body"] or "")
    return base64.b64decode(body) if response.get("isBase64Encoded") else body.encode()


class Server:
    """Listens on 127.0.0.1 from the beginning, and answers from `serve` on."""

    def __init__(self, port: int) -> None:
        try:
            self._server = _Server(("127.0.0.1", port), _Handler)
        except OSError as error:
            raise CannotStart(
                f"Port {port} is in use or may not be used ({error.strerror}): "
                "stop what uses it, or choose another one, as in PORT=8080."
            ) from error

    def serve(self, respond: Responder) -> None:
        """Answer requests in a thread from now on."""
        self._server.respond = respond
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True, name="http").start()
        self._server.is_serving = True

    def stop(self) -> None:
        """Take no new requests, also none on keep-alive connections."""
        self._server.respond = _reject_request
        if self._server.is_serving:
            self._server.shutdown()
        self._server.server_close()


def _reject_request(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(503, headers={"Connection": "close"})


class _Server(ThreadingHTTPServer):
    respond: Responder
    is_serving = False
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256


class _Handler(BaseHTTPRequestHandler):
    """One connection. Without Nagle's delay and with one write a response, keep-alive connections are quick."""

    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def _handle(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()) or "Transfer-Encoding" in self.headers:
            self._send(HttpResponse(411 if "Transfer-Encoding" in self.headers else 400), close=True)
        elif int(length) > MAX_BODY_BYTES:
            self._send(HttpResponse(413), close=True)
        else:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(length))
            self._send(self.server.respond(HttpRequest(self.command, self.path, headers, body)))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _handle  # noqa: N815

    def _send(self, response: HttpResponse, *, close: bool = False) -> None:
        self.send_response(response.status)
        for name, values in response.headers.items():
            for value in values if isinstance(values, list) else [values]:
                self.send_header(name, value)
        if response.status not in (204, 304):
            self.send_header("Content-Length", str(len(response.body)))
        if close:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def version_string(self) -> str:
        """Return the server's name, without versions."""
        return "tilmelding"

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: the app itself reports errors."""
