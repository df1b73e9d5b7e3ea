"""GET and HEAD change nothing, whatever link they open: a mail scanner opens every link with both."""

from collections.abc import Iterator

import pytest

from app import app
from chalicelib import clock
from chalicelib.programme.model import Event
from chalicelib.registration import flows, store
from testing import builders
from testing.dynamodb.client import Client
from testing.registration_links import build_token, participant
from testing.world import publish, publish_with_places, register, settle
from tests.web.browser import PAGE, call
from tests.web.link_kinds import KINDS
from tests.web.test_authorisation import everything, path_of

#: All routes that a link opens by GET, as the app has them.
_PARAMETERS = ("{token}", "{code}")
ROUTES = sorted(
    f"GET {path}"
    for path, methods in app.routes.items()
    if "GET" in methods and any(each in path for each in _PARAMETERS)
)


def follow(route: str, token: str) -> Iterator[int]:
    """Open the route as browsers, programs and scanners do; yields the status codes."""
    _, path = path_of(route, token=token, code=token)
    for method in ("GET", "HEAD"):
        for headers in ({}, PAGE, {"Accept": "application/json"}, {"User-Agent": "SafeLinks"}):
            yield call(method, path, headers=headers).status_code


def test_there_are_routes_of_links() -> None:
    """Those that the walk is to find, among them at least."""
    assert {"GET /registrations/{token}", "GET /views/{token}", "GET /codes/{code}"} <= {*ROUTES}


@pytest.mark.parametrize("kind", KINDS)
def test_no_link_changes_anything_when_it_is_opened(memory: Client, kind: str) -> None:
    """The whole table is the same after each route, twice over."""
    event = publish(builders.event())
    token = KINDS[kind](event).token
    before = everything(memory)
    statuses = {route: {*follow(route, token)} for _ in range(2) for route in ROUTES}
    assert everything(memory) == before
    assert {status for each in statuses.values() for status in each} <= {200, 303, 403, 404, 405, 406}


@pytest.fixture
def offered() -> tuple[Event, str]:
    """An event with one who is offered a place, and the time to answer over."""
    event = publish_with_places(1, mode="offer")
    first, who = register(event, "First"), register(event, "Offered")
    flows.cancel(participant(event.id, first.id), clock.now())
    register(event, "Behind")
    settle(event)
    expires_at = flows.load_registration(participant(event.id, who.id)).offer_expires_at
    assert expires_at
    clock.start_at(expires_at)
    return event, who.id


@pytest.mark.parametrize("kind", ["answer", "mailed", "view", "code"])
def test_an_offer_that_is_over_is_not_ended_by_looking(
    memory: Client, offered: tuple[Event, str], kind: str
) -> None:
    """Each page says that it is over; that it goes on to the next is the clock's work."""
    event, registration_id = offered
    tokens = {each: build_token(event.id, registration_id, each) for each in ("answer", "mailed", "view", "code")}
    before = everything(memory)
    statuses = {status for route in ROUTES for status in follow(route, tokens[kind])}
    assert (everything(memory) == before, 200 in statuses) == (True, True)
    found = store.find(event.id, registration_id)
    assert found
    assert found.status == "offered"
    if kind in ("answer", "mailed", "view"):
        where = f"/{'views' if kind == 'view' else 'registrations'}/{tokens[kind]}"
        assert call("GET", where).json_body["registration"]["status"] == "cancelled"
    assert everything(memory) == before
