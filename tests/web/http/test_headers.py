"""The headers of every response: its type is what it says, https stays https, no cache keeps what is personal."""

from typing import Any

import pytest

from chalicelib.settings import settings
from chalicelib.web import app as http
from chalicelib.web.http.operations import Operation
from tests.hostile.inhabited import Known, move_in
from tests.web.browser import PAGE, call, get, post_form, start_session

pytestmark = pytest.mark.usefixtures("aws")

OPERATIONS = {
    f"{operation.method} {operation.path}": operation
    for module in http.import_all()
    for operation in module.blueprint.operations
}
#: What a cache may keep: nothing in it is about a person. All other routes answer with `no-store`.
PUBLIC = {
    "GET /",
    "GET /assets/{name}",
    "GET /events",
    "GET /events/{event_id}",
    "GET /events/{event_id}/embed",
    "GET /health",
    "GET /openapi.json",
    "GET /organiser/sign-in",
    "GET /privacy",
    "GET /schemas/manifest.json",
}
ACCEPTED = ({"Accept": "application/json"}, PAGE)


@pytest.fixture
def known(aws: Any, monkeypatch: pytest.MonkeyPatch) -> Known:  # noqa: ARG001 - the table must be there
    return move_in(monkeypatch)


def fill_in(operation: Operation, known: Known) -> str:
    """The path with values of what is there."""
    values = {name: known.parameters[name][0] for name in operation.path_parameters if name in known.parameters}
    return operation.path.format(**({"name": "style.css"} if "/assets/" in operation.path else values))


def ask(operation: Operation, known: Known, headers: dict[str, str]) -> Any:
    bodies = known.bodies.get((operation.method.lower(), operation.path), [{}])
    body = bodies[0] if operation.body else b""
    return call(operation.method, fill_in(operation, known), body, headers)


def test_the_table_names_routes() -> None:
    """A public route that is gone goes out of the table."""
    assert OPERATIONS.keys() >= PUBLIC


def test_every_route_protects_what_it_answers(known: Known) -> None:
    """In JSON and as a page, done or refused, signed in or not."""
    wrong, statuses = [], set()
    for name, operation in sorted(OPERATIONS.items()):
        for headers in (*ACCEPTED, *(accept | start_session() for accept in ACCEPTED)):
            answer = ask(operation, known, headers)
            statuses.add(answer.status_code)
            is_kept_out = answer.headers.get("Cache-Control") == "no-store"
            has_all = (
                answer.headers.get("X-Content-Type-Options") == "nosniff"
                and answer.headers.get("Strict-Transport-Security") == "max-age=31536000"
            )
            may_be_kept = name in PUBLIC and answer.status_code < 400
            if not has_all or not (is_kept_out or may_be_kept):
                wrong.append((name, headers, answer.status_code, dict(answer.headers)))
    assert wrong == []
    assert statuses >= {200, 201, 202, 204, 303, 401, 404, 409}


@pytest.mark.parametrize("path", ["/", "/events", "/nowhere-else", "/registrations/x"])
def test_http_alone_has_no_strict_transport(environment: pytest.MonkeyPatch, path: str) -> None:
    """A local run is reached by http, and a browser must go on reaching it."""
    environment.setenv("PUBLIC_URL", "http://127.0.0.1:8000")
    settings.cache_clear()
    assert "Strict-Transport-Security" not in get(path).headers


def test_a_form_that_is_shown_again_is_kept_nowhere(known: Known) -> None:
    """It is filled in with what the person wrote."""
    path = f"/events/{known.parameters['event_id'][0]}/registrations"
    answer = post_form(path, {"given_name": "Anna", "email": "x"}, **PAGE)
    assert (answer.status_code, "Anna" in answer.body.decode()) == (422, True)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_method_that_a_route_does_not_take_is_a_problem_with_all_headers() -> None:
    """The framework's own refusal, too."""
    answer = call("DELETE", "/events")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Strict-Transport-Security"]
