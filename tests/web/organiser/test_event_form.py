"""The form that an organiser changes an event with."""

import re
from html import unescape
from typing import Any

import pytest

from chalicelib.programme import store as programme_store
from chalicelib.web.organiser import event_fields
from chalicelib.web.organiser.event_labels import is_datetime_field
from testing import builders
from testing.world import publish
from tests.web.browser import as_organiser
from tests.web.desk import EVENT, EVENT_URL, build_expected_redirect, extract_text, get_page, read_redirect, send

pytestmark = pytest.mark.usefixtures("memory")

EDIT = f"{EVENT_URL}/edit"


def filled_in() -> dict[str, str]:
    """The fields that a browser sends of the unchanged form."""
    page = get_page(EDIT)
    fields = {
        name: unescape(value)
        for name, value in re.findall(r'<input [^>]*name="([^"]+)"[^>]* value="([^"]*)"', page)
    }
    texts = re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n([^<]*)</textarea>', page)
    fields |= {name: unescape(value).replace("\n", "\r\n") for name, value in texts}
    return fields | {"waitlist.mode": re.findall(r'<option value="(\w+)" selected>', page)[0]}


def stored() -> programme_store.StoredEvent:
    return programme_store.read_current(EVENT)


def test_what_is_left_as_it_was_stays_so() -> None:
    """Sent as it came, nothing is written: also moments to the second and paragraphs keep what they are."""
    waitlist = {"mode": "offer", "offer_hours": 12, "list_deadline": "2020-05-01T12:00:30"}
    notes = {"reminder": {"da": "Husk pas", "en": "Bring a passport"}}
    publish(builders.event(waitlist=waitlist, notes=notes))
    before = stored()
    assert set(filled_in()) == {*event_fields.iterate_field_names(before.event), "version", "reason"}
    assert read_redirect(send(EDIT, filled_in())) == build_expected_redirect(EVENT_URL, "saved")
    assert stored() == before


def test_what_is_changed_is_written_and_the_rest_stays() -> None:
    """Moments are local time; a note that is emptied goes; sent twice it is one change."""
    venue = {"name": "Ubbes Vinbar", "address": "Ny Vestergade 1", "note": {"da": "1. sal", "en": "First floor"}}
    publish(builders.event(venue=venue))
    changes = {
        "title.en": "Wishes & more",
        "starts_at": "2020-05-06T10:00",
        "ends_at": "2020-05-06T12:00",
        "venue.note.da": "",
        "venue.note.en": "",
        "waitlist.list_deadline": "2020-05-01T12:00",
        "notes.reminder.da": "Husk\r\n\r\npas",
        "notes.reminder.en": "Bring a passport",
    }
    sent = filled_in() | changes
    for _ in range(2):
        assert read_redirect(send(EDIT, sent)) == build_expected_redirect(EVENT_URL, "saved")
    document = builders.event_document(
        title={"da": "Leverandørernes ønskeseddel", "en": "Wishes & more"},
        starts_at="2020-05-06T10:00",
        ends_at="2020-05-06T12:00",
        venue={"name": "Ubbes Vinbar", "address": "Ny Vestergade 1"},
        waitlist={"list_deadline": "2020-05-01T12:00"},
        notes={"reminder": {"da": "Husk\n\npas", "en": "Bring a passport"}},
    )
    assert stored() == programme_store.StoredEvent(type(stored().event).model_validate(document), 2)


REPEATED: dict[str, Any] = {
    "starts_at": "2020-10-25T02:30+01:00",
    "ends_at": "2020-10-25T02:45+01:00",
    "registration": {"opens_at": "2019-10-27T02:15+01:00", "closes_at": "2020-10-25T02:30+02:00"},
    "waitlist": {"mode": "offer", "list_deadline": "2020-10-25T02:15:07+01:00"},
    "sessions": [{"title": {"da": "Tale", "en": "Talk"}, "starts_at": "2020-10-25T02:31+01:00"}],
    "meals": [{"name": "supper", "title": {"da": "Mad", "en": "Food"}, "starts_at": "2020-10-25T02:40+01:00"}],
    "deadlines": {
        "names": "2020-10-25T02:01+01:00",
        "releases": [{"at": "2020-10-25T02:02+01:00", "title": {"da": "Alt", "en": "All"}}],
    },
}


@pytest.mark.parametrize("seconds", ["", ":00"])
def test_a_moment_in_the_repeated_hour_keeps_its_offset(seconds: str) -> None:
    """The form has no offset: a field that is not changed keeps the later hour, also as some browsers send it."""
    publish(builders.event(**REPEATED))
    sent = filled_in() | {"title.en": "Late"}
    moments = {name: value for name, value in sent.items() if is_datetime_field(name) and value}
    assert (len(moments), moments["starts_at"]) == (9, "2020-10-25T02:30")
    assert send(EDIT, sent | {name: value + seconds for name, value in moments.items()}).status_code == 303
    title = {"da": "Leverandørernes ønskeseddel", "en": "Late"}
    assert stored() == programme_store.StoredEvent(builders.event(**REPEATED, title=title), 2)


def test_a_moment_that_is_changed_in_the_repeated_hour_is_the_earlier_one() -> None:
    """As everywhere without an offset; the other fields keep theirs."""
    publish(builders.event(**REPEATED))
    assert send(EDIT, filled_in() | {"starts_at": "2020-10-25T02:20"}).status_code == 303
    event = stored().event
    assert [moment.isoformat() for moment in (event.starts_at, event.ends_at)] == [
        "2020-10-25T02:20:00+02:00",
        "2020-10-25T02:45:00+01:00",
    ]


_SKIPPED = "This time does not exist that night: the clocks go forward. Choose an earlier or a later one."
BAD = [
    ("title.da", "", "Please fill this in."),
    ("starts_at", "soon", "Write a date and a time."),
    ("ends_at", "2020-05-05T15:00", "The end must be later than the beginning."),
    ("starts_at", "2020-03-29T02:30", _SKIPPED),
    ("waitlist.list_deadline", "2020-03-29T02:00", _SKIPPED),
    ("deadlines.names", "2021-03-28T02:59", _SKIPPED),
    ("ends_at", "3000-01-01T00:00", "The year must be from 2000 to 2999."),
    ("waitlist.offer_hours", "0", "This must be at least 1."),
    ("note.en", "Only here", "Please fill this in."),
]


@pytest.mark.parametrize(("field", "value", "message"), BAD)
def test_bad_fields_come_back_beside_what_was_written(field: str, value: str, message: str) -> None:
    """422, in a summary that leads to the field, and at the field; nothing is written."""
    publish(builders.event())
    wrong = "note.da" if field == "note.en" else field
    answer = send(EDIT, filled_in() | {field: value})
    page = answer.body.decode()
    assert (answer.status_code, stored().version) == (422, 1)
    assert f'<li><a href="#edit-{wrong}">{message}</a></li>' in page
    assert f'<span class="error" id="edit-{wrong}-error">{message}</span>' in page
    assert not value or f'value="{value}"' in page


def test_a_stale_form_says_what_stands_there_now() -> None:
    """412; what was written is kept, what others wrote stands beside it, and trying again overwrites nothing."""
    publish(builders.event())
    sent = filled_in() | {"title.en": "Mine"}
    document = as_organiser("GET", EVENT_URL).json_body | {"title": {"da": "Ny", "en": "Theirs"}}
    as_organiser("PUT", EVENT_URL, document, If_Match='"1"')
    for _ in range(2):
        answer = send(EDIT, sent)
        page = answer.body.decode()
        assert (answer.status_code, "Somebody else has changed this event since you read it." in page) == (
            412,
            True,
        )
        assert ('value="Mine"' in page, "It says now: Theirs" in page, "It says now: Ny" in page) == (
            True,
            True,
            True,
        )
        assert f'<a href="{EDIT}?lang=en">Begin anew from how it is now</a>' in page
    assert stored().event.title.en == "Theirs"


def test_the_form_is_an_events() -> None:
    """There is none for an event that is not there."""
    assert as_organiser("GET", "/organiser/events/moon/edit").status_code == 404
    publish(builders.event())
    assert "Edit the event" in extract_text(get_page(EDIT))


IN_BOTH = {"da": "Ud", "en": "Out"}
WHOLE: dict[str, Any] = {
    "allotments": [builders.allotment("place", 9), builders.allotment("fly", 9), builders.allotment("room", 9)],
    "sessions": [
        {"title": {"da": "Velkomst", "en": "Welcome"}, "starts_at": "2020-05-05T15:00:30", "speakers": ["A", "B"]},
        {"title": {"da": "Pause", "en": "Break"}},
        {"title": {"da": "Slut", "en": "End"}, "starts_at": "2020-05-05T17:00", "place": "Gården"},
    ],
    "legs": [
        {"name": "fly", "kind": "flight", "title": IN_BOTH, "carrier": "DAT", "number": "DX123",
         "origin": "København", "destination": "Rønne", "origin_code": "CPH", "destination_code": "RNE",
         "departs": "2020-05-05T07:30", "arrives": "2020-05-05T08:05",
         "meeting_point": {"da": "Terminal 3", "en": "Terminal 3"}}
    ],
    "stays": [
        {"name": "room", "title": IN_BOTH, "hotel": "Grand", "beds": 1, "check_in": "2020-05-05T15:00",
         "check_out": "2020-05-06T10:00"}
    ],
    "meals": [{"name": "dinner", "title": IN_BOTH, "starts_at": "2020-05-05T19:00"}],
    "deadlines": {"names": "2020-05-01T12:00", "releases": [{"at": "2020-04-01T12:00", "title": IN_BOTH}]},
    "reminders": [14, 2],
}  # fmt: skip


def test_a_whole_event_that_is_left_as_it_was_stays_so() -> None:
    """Sessions, journeys, nights, meals, deadlines and reminders, to the second."""
    publish(builders.event(**WHOLE))
    before = stored()
    assert set(filled_in()) == {*event_fields.iterate_field_names(before.event), "version", "reason"}
    assert read_redirect(send(EDIT, filled_in())) == build_expected_redirect(EVENT_URL, "saved")
    assert stored() == before


def test_parts_are_changed_added_and_taken_away() -> None:
    """Each field of each; one that is emptied goes, one that is filled in comes, and the rest stay as they are."""
    publish(builders.event(**WHOLE))
    emptied = dict.fromkeys((name for name in filled_in() if name.startswith("sessions.1.")), "")
    changes = {
        "sessions.0.title.en": "Hello",
        "sessions.2.starts_at": "2020-05-05T17:30",
        "sessions.2.place": "",
        "sessions.3.title.da": "Middag",
        "sessions.3.title.en": "Dinner",
        "sessions.3.speakers": "C ,D",
        "legs.0.number": "",
        "legs.0.departs": "2020-05-05T07:40",
        "legs.0.origin": "Kastrup",
        "stays.0.hotel": "Green",
        "stays.0.check_out": "2020-05-06T11:00",
        "meals.0.starts_at": "2020-05-05T19:30",
        "meals.1.title.da": "Morgenmad",
        "meals.1.title.en": "Breakfast",
        "meals.1.starts_at": "2020-05-06T08:00",
        "deadlines.names": "",
        "deadlines.rooms": "2020-05-02T12:00",
        "deadlines.releases.0.at": "",
        "deadlines.releases.0.title.da": "",
        "deadlines.releases.0.title.en": "",
        "reminders": "7",
    }
    sent = filled_in() | emptied | changes
    for _ in range(2):
        assert read_redirect(send(EDIT, sent)) == build_expected_redirect(EVENT_URL, "saved")
    leg = {name: value for name, value in WHOLE["legs"][0].items() if name != "number"}
    breakfast = {"da": "Morgenmad", "en": "Breakfast"}
    expected = builders.event(
        **WHOLE
        | {
            "sessions": [
                WHOLE["sessions"][0] | {"title": {"da": "Velkomst", "en": "Hello"}},
                {"title": {"da": "Slut", "en": "End"}, "starts_at": "2020-05-05T17:30"},
                {"title": {"da": "Middag", "en": "Dinner"}, "speakers": ["C", "D"]},
            ],
            "legs": [leg | {"departs": "2020-05-05T07:40", "origin": "Kastrup"}],
            "stays": [WHOLE["stays"][0] | {"hotel": "Green", "check_out": "2020-05-06T11:00"}],
            "meals": [
                WHOLE["meals"][0] | {"starts_at": "2020-05-05T19:30"},
                {"name": "meal_1", "title": breakfast, "starts_at": "2020-05-06T08:00"},
            ],
            "deadlines": {"rooms": "2020-05-02T12:00"},
            "reminders": [7],
        }
    )
    assert stored() == programme_store.StoredEvent(expected, 2)


BAD_PARTS = [
    (
        {"sessions.1.title.da": "", "sessions.1.title.en": "", "sessions.2.starts_at": "soon"},
        "sessions.2.starts_at",
    ),
    ({"sessions.3.title.en": "Only in English"}, "sessions.3.title.da"),
    ({"sessions.3.place": "Only a place"}, "sessions.3.title.da"),
    ({"legs.0.arrives": "2020-05-05T07:00"}, "legs.0.arrives"),
    ({"legs.0.origin_code": "cph"}, "legs.0.origin_code"),
    ({"stays.0.hotel": ""}, "stays.0.hotel"),
    ({"stays.0.check_out": "2020-05-05T10:00"}, "stays.0.check_out"),
    ({"stays.0.beds": "9"}, "stays.0.beds"),
    ({"meals.1.title.da": "Frokost", "meals.1.title.en": "Lunch"}, "meals.1.starts_at"),
    ({"reminders": "7, often"}, "reminders"),
    ({"title.da": "", "title.en": ""}, "title.da"),
]


@pytest.mark.parametrize(("changes", "field"), BAD_PARTS)
def test_what_is_wrong_with_a_part_stands_beside_it(changes: dict[str, str], field: str) -> None:
    """At the field of the form, also where others before it were emptied; what was written is kept."""
    publish(builders.event(**WHOLE))
    answer = send(EDIT, filled_in() | changes)
    page = answer.body.decode()
    assert (answer.status_code, stored().version) == (422, 1)
    assert f'<a href="#edit-{field}">' in page
    assert f'<span class="error" id="edit-{field}-error">' in page
    assert all(f'value="{value}"' in page for value in changes.values() if value)
