"""The organiser's routes over HTTP."""

import re
from typing import Any

import pytest

from chalicelib import clock, facts
from chalicelib.travel import flows
from testing import builders
from testing.world import check_counters, publish, register
from tests.web.browser import PAGE, as_organiser, get

pytestmark = pytest.mark.usefixtures("aws")

EVENT = "leverandoerernes-oenskeseddel"
HERE = f"/organiser/events/{EVENT}"


def test_the_event_is_the_programmes_own_document_with_its_version() -> None:
    """What is read can be sent back, with its version; a lost update is refused."""
    publish(builders.event())
    answer = as_organiser("GET", HERE)
    assert answer.headers["ETag"] == '"1"'
    changed = answer.json_body | {"summary": {"da": "Nyt", "en": "New"}}
    assert as_organiser("PUT", HERE, changed).status_code == 428
    assert as_organiser("PUT", HERE, changed, If_Match='"1"').headers["ETag"] == '"2"'
    assert as_organiser("PUT", HERE, changed, If_Match='"1"').status_code == 412
    assert as_organiser("PUT", HERE, changed, If_Match='"x"').status_code == 412
    assert as_organiser("GET", HERE).json_body == changed


def test_a_new_event_is_created() -> None:
    """PUT without a version creates what is not there: 201."""
    document = builders.event_document()
    assert as_organiser("PUT", HERE, document).status_code == 201
    assert get(f"/events/{EVENT}").json_body["title"] == "Leverandørernes ønskeseddel"


def test_a_document_that_fails_its_model_names_the_fields() -> None:
    """422 with every bad field."""
    document = builders.event_document(
        starts_at="soon", allotments=[builders.allotment("room", -1), builders.allotment("place", 1)]
    )
    answer = as_organiser("PUT", HERE, document)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json_body["errors"]] == ["starts_at", "allotments.0.capacity"]
    renamed = as_organiser("PUT", "/organiser/events/another", builders.event_document())
    assert [error["field"] for error in renamed.json_body["errors"]] == ["id"]


WINDOW = {"opens_at": "2000-01-01T00:30+03:00", "closes_at": "2020-03-01T12:00"}
SKIPPED = {"starts_at": "2020-03-29T02:30", "ends_at": "2020-03-29T03:15"}
BACKWARDS = {"starts_at": "2020-10-25T02:30+01:00", "ends_at": "2020-10-25T02:45+02:00"}
OVER_THE_CHANGE = {"starts_at": "2020-10-25T02:30+02:00", "ends_at": "2020-10-25T02:15+01:00"}


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        (SKIPPED, "starts_at", "Det klokkeslæt findes ikke den nat"),
        ({"registration": WINDOW}, "registration.opens_at", "Året skal være fra 2000 til 2999."),
        (BACKWARDS, "ends_at", "Slutningen skal ligge efter begyndelsen."),
        ({"deadlines": {"rooms": "2020-03-29T02:59"}}, "deadlines.rooms", "Det klokkeslæt findes ikke den nat"),
    ],
)
def test_times_that_cannot_be_are_refused_at_their_field(
    changes: dict[str, Any], field: str, message: str
) -> None:
    """422 for a new event and for a change, and the programme goes on."""
    answer = as_organiser("PUT", HERE, builders.event_document(**changes), Accept_Language="da")
    assert answer.status_code == 422
    [error] = answer.json_body["errors"]
    assert (error["field"], message in error["message"]) == (field, True)
    publish(builders.event())
    changed = as_organiser("PUT", HERE, builders.event_document(**changes), If_Match='"1"')
    assert (changed.status_code, get("/events").status_code, as_organiser("GET", HERE).headers["ETag"]) == (
        422,
        200,
        '"1"',
    )


def test_an_event_over_the_change_of_the_hour_is_taken_as_it_is() -> None:
    """Its 45 minutes are 45 minutes, and what was written is given back with its offsets, in public too."""
    assert as_organiser("PUT", HERE, builders.event_document(**OVER_THE_CHANGE)).status_code == 201
    expected = {name: f"{value[:16]}:00{value[16:]}" for name, value in OVER_THE_CHANGE.items()}
    for answer in (as_organiser("GET", HERE), get(f"/events/{EVENT}")):
        assert {name: answer.json_body[name] for name in expected} == expected


def test_odd_documents_and_versions_are_refused_not_failed() -> None:
    """Moments outside the calendar, versions without end and documents too large for the table."""
    publish(builders.event())
    for moment in ("0001-01-01T00:00+14:00", "9999-12-31T23:59:59-12:00"):
        assert (
            as_organiser("PUT", HERE, builders.event_document(starts_at=moment), If_Match='"1"').status_code == 422
        )
    assert as_organiser("PUT", HERE, builders.event_document(), If_Match="1" * 5000).status_code == 412
    sessions = [{"title": {"da": "a", "en": "b"}}] * 6000
    large = builders.event_document(sessions=sessions)
    assert as_organiser("PUT", HERE, large, If_Match='"1"').status_code == 413


def test_capacities_are_raised_and_lowered() -> None:
    """Raised at once; below what is taken 409 unless confirmed; nonsense 422; unknown 404."""
    event = publish(builders.event(allotments=[builders.allotment("place", 2)]))
    for name in ("Anna", "Bo"):
        register(event, name)
    path = f"{HERE}/allotments/place"
    counts = {"name": "place", "capacity": 3, "taken": 2, "waiting": 0, "left": 1}
    assert as_organiser("PUT", path, {"capacity": 3}).json_body == {"allotment": counts}
    refused = as_organiser("PUT", path, {"capacity": 1})
    assert (refused.status_code, refused.json_body["type"].rpartition("/")[2]) == (409, "below-taken")
    assert as_organiser("PUT", path, {"capacity": 1, "confirm": True}).json_body["allotment"]["left"] == 0
    assert as_organiser("PUT", path, {"capacity": "many"}).status_code == 422
    assert as_organiser("PUT", path, {"capacity": -1}).status_code == 422
    assert as_organiser("PUT", f"{HERE}/allotments/yacht", {"capacity": 1}).status_code == 404


def test_all_events_come_with_their_counts() -> None:
    """Each event's document, with what is taken and waited for."""
    event = publish(builders.event())
    register(event, "Anna")
    [shown] = as_organiser("GET", "/organiser/events").json_body["events"]
    assert (shown["id"], shown["version"]) == (EVENT, 1)
    assert shown["counts"] == [{"name": "place", "capacity": 30, "taken": 1, "waiting": 0, "left": 29, "held": 0}]
    page = as_organiser("GET", "/organiser", **PAGE)
    assert "Leverandørernes ønskeseddel" in page.body.decode()


def test_registrations_are_found_by_state_and_text_page_by_page() -> None:
    """Every registration once, over as many pages as asked for."""
    event = publish(builders.event())
    everybody = {register(event, name).id for name in ("Anna", "Bo", "Carl", "Dorte", "Erik")}
    seen, cursor, pages = [], "", 0
    while cursor is not None:
        answer = as_organiser("GET", f"{HERE}/registrations?limit=2&cursor={cursor}").json_body
        seen += [each["id"] for each in answer["registrations"]]
        cursor, pages = answer["cursor"], pages + 1
    assert (sorted(seen), pages) == (sorted(everybody), 3)
    found = as_organiser("GET", f"{HERE}/registrations?q=DORTE&status=confirmed").json_body["registrations"]
    assert [each["email"] for each in found] == ["dorte@example.org"]
    assert as_organiser("GET", f"{HERE}/registrations?limit=0").status_code == 422
    assert as_organiser("GET", "/organiser/events/moon/registrations").status_code == 404


def test_one_registration_shows_its_history() -> None:
    """What happened, when and why; nothing about health."""
    event = publish(builders.event())
    registered = register(event, "Anna", dietary={"allergens": ["nuts"], "consent": True})
    answer = as_organiser("POST", f"{HERE}/registrations/{registered.id}/cancellation")
    assert answer.json_body["registration"]["status"] == "cancelled"
    shown = as_organiser("GET", f"{HERE}/registrations/{registered.id}")
    history = shown.json_body["registration"]["history"]
    assert [(entry["fact"], entry.get("by")) for entry in history] == [
        ("confirmed", None),
        ("cancelled", "organiser"),
    ]
    assert b"nuts" not in shown.body
    assert as_organiser("GET", f"{HERE}/registrations/nobody").status_code == 404
    check_counters(EVENT)


def test_the_overview_shows_how_the_lists_stand() -> None:
    """Nothing before any are asked for; then their version and state."""
    publish(builders.event())
    assert "version" not in as_organiser("GET", "/organiser", **PAGE).body.decode()
    asked = as_organiser("POST", f"{HERE}/manifests").json_body["manifest"]
    assert re.search(r"version 1,\s+bliver lavet", as_organiser("GET", "/organiser", **PAGE).body.decode())
    flows.build(facts.ManifestRequested(event_id=EVENT, at=asked["requested_at"], version=1), clock.now())
    assert re.search(r"version 1,\s+klar", as_organiser("GET", "/organiser", **PAGE).body.decode())


def test_whom_a_version_was_sent_to_is_noted() -> None:
    """Before it is ready 409, to nobody known 422, unknown 404; then who, when, to whom, on the page as well."""
    publish(builders.event())
    asked = as_organiser("POST", f"{HERE}/manifests").json_body["manifest"]
    path = f"{HERE}/manifests/1/sent"
    assert as_organiser("POST", path, {"to": "airline"}).status_code == 409
    flows.build(facts.ManifestRequested(event_id=EVENT, at=asked["requested_at"], version=1), clock.now())
    assert as_organiser("POST", path, {"to": "the moon"}).status_code == 422
    assert as_organiser("POST", f"{HERE}/manifests/2/sent", {"to": "airline"}).status_code == 404
    answer = as_organiser("POST", path, {"to": "airline"})
    [sent] = answer.json_body["manifest"]["sent"]
    assert (answer.status_code, sent["to"], sent["by"]) == (200, "airline", "organiser@network.example")
    by_form = as_organiser("POST", path, b"sent_to=hotel", Content_Type="application/x-www-form-urlencoded")
    assert by_form.status_code == 303
    page = as_organiser("GET", f"{HERE}/manifests", **PAGE).body.decode()
    assert "flyselskabet (" in page
    assert "hotellet (" in page
