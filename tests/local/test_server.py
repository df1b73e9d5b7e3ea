"""The HTTP server in front of the app."""

import http.client
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
from chalice import Chalice, CORSConfig, Response
from chalice.app import Request

from infra.local.functions import WorkCounter
from infra.local.options import CannotStart
from infra.local.server import Gateway, HttpResponse, Server


def current_request(app: Chalice) -> Request:
    assert app.current_request is not None
    return app.current_request


def _app() -> Chalice:
    app = Chalice(app_name="small")
    app.api.binary_types.append("application/pdf")

    @app.route("/things/{name}", cors=CORSConfig(allow_origin="*"))
    def thing(name: str) -> Response:
        headers: Any = {"Content-Type": "text/plain", "Set-Cookie": ["a=1", "b=2"]}
        return Response(body=f"{name} {dict(current_request(app).query_params or {})}", headers=headers)

    @app.route("/bytes")
    def some_bytes() -> Response:
        return Response(body=b"\x00\xff", headers={"Content-Type": "application/pdf"})

    @app.route("/echo", methods=["POST"], content_types=["*/*"])
    def echo() -> Any:
        body = current_request(app).raw_body
        assert isinstance(body, bytes)
        return {"body": body.decode()}

    return app


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Where the small app answers."""
    number = _free_port()
    server = Server(number)
    server.serve(
        Gateway(_app(), WorkCounter(), lambda call: HttpResponse(404, b"nothing at " + call.path.encode()))
    )
    yield number
    server.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def test_a_route_answers_with_all_its_headers(port: int) -> None:
    """Also when one comes several times."""
    status, headers, body = _ask(port, "GET", "/things/a?x=1")

    assert (status, body) == (200, b"a {'x': '1'}")
    assert headers.get_all("Set-Cookie") == ["a=1", "b=2"]


def test_head_is_get_without_a_body(port: int) -> None:
    """Length and type as GET has them."""
    status, headers, body = _ask(port, "HEAD", "/things/a")

    assert (status, headers["Content-Length"], headers["Content-Type"], body) == (200, "4", "text/plain", b"")


def test_bytes_arrive_as_they_are(port: int) -> None:
    """Not as the base64 that Lambda answers with."""
    assert _ask(port, "GET", "/bytes", Accept="application/pdf")[2] == b"\x00\xff"


def test_bodies_of_any_letters_arrive(port: int) -> None:
    """UTF-8 through and through."""
    status, _, body = _ask(port, "POST", "/echo", "Søren".encode(), Content_Type="text/plain")

    assert (status, body) == (200, b'{"body":"S\\u00f8ren"}')


def test_an_address_without_a_route_is_not_found(port: int) -> None:
    """With or without an Authorization header; the gateway alone would answer 403."""
    assert _ask(port, "GET", "/nowhere")[::2] == (404, b"nothing at /nowhere")
    assert _ask(port, "GET", "/nowhere", Authorization="Bearer x")[::2] == (404, b"nothing at /nowhere")


def test_a_preflight_is_answered(port: int) -> None:
    """As API Gateway does for a route with CORS."""
    status, headers, _ = _ask(port, "OPTIONS", "/things/a", Origin="https://other.example")

    assert (status, headers["Access-Control-Allow-Origin"]) == (200, "*")


@pytest.mark.parametrize(("length", "status"), [("x", 400), ("99999999", 413)])
def test_a_body_that_cannot_be_taken_is_refused(port: int, length: str, status: int) -> None:
    """Before it is read."""
    assert _ask(port, "POST", "/echo", None, Content_Length=length)[0] == status


CHUNKED = b"POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: "


def _send(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(sent)
        received = b""
        while more := connection.recv(65536):
            received += more
        return received


@pytest.mark.parametrize(
    ("chunks", "body"),
    [
        (b"0\r\n\r\n", b""),
        (b"2\r\nab\r\n0\r\n\r\n", b"ab"),
        (b"1\r\na\r\nA;x=y\r\nbbbbbbbbbb\r\n0\r\nTrailer: x\r\n\r\n", b"abbbbbbbbbb"),
    ],
)
def test_a_body_in_chunks_is_read(port: int, chunks: bytes, body: bytes) -> None:
    """As API Gateway reads one; an empty body, too, whose length is not told."""
    answer = _send(port, CHUNKED + b"chunked\r\n\r\n" + chunks)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b'{"body":"' + body + b'"}')


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        (b"chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n", 400),
        (b"gzip, chunked\r\n\r\n0\r\n\r\n", 400),
        (b"chunked\r\n\r\nzz\r\n", 400),
        (b"chunked\r\n\r\n-1\r\n", 400),
        (b"chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", 400),
        (b"chunked\r\n\r\n7fffffff\r\n", 413),
    ],
)
def test_chunks_that_are_none_are_refused(port: int, rest: bytes, status: int) -> None:
    """Also where two readers could disagree on where the body ends."""
    assert _send(port, CHUNKED + rest).startswith(b"HTTP/1.1 %d " % status)


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "get"])
def test_every_method_reaches_the_routes(port: int, method: str) -> None:
    """Which answer those that they do not take with 405, and say what they take."""
    status, headers, _ = _ask(port, method, "/echo")
    assert (status, headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "sent", [b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"a" * 70_000 + b"\r\n"]
)
def test_what_is_no_request_is_refused_without_repeating_it(port: int, sent: bytes) -> None:
    """With headers, and as the service refuses it."""
    head, _, body = _send(port, sent).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 ")
    assert 400 <= int(head.split(b" ")[1]) < 600
    assert b"X-Content-Type-Options: nosniff" in head
    assert (b"nonsense" in body, b"aaaa" in body) == (False, False)


def test_many_at_once_get_their_own_answers(port: int) -> None:
    """Each thread has its own request."""

    def ask(n: int) -> bool:
        return _ask(port, "GET", f"/things/{n}?n={n}")[2] == f"{n} {{'n': '{n}'}}".encode()

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(ask, range(400)))


def test_a_port_in_use_is_refused(port: int) -> None:
    """The refusal says what to do."""
    with pytest.raises(CannotStart, match=f"Port {port} is in use .* choose another one, as in PORT=8080"):
        Server(port)
