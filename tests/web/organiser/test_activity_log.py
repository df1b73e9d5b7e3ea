"""What organisers did: each of their calls leaves a trace, with who, when, what was and is, and why."""

import re
from typing import Any
from urllib.parse import quote

import pytest

from app import app
from chalicelib import clock
from chalicelib.audit import tasks
from chalicelib.audit.tasks import Task
from chalicelib.aws.keys import format_timestamp
from chalicelib.registration import store
from chalicelib.registration.model import Registration
from chalicelib.travel.lists.locators import assign_locators
from testing import bornholm, builders
from testing.world import publish, register
from tests.web.browser import as_organiser
from tests.web.desk import extract_text, get_page, send
from tests.web.organiser.test_additions import locator
from tests.web.organiser.test_additions import register as fly

pytestmark = pytest.mark.usefixtures("memory")

BY = "organiser@network.example"
EVENT = "leverandoerernes-oenskeseddel"
HERE = f"/organiser/events/{EVENT}"
NEW = "/organiser/events/new"

#: What leaves its trace where: in a history, with the version of the lists or of the event, at the door; or is no
#: doing.
ELSEWHERE = {
    "POST /organiser/sessions",
    "POST /organiser/sign-in",
    "POST /organiser/sign-out",
    "POST /organiser/sign-out-everywhere",
    "POST /organiser/sessions/{session_id}/sign-out",
    "DELETE /organiser/sessions",
    "DELETE /organiser/sessions/{session_id}",
    "POST /organiser/events/{event_id}/manifests",
    "POST /organiser/events/{event_id}/manifests/{version}/sent",
    "POST /organiser/events/{event_id}/check-ins",
    "POST /organiser/events/{event_id}/versions/{number}/restoration",
}
OF_ONE = "/organiser/events/{event_id}/registrations/{registration_id}"


def told(event_id: str = EVENT) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The journal, the latest first: each entry's sentence, and what was and is."""
    entries = as_organiser("GET", f"/organiser/events/{event_id}/journal?lang=en").json_body["entries"]
    return [
        (each["text"], [(one["what"], one["before"], one["after"]) for one in each["changes"]])
        for each in entries
        if each["registration_id"] is None
    ]


def with_two() -> tuple[Registration, Registration]:
    units = [builders.allotment("place", 9), builders.allotment("room", 2), builders.allotment("bed", 4)]
    event = publish(builders.event(allotments=units))
    return register(event, "Anna", ("room",)), register(event, "Bo", ("bed",))


MOVE = {"version": "1", "units": "1", "allotment": "bed", "reason": "Hotellet bytter"}
DONE: list[tuple[str, str, Any, str, list[tuple[str, str, str]]]] = [
    ("PUT", "/allotments/place", {"capacity": 12, "reason": "Større sal"},
     f"{BY} changed a capacity. Because: Større sal", [("place: capacity", "9", "12")]),
    ("POST", "/allotments/place", {"capacity": "12"}, f"{BY} changed a capacity.",
     [("place: capacity", "9", "12")]),
    ("POST", "/allotments/room/moves", MOVE,
     f"{BY} moved units from one thing to another. Because: Hotellet bytter",
     [("room: capacity", "2", "1"), ("bed: capacity", "4", "5")]),
    ("PUT", "/holds/Talere", {"units": {"place": 2}}, f"{BY} changed what is set aside for “Talere”.",
     [("place", "0", "2")]),
    ("POST", "/holds", {"name": "Talere", "units.place": "2", "reason": "De kommer"},
     f"{BY} changed what is set aside for “Talere”. Because: De kommer", [("place", "0", "2")]),
    ("POST", "/recount", {"repair": True}, f"{BY} had the event counted anew, and what differed put right.", []),
    ("POST", "/mails", {"kind": "missing-details"}, f"{BY} had travellers asked by mail for what is missing.", []),
    ("POST", "/shared-rooms", {"guests": "both", "reason": "De har ringet"},
     f"{BY} let Anna Hansen and Bo Hansen share a room. Because: De har ringet", []),
    ("DELETE", "/registrations/{first}", None,
     f"{BY} had everything about somebody deleted who had asked for it.", []),
    ("DELETE", "/holds/Gæster", None, f"{BY} changed what is set aside for “Gæster”.", [("place", "1", "0")]),
    ("DELETE", "/shared-rooms/{first}", None, f"{BY} took back who shares a room with Anna Hansen.", []),
    ("POST", "/problems/counters-differ.recount/resolution", None,
     f"{BY} struck off what there was to do: the counters differ.", []),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "sent", "text", "changes"), DONE)
def test_what_is_done_stands_there_with_who_and_why(
    method: str, path: str, sent: Any, text: str, changes: list[tuple[str, str, str]]
) -> None:
    """One entry, written with what it tells of; it stands on the page in the same words."""
    anna, bo = with_two()
    if method == "DELETE":
        as_organiser("PUT", f"{HERE}/holds/G%C3%A6ster", {"units": {"place": 1}})
        as_organiser("POST", f"{HERE}/shared-rooms", {"guests": [anna.id, bo.id], "reason": "x"})
    tasks.add(
        Task(EVENT, "counters-differ", "recount", format_timestamp(clock.now()), parameters={"differences": "1"})
    )
    earlier = told()
    if sent and "guests" in sent:
        sent = sent | {"guests": [anna.id, bo.id]}
    is_form = sent and all(isinstance(each, str) for each in sent.values()) and "kind" not in sent
    if is_form:
        assert send(HERE + path, sent).status_code == 303
    else:
        answer = as_organiser(method, HERE + quote(path.format(first=anna.id)), *([sent] if sent else []))
        assert answer.status_code in (200, 202, 204), answer.body
    assert [each for each in told() if each not in earlier] == [(text, changes)]
    page = extract_text(get_page(f"{HERE}/journal"))
    assert text in page
    assert all(f"{what}: {before} → {after}" in page for what, before, after in changes)


def test_no_call_of_the_organisers_is_forgotten() -> None:
    """Each that changes something stands in the journal, in a history or with the lists."""
    here = [path.format(first="x") for _, path, *_ in DONE] + ["", "/edit", "/bookings"]
    changing = {
        (method, path)
        for path, methods in app.routes.items()
        for method in methods
        if path.startswith("/organiser") and method != "GET" and f"{method} {path}" not in ELSEWHERE
    }
    told_of = {
        (method, path)
        for method, path in changing
        if path.startswith(OF_ONE + "/")
        or (method, path) == ("PATCH", OF_ONE)
        or any(re.fullmatch(re.sub(r"{\w+}", "[^/]+", path), HERE + each) for each in here)
    }
    assert changing - told_of == set()


def test_an_event_that_is_made_and_edited() -> None:
    """Field by field, as what they are called: moments in words, a part by its title, texts cut short."""
    document = builders.event_document("new", meals=[
        {"name": "lunch", "title": {"da": "Frokost", "en": "Lunch"}, "starts_at": "2020-05-05T12:00"}
    ])  # fmt: skip
    assert as_organiser("PUT", NEW, document).status_code == 201
    meals = [document["meals"][0] | {"starts_at": "2020-05-05T12:30"}]
    changed = document | {"title": document["title"] | {"en": "New"}, "meals": meals, "reminders": [7]}
    changed["description"] = {"da": "x" * 900, "en": "With a break."}
    assert as_organiser("PUT", NEW, changed, If_Match='"1"').status_code == 200
    assert as_organiser("PUT", NEW, changed, If_Match='"2"').status_code == 200
    edited, made = told("new")
    assert made == (f"{BY} put the event into the programme.", [])
    assert edited[0] == f"{BY} edited the event."
    assert {what: (before, after) for what, before, after in edited[1]} == {
        "Title (English)": ("The suppliers' wish list", "New"),
        "Description (Danish)": ("Et møde.\n\nMed en pause.", "x" * 199 + "…"),
        "Description (English)": ("A meeting.\n\nWith a break.", "With a break."),
        "Lunch: Begins": ("Tuesday 5 May 2020, 12:00", "Tuesday 5 May 2020, 12:30"),
        "Reminders, days before": ("–", "7"),
    }


def test_what_the_airline_has_booked() -> None:
    """Flight by flight, each by the name as it is now."""
    publish(bornholm.event())
    fly("Anna", "flight_out", "flight_home")
    file = f"flight;reference;locator;seat\nDX123;{locator()};X7K9PQ;12A\n"
    here = f"/organiser/events/{bornholm.EVENT_ID}"
    assert as_organiser("POST", f"{here}/bookings", {"csv": file, "confirm": True}).json_body["changed"]
    [(text, changes)] = told(bornholm.EVENT_ID)
    assert text == f"{BY} took over what the airline has booked on Fly til Bornholm (en)."
    assert changes == [("Anna Hansen", "–", "X7K9PQ 12A")]


def test_what_is_booked_for_others_stays_when_somebody_goes() -> None:
    """Each is given what is theirs of it, and it goes with them; the rest stands there as it was."""
    publish(bornholm.event())
    fly("Anna", "flight_out", "flight_home")
    fly("Bo", "flight_out", "flight_home")
    anna, bo = sorted(store.list_registrations(bornholm.EVENT_ID), key=lambda each: each.attendee.given_name)
    ours = assign_locators(store.list_registrations(bornholm.EVENT_ID))
    rows = [f"DX123;{ours[each.id]};X7K9P{seat};1{seat}" for each, seat in ((anna, "A"), (bo, "B"))]
    file = "\n".join(["flight;reference;locator;seat", *rows])
    here = f"/organiser/events/{bornholm.EVENT_ID}"
    assert as_organiser("POST", f"{here}/bookings", {"csv": file, "confirm": True}).json_body["changed"]
    [held] = as_organiser("GET", f"{here}/registrations/{anna.id}/personal-data").json_body["organisers_actions"]
    assert [each["after"] for each in held["changes"]] == ["X7K9PA 1A"]
    as_organiser("DELETE", f"{here}/registrations/{anna.id}")
    assert [changes for _, changes in told(bornholm.EVENT_ID) if changes] == [[("Bo Hansen", "–", "X7K9PB 1B")]]


def test_what_is_said_of_somebody_goes_with_them() -> None:
    """It is given to them with all else, and deleted with them; nothing is left that says who it was."""
    anna, bo = with_two()
    as_organiser("POST", f"{HERE}/shared-rooms", {"guests": [anna.id, bo.id], "reason": "Anna er syg"})
    held_of_anna = as_organiser("GET", f"{HERE}/registrations/{anna.id}/personal-data").json_body
    [held] = held_of_anna["organisers_actions"]
    assert (held["action"], held["reason"]) == ("room-shared", "Anna er syg")
    as_organiser("DELETE", f"{HERE}/registrations/{anna.id}")
    assert told() == [(f"{BY} had everything about somebody deleted who had asked for it.", [])]


def test_what_is_refused_leaves_no_trace() -> None:
    """Neither a change that was refused, nor one that changes nothing."""
    with_two()
    refused = [
        as_organiser("PUT", f"{HERE}/allotments/place", {"capacity": 1}),
        as_organiser("POST", f"{HERE}/allotments/room/moves", {"to": "bed", "units": 2}),
        as_organiser("PUT", f"{HERE}/holds/x", {"units": {"room": 9}}),
    ]
    assert [each.status_code for each in refused] == [409, 409, 409]
    assert as_organiser("PUT", f"{HERE}/allotments/place", {"capacity": 9}).status_code == 200
    assert told() == []
