"""The HTTP server: what API Gateway does in AWS, and the endpoints that only the local runner has."""

import base64
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qsl, urlsplit

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LocalChalice, LocalGateway, LocalGatewayException, RouteMatcher

from infra.local.functions import WorkCounter
from infra.local.options import CannotStart

MAX_BODY_BYTES = 10 * 1024 * 1024  # bytes, the limit of API Gateway
_MAX_LINE_BYTES = 1024  # bytes of a line between the chunks of a body
_CHUNK_SIZE = re.compile(rb"[0-9a-fA-F]{1,8}")
_EVERY_RESPONSE: dict[str, str | list[str]] = {"X-Content-Type-Options": "nosniff"}
#: Requests that are answered at the same time: more would only compete for the processor.
_MAX_CONCURRENT = 4


@dataclass(frozen=True)
class HttpRequest:
    """A request as it came; header names in lower case, the path with its query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def query_params(self) -> Mapping[str, str]:
        """The parameters of the query; of a repeated one, the last."""
        return dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))


@dataclass(frozen=True)
class HttpResponse:
    """A response, whose headers may have several values."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str | list[str]] = field(default_factory=dict)


Responder = Callable[[HttpRequest], HttpResponse]
#: Builds the response to a request that is refused before the app has seen it, with this status.
Refuser = Callable[[HttpRequest, int], HttpResponse]


class UnreadableBody(Exception):
    """The body of a request cannot be read; `status` is the response's."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


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

    def serve(self, respond: Responder, refuse: Refuser | None = None) -> None:
        """Answer requests in a thread from now on."""
        self._server.respond, self._server.refuse = respond, refuse or _refuse_plainly
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


def _refuse_plainly(_request: HttpRequest, status: int) -> HttpResponse:
    return HttpResponse(status)


def read_body(headers: Mapping[str, str], stream: BinaryIO) -> bytes:
    """Read the body of a request, of a declared length or in chunks; raises UnreadableBody."""
    length, encoding = headers.get("content-length", ""), headers.get("transfer-encoding", "")
    if encoding:
        if length or encoding.strip().lower() != "chunked":  # two readers could disagree where the body ends
            raise UnreadableBody(400)
        return b"".join(_read_chunks(stream))
    if length and not (length.isascii() and length.isdigit()):
        raise UnreadableBody(400)
    if int(length or 0) > MAX_BODY_BYTES:
        raise UnreadableBody(413)
    return stream.read(int(length or 0))


def _read_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Read the chunks of a body (RFC 9112, 7.1), and the trailer fields, which mean nothing here."""
    left = MAX_BODY_BYTES
    while size := _read_chunk_size(stream):
        left -= size
        if left < 0:
            raise UnreadableBody(413)
        yield stream.read(size)
        if stream.readline(3) != b"\r\n":
            raise UnreadableBody(400)
    while stream.readline(_MAX_LINE_BYTES).strip():
        pass


def _read_chunk_size(stream: BinaryIO) -> int:
    size = stream.readline(_MAX_LINE_BYTES).partition(b";")[0].strip()
    if not _CHUNK_SIZE.fullmatch(size):
        raise UnreadableBody(400)
    return int(size, 16)


class _Server(ThreadingHTTPServer):
    respond: Responder
    refuse: Refuser = staticmethod(_refuse_plainly)
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
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = HttpRequest(self.command, self.path, headers, b"")
        try:
            request = replace(request, body=read_body(headers, cast(BinaryIO, self.rfile)))
        except UnreadableBody as refusal:
            self._send(self.server.refuse(request, refusal.status), close=True)
        else:
            self._send(self.server.respond(request))

    def __getattr__(self, name: str) -> Any:
        """Handle every method alike: the app knows which ones a route takes."""
        if name.startswith("do_"):
            return self._handle
        raise AttributeError(name)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Refuse what is no request of HTTP/1.1, without repeating any of it."""
        if self.request_version == "HTTP/0.9":  # whose responses have no headers: none is understood today
            self.request_version = self.protocol_version
        self._send(self.server.refuse(HttpRequest("", "", {}, b""), int(code)), close=True)

    def _send(self, response: HttpResponse, *, close: bool = False) -> None:
        self.send_response(response.status)
        for name, values in (_EVERY_RESPONSE | dict(response.headers)).items():
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
