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
