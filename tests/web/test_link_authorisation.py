"""Which kind of link opens what: each route of links is asked with each kind, and compared with the table."""

import pytest
from chalice.test import HTTPResponse

from app import app
from testing import builders
from testing.dynamodb.client import Client
from testing.world import publish
from tests.web.browser import call
from tests.web.link_kinds import KINDS
from tests.web.test_authorisation import body_of, everything, path_of

#: What each kind of link gets: `+` it is let in, `m` open-the-mailed-link, `-` link-not-valid; at the routes of a
#: party `?` no such person there, `h` they are in their own hands.
ANSWERS = {
    "let in": "+",
    "open-the-mailed-link": "m",
    "link-not-valid": "-",
    "not-found": "?",
    "in-own-hands": "h",
}
COLUMNS = tuple(KINDS)
#: By route, in the order of KINDS: answer open and closed, mailed, view, code, leader's, leader's of one in own
#: hands, companion's, poster's, of an earlier generation, of an earlier release, and of one for what is made anew.
TABLE = {
    "GET /registrations/{token}": "+++--++++-+-",
    "PATCH /registrations/{token}": "+m+--+++m-m-",
    "DELETE /registrations/{token}": "+m+--+++m-m-",
    "GET /registrations/{token}/personal-data": "+m+--+++m-m-",
    "GET /registrations/{token}/erase": "+m+--+++m-m-",
    "POST /registrations/{token}/erasure": "+m+--+++m-m-",
    "POST /registrations/{token}/cancellation": "+m+--++++-m-",
    "POST /registrations/{token}/acceptance": "+m+--+++m-m-",
    "POST /registrations/{token}/refusal": "+m+--+++m-m-",
    "POST /registrations/{token}/mail": "+++--+++m-+-",
    "GET /registrations/{token}/change": "+m+--+++m-m-",
    "POST /registrations/{token}/change": "+m+--+++m-m-",
    "GET /registrations/{token}/cancel": "+m+--+++m-m-",
    "GET /registrations/{token}/calendar.ics": "+m+--+++m-m-",
    "POST /registrations/{token}/party/{registration_id}/cancellation": "?m?--+h?+-m-",
    "POST /registrations/{token}/party/{registration_id}/address": "?m?--+h?+-m-",
    "GET /registrations/{token}/not-me": "mm+--mm+m-m-",
    "POST /registrations/{token}/not-me": "mm+--mm+m-m-",
    "POST /registrations/{token}/wish-to-come": "------------",
    "GET /views/{token}": "---+--------",
    "GET /views/{token}/calendar.ics": "---+--------",
    "GET /codes/{code}": "----+-------",
}
ROUTES = {f"{method} {path}" for path, methods in app.routes.items() for method in methods}


def answer_of(response: HTTPResponse) -> str:
    is_problem = response.headers.get("Content-Type") == "application/problem+json"
    kind = response.json_body["type"].rpartition("/")[2] if is_problem else ""
    if kind in ANSWERS:
        return ANSWERS[kind]
    assert response.status_code not in (401, 403, 404), response.body
    assert response.status_code < 500, response.body
    return ANSWERS["let in"]


def test_every_route_of_links_has_a_row() -> None:
    """And each row has an answer for each kind of link."""
    assert {route for route in ROUTES if "{token}" in route or "{code}" in route} == set(TABLE)
    assert {len(row) for row in TABLE.values()} == {len(COLUMNS)}


@pytest.mark.parametrize("route", sorted(TABLE))
def test_each_kind_of_link_opens_what_the_table_says(memory: Client, route: str) -> None:
    """Found by asking; where it is not let in, nothing is written either."""
    event, found = publish(builders.event("here")), ""
    for build in KINDS.values():
        link = build(event)
        method, path = path_of(route, token=link.token, code=link.token, registration_id=link.member_id)
        body = {"email": "moved@example.org"} if path.endswith("/address") else body_of(method)
        before = everything(memory)
        answer = answer_of(call(method, path, body))
        assert answer == "+" or everything(memory) == before
        found += answer
        if answer == "+" and path.endswith("/address"):
            call("POST", path.rpartition("/party/")[0] + "/cancellation")
            event = publish(builders.event(f"here-{len(found)}"))  # the address is free there
    assert dict(zip(COLUMNS, found, strict=True)) == dict(zip(COLUMNS, TABLE[route], strict=True))
