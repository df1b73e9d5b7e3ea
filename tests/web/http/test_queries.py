"""Parameters of the query: each route knows those that it declares, and names any other as wrong."""

from urllib.parse import quote

import pytest

from chalicelib.web import app as http
from chalicelib.web.http.operations import Operation
from testing import builders
from testing.world import publish, register
from tests.web.browser import PAGE, as_organiser, call, get

pytestmark = pytest.mark.usefixtures("aws")

EVENT = "leverandoerernes-oenskeseddel"
OPERATIONS = [operation for module in http.import_all() for operation in module.blueprint.operations]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: f"{operation.method} {operation.path}")
def test_every_route_names_a_parameter_that_it_does_not_know(operation: Operation) -> None:
    """Before anything is looked up or written; who is not signed in is told nothing else."""
    method, path = operation.method, operation.path
    filled = path.format(**dict.fromkeys(operation.path_parameters, "x"))
    answer = as_organiser(method, f"{filled}?sectr=x&Lang=en&lang=en")
    assert answer.status_code == 422
    assert [(error["field"], error["code"]) for error in answer.json_body["errors"]] == [
        ("sectr", "unknown_parameter"),
        ("Lang", "unknown_parameter"),
    ]
    assert answer.json_body["errors"][0]["message"] == "There is no parameter called “sectr” here."
    if operation.roles:
        assert call(method, f"{filled}?sectr=x").status_code == 401


@pytest.mark.parametrize("path", ["/events", f"/events/{EVENT}", "/", "/privacy", "/health", "/openapi.json"])
def test_every_route_knows_the_language(path: str) -> None:
    """Alone, empty, given twice or unknown: the language falls back, and nothing is wrong."""
    publish(builders.event())
    for query in ("lang=en", "lang=", "lang=da&lang=en", "lang=xx"):
        assert get(f"{path}?{query}").status_code == 200


@pytest.mark.parametrize("name", ["utm_source", "utm_campaign", "fbclid", "gclid", "mc_eid"])
def test_a_link_that_was_shared_still_leads_to_its_page(name: str) -> None:
    """Mail programs and social networks add such parameters; programs are told that there is none."""
    event = publish(builders.event())
    assert get(f"/events/{event.id}?{name}=x", **PAGE).status_code == 200
    assert get(f"/events/{event.id}?{name}=x").status_code == 422


def test_a_page_names_the_parameter_in_the_readers_language() -> None:
    """As any other problem."""
    page = get("/events?sectr=%3Cb%3E", **PAGE, Accept_Language="da")
    assert (page.status_code, "sectr" in page.body.decode(), "<b>" in page.body.decode()) == (422, True, False)


@pytest.mark.parametrize("event_id", ["a" * 3000, "a" * 2041, "ø" * 2000, "\0", "%", "x" * 61, "🙂" * 700])
def test_an_event_that_cannot_be_is_not_found(event_id: str) -> None:
    """However long its name: no error of the table's reaches the caller."""
    answer = get(f"/privacy?event={quote(event_id)}")
    assert (answer.status_code, answer.json_body["type"].rpartition("/")[2]) == (404, "event-not-found")


@pytest.mark.parametrize("sector", ["municipality", "supplier", "state"])
def test_registrations_are_filtered_by_sector(sector: str) -> None:
    """In JSON, on the page and in the spreadsheet; a sector that there is not is named as wrong."""
    event = publish(builders.event())
    for name, each in (("Anna", "municipality"), ("Bo", "supplier"), ("Carl", None)):
        register(event, name, sector=each)
    expected = {"municipality": ["Anna"], "supplier": ["Bo"], "state": []}[sector]
    path = f"/organiser/events/{event.id}/registrations?sector={sector}"
    listed = as_organiser("GET", path).json_body["registrations"]
    assert [each["given_name"] for each in listed] == expected
    page = as_organiser("GET", path, **PAGE).body.decode()
    table = as_organiser("GET", f"{path}&format=csv").body.decode()
    for name in ("Anna", "Bo", "Carl"):
        assert (f"{name} " in page or f"{name}<" in page or f", {name}" in page, name in table) == (
            (name in expected),
            (name in expected),
        )
    wrong = as_organiser("GET", f"/organiser/events/{event.id}/registrations?sector=circus")
    assert (wrong.status_code, wrong.json_body["errors"][0]["field"]) == (422, "sector")
