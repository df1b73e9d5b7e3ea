"""Who may call what: a row for each route, tried with everything that somebody may come with."""

import re
from typing import Any

import pytest
from chalice.test import HTTPResponse

from app import app
from chalicelib import clock
from chalicelib.auth.sessions import issue_token
from chalicelib.links import registration_links
from chalicelib.programme.model import Event
from chalicelib.registration import flows
from chalicelib.registration.access import Access
from chalicelib.retention import erasure, not_me
from chalicelib.settings import settings
from testing import builders
from testing.dynamodb.client import Client
from testing.registration_links import build_token, participant
from testing.world import publish, register
from tests.web.browser import PAGE, call, start_session
from tests.web.credentials import ORGANISER, ORIGIN, link_tokens, session_tokens, sign_in_tokens

ANYBODY, LINK, SIGN_IN = "anybody", "whoever has the registration's link", "whoever has a sign-in link"
LEADER = "whoever registered the person"
VIEW, CODE = "who has the view link", "who has the check-in code"
GONE = "who has the mailed link of a disowned registration"
ORGANISERS = frozenset({"organiser"})
AT_THE_DOOR = ORGANISERS | {"check_in"}
KITCHEN = ORGANISERS | {"caterer"}
SIGNED_IN = AT_THE_DOOR | KITCHEN
EVENT = "/organiser/events/{event_id}"
ONE = f"{EVENT}/registrations/{{registration_id}}"

WHO_MAY: dict[str, Any] = {
    "GET /": ANYBODY,
    "GET /events": ANYBODY,
    "GET /events/{event_id}": ANYBODY,
    "GET /events/{event_id}/embed": ANYBODY,
    "POST /events/{event_id}/registrations": ANYBODY,
    "GET /privacy": ANYBODY,
    "GET /openapi.json": ANYBODY,
    "GET /health": ANYBODY,
    "GET /schemas/manifest.json": ANYBODY,
    "GET /assets/{name}": ANYBODY,
    "POST /links": ANYBODY,
    "POST /organiser/sessions": ANYBODY,
    "GET /registrations/{token}": LINK,
    "PATCH /registrations/{token}": LINK,
    "DELETE /registrations/{token}": LINK,
    "GET /registrations/{token}/personal-data": LINK,
    "GET /registrations/{token}/erase": LINK,
    "POST /registrations/{token}/erasure": LINK,
    "POST /registrations/{token}/cancellation": LINK,
    "POST /registrations/{token}/acceptance": LINK,
    "POST /registrations/{token}/refusal": LINK,
    "POST /registrations/{token}/mail": LINK,
    "GET /registrations/{token}/not-me": LINK,
    "POST /registrations/{token}/not-me": LINK,
    "POST /registrations/{token}/wish-to-come": GONE,
    "GET /registrations/{token}/change": LINK,
    "POST /registrations/{token}/change": LINK,
    "GET /registrations/{token}/cancel": LINK,
    "GET /registrations/{token}/calendar.ics": LINK,
    "POST /registrations/{token}/party/{registration_id}/cancellation": LEADER,
    "POST /registrations/{token}/party/{registration_id}/address": LEADER,
    "GET /views/{token}": VIEW,
    "GET /views/{token}/calendar.ics": VIEW,
    "GET /codes/{code}": CODE,
    "GET /organiser/sign-in": SIGN_IN,
    "POST /organiser/sign-in": SIGN_IN,
    "GET /organiser": SIGNED_IN,
    "POST /organiser/sign-out": SIGNED_IN,
    "POST /organiser/sign-out-everywhere": SIGNED_IN,
    "GET /organiser/sessions": SIGNED_IN,
    "DELETE /organiser/sessions": SIGNED_IN,
    "DELETE /organiser/sessions/{session_id}": SIGNED_IN,
    "POST /organiser/sessions/{session_id}/sign-out": SIGNED_IN,
    f"GET {EVENT}/door": AT_THE_DOOR,
    f"POST {EVENT}/check-ins": AT_THE_DOOR,
    f"POST {ONE}/check-in": AT_THE_DOOR,
    f"DELETE {ONE}/check-in": AT_THE_DOOR,
    f"GET {EVENT}/catering": KITCHEN,
    "GET /organiser/events": ORGANISERS,
    f"GET {EVENT}": ORGANISERS,
    f"PUT {EVENT}": ORGANISERS,
    f"GET {EVENT}/edit": ORGANISERS,
    f"POST {EVENT}/edit": ORGANISERS,
    f"GET {EVENT}/journal": ORGANISERS,
    f"GET {EVENT}/numbers": ORGANISERS,
    f"POST {ONE}/erasure": ORGANISERS,
    f"GET {EVENT}/versions": ORGANISERS,
    f"GET {EVENT}/versions/{{number}}": ORGANISERS,
    f"POST {EVENT}/versions/{{number}}/restoration": ORGANISERS,
    f"POST {EVENT}/mails": ORGANISERS,
    f"GET {EVENT}/problems": ORGANISERS,
    f"POST {EVENT}/problems/{{problem_id}}/resolution": ORGANISERS,
    f"POST {EVENT}/recount": ORGANISERS,
    f"PUT {EVENT}/allotments/{{name}}": ORGANISERS,
    f"POST {EVENT}/allotments/{{name}}": ORGANISERS,
    f"POST {EVENT}/allotments/{{name}}/moves": ORGANISERS,
    f"GET {EVENT}/holds": ORGANISERS,
    f"POST {EVENT}/holds": ORGANISERS,
    f"PUT {EVENT}/holds/{{name}}": ORGANISERS,
    f"DELETE {EVENT}/holds/{{name}}": ORGANISERS,
    f"GET {EVENT}/badges": ORGANISERS,
    f"GET {EVENT}/badges.pdf": ORGANISERS,
    f"GET {EVENT}/registrations": ORGANISERS,
    f"GET {ONE}": ORGANISERS,
    f"PATCH {ONE}": ORGANISERS,
    f"DELETE {ONE}": ORGANISERS,
    f"GET {ONE}/personal-data": ORGANISERS,
    f"POST {ONE}/cancellation": ORGANISERS,
    f"POST {ONE}/promotion": ORGANISERS,
    f"PUT {ONE}/priority": ORGANISERS,
    f"POST {ONE}/priority": ORGANISERS,
    f"POST {ONE}/mail": ORGANISERS,
    f"POST {EVENT}/manifests": ORGANISERS,
    f"GET {EVENT}/manifests": ORGANISERS,
    f"GET {EVENT}/manifests/{{version}}": ORGANISERS,
    f"POST {EVENT}/manifests/{{version}}/sent": ORGANISERS,
    f"GET {EVENT}/manifests/{{version}}/{{file}}": ORGANISERS,
    f"GET {EVENT}/shared-rooms": ORGANISERS,
    f"POST {EVENT}/shared-rooms": ORGANISERS,
    f"DELETE {EVENT}/shared-rooms/{{registration_id}}": ORGANISERS,
    f"POST {EVENT}/bookings": ORGANISERS,
}
#: What ends the session that it comes with, so that the same one is refused afterwards.
ENDING = {"POST /organiser/sign-out", "POST /organiser/sign-out-everywhere", "DELETE /organiser/sessions"}
ROUTES = {f"{method} {path}" for path, methods in app.routes.items() for method in methods}
ROLES = ("organiser", "check_in", "caterer")


def rows(*kinds: Any) -> list[str]:
    return [route for route, who in WHO_MAY.items() if who in kinds or (not kinds and isinstance(who, frozenset))]


def path_of(route: str, **ids: str) -> tuple[str, str]:
    method, _, path = route.partition(" ")
    known = {"event_id": "here", "version": "1", "file": "manifest.xlsx", "name": "place", **ids}
    return method, re.sub(r"{(\w+)}", lambda part: known.get(part[1], "x"), path)


def body_of(method: str) -> Any:
    return b"" if method == "GET" else {}


def an_event(event_id: str) -> Event:
    return publish(builders.event(event_id))


def everything(memory: Client) -> Any:
    return memory.scan(TableName=settings().table_name)["Items"]


def outcome(answer: HTTPResponse) -> str:
    """Which refusal it is; or, whatever else may be wrong with the request, that it was let in."""
    is_problem = answer.headers.get("Content-Type") == "application/problem+json"
    kind = answer.json_body["type"].rpartition("/")[2] if is_problem else ""
    if (answer.status_code, kind) in ((401, "sign-in-needed"), (403, "not-allowed"), (404, "link-not-valid")):
        return kind
    assert answer.status_code not in (401, 403), answer.body
    assert answer.status_code < 500, answer.body
    return "let in"


def test_every_route_has_a_row() -> None:
    """And no row is of a route that is not there."""
    assert set(WHO_MAY) == ROUTES


@pytest.mark.parametrize("route", rows(ANYBODY))
@pytest.mark.usefixtures("memory")
def test_anybody_may(route: str) -> None:
    """With nothing, and with a session that is none."""
    an_event("here")
    method, path = path_of(route, name="style.css")
    given = [{}, {"Authorization": "Bearer forged"}, {"Cookie": "organiser=forged"}]
    assert [outcome(call(method, path, body_of(method), headers)) for headers in given] == ["let in"] * 3


@pytest.mark.parametrize("route", rows(LINK))
def test_whoever_has_the_link_may(memory: Client, environment: pytest.MonkeyPatch, route: str) -> None:
    """Their own and no other's: of no other registration anything is shown, or changed."""
    event, other = an_event("here"), an_event("elsewhere")
    tokens = link_tokens(environment, event, other)
    before, found = everything(memory), {}
    own = registration_links.read_token(tokens["own"])
    anna = Access(own.event_id, own.registration_id)
    as_she_was = flows.load_registration(anna)
    for name, token in tokens.items():
        method, path = path_of(route, token=token)
        answer = call(method, path, body_of(method))
        found[name] = outcome(answer)
        if name == "own":
            continue
        assert (b"Anna" in answer.body, flows.load_registration(anna)) == (False, as_she_was)
        assert found[name] == "let in" or everything(memory) == before
        before = everything(memory)
    good = {"old key", "another's", "own"}
    assert found == {name: "let in" if name in good else "link-not-valid" for name in tokens}


@pytest.mark.parametrize("route", rows(GONE))
def test_whoever_disowned_a_registration_may(memory: Client, environment: pytest.MonkeyPatch, route: str) -> None:
    """With its mailed link; no other link, and none of a registration that stands, is good for it."""
    event, other = an_event("here"), an_event("elsewhere")
    bo = register(event, "Bodil")
    tokens = link_tokens(environment, event, other)
    tokens |= {kind: build_token(event.id, bo.id, kind) for kind in ("answer", "mailed", "view")}
    not_me.disown(registration_links.read_token(tokens["mailed"]), clock.now())
    before, found = everything(memory), {}
    for name, token in tokens.items():
        method, path = path_of(route, token=token)
        found[name] = outcome(call(method, path, body_of(method)))
        assert name == "mailed" or everything(memory) == before
        before = everything(memory)
    assert found == {name: "let in" if name == "mailed" else "link-not-valid" for name in tokens}


@pytest.mark.parametrize("route", rows(SIGN_IN))
@pytest.mark.usefixtures("memory")
def test_whoever_has_a_sign_in_link_may(environment: pytest.MonkeyPatch, route: str) -> None:
    """Once, while it is fresh and their address is listed."""
    method, path = path_of(route)
    tokens, found = sign_in_tokens(environment), {}
    for name, token in tokens.items():
        query, body = (f"?token={token}", b"") if method == "GET" else ("", {"token": token})
        found[name] = outcome(call(method, path + query, body))
        assert outcome(call(method, path + query, body)) == "sign-in-needed"
    good = {"old key", *ROLES}
    assert found == {name: "let in" if name in good else "sign-in-needed" for name in tokens}


@pytest.mark.parametrize("route", rows())
def test_whoever_is_signed_in_may_what_their_role_may(
    memory: Client, environment: pytest.MonkeyPatch, route: str
) -> None:
    """As a bearer, and with a cookie from our own page; everybody else is told nothing, and changes nothing."""
    event = an_event("here")
    anna = register(event, "Anna")
    tokens, method, path = session_tokens(environment, event), *path_of(route, registration_id=anna.id)
    before = everything(memory)
    found, refusals = {}, set()
    for name, token in tokens.items():
        bearer, cookie = {"Authorization": f"Bearer {token}"}, {"Cookie": f"organiser={token}", "Origin": ORIGIN}
        both = [call(method, path, body_of(method), headers) for headers in (bearer, cookie)]
        assert route in ENDING or outcome(both[0]) == outcome(both[1])
        found[name] = outcome(both[0])
        if found[name] != "let in":
            refusals |= {(found[name], answer.body) for answer in both}
            assert everything(memory) == before
        before = everything(memory)
    may = {**{name: name for name in ROLES}, "old key": "organiser"}
    assert found == {
        name: "sign-in-needed" if name not in may else "let in" if may[name] in WHO_MAY[route] else "not-allowed"
        for name in tokens
    }
    assert len(refusals) == len({kind for kind, _ in refusals})


@pytest.mark.parametrize("route", [each for each in rows() if not each.startswith("GET")])
def test_no_other_site_changes_anything_with_the_cookie(memory: Client, route: str) -> None:
    """Not from elsewhere, not from nowhere, not from what only looks like ours."""
    anna = register(an_event("here"), "Anna")
    method, path = path_of(route, registration_id=anna.id)
    cookie = {"Cookie": f"organiser={issue_token(ORGANISER, clock.now())}"}
    before = everything(memory)
    origins = ["https://evil.example", "null", "", f"{ORIGIN}.evil.example", f"{ORIGIN}:8443"]
    elsewhere = [{}, *({"Origin": origin} for origin in origins)]
    found = {outcome(call(method, path, body_of(method), cookie | headers)) for headers in elsewhere}
    assert (found, everything(memory) == before) == ({"sign-in-needed"}, True)


@pytest.mark.parametrize("route", [route for route in WHO_MAY if ONE in route])
def test_a_registration_is_found_at_its_own_event_only(memory: Client, route: str) -> None:
    """Nobody's, another event's and an erased person's are not found, and nothing is changed."""
    event = an_event("here")
    erased = register(event, "Carl").id
    erasure.erase(participant("here", erased), clock.now())
    others = ["a" * 26, register(an_event("elsewhere"), "Bo").id, erased]
    session, kinds = start_session(), set()
    before = everything(memory)
    for registration_id in others:
        method, path = path_of(route, registration_id=registration_id)
        answer = call(method, path, body_of(method), session)
        kinds.add((answer.status_code, answer.json_body["type"].rpartition("/")[2]))
    assert (kinds, everything(memory) == before) == ({(404, "not-found")}, True)


@pytest.mark.parametrize("route", [each for each in rows() if each.startswith("GET")])
@pytest.mark.usefixtures("memory")
def test_a_browser_gets_a_page_instead(environment: pytest.MonkeyPatch, route: str) -> None:
    """Where to sign in, or that this is for others; nobody is named there."""
    event = an_event("here")
    anna = register(event, "Anna")
    _, path = path_of(route, registration_id=anna.id)
    tokens = session_tokens(environment, event)
    pages = {name: call("GET", path, headers=PAGE | {"Cookie": f"organiser={tokens[name]}"}) for name in tokens}
    refused = {name: page for name, page in pages.items() if page.status_code in (401, 403)}
    assert {name for name, page in refused.items() if page.status_code == 403} == set(ROLES) - WHO_MAY[route]
    assert {page.headers["Content-Type"] for page in refused.values()} == {"text/html; charset=utf-8"}
    bodies = {page.status_code: page.body.decode() for page in refused.values()}
    assert 'action="/organiser/sessions?lang=da"' in bodies[401]
    assert [word for word in ("Hansen", "anna@") for page in bodies.values() if word in page] == []
