"""The form that an organiser changes an event with."""

import re
from html import unescape

import pytest

from chalicelib.programme import store as programme_store
from chalicelib.web import event_form
from tests import builders
from tests.registration.world import publish
from tests.web.browser import as_organiser
from tests.web.test_organiser_pages import EVENT, HERE, done, look, send, went_to, words

pytestmark = pytest.mark.usefixtures("aws")

EDIT = f"{HERE}/edit"


def filled_in() -> dict[str, str]:
    """What a browser would send of the form as it comes."""
    page = look(EDIT)
    fields = {
        name: unescape(value)
        for name, value in re.findall(r'<input [^>]*name="([^"]+)"[^>]* value="([^"]*)"', page)
    }
    texts = re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n([^<]*)</textarea>', page)
    fields |= {name: unescape(value).replace("\n", "\r\n") for name, value in texts}
    return fields | {"waitlist.mode": re.findall(r'<option value="(\w+)" selected>', page)[0]}


def stored() -> programme_store.Stored:
    return programme_store.read_stored(EVENT)


def test_what_is_left_as_it_was_stays_so() -> None:
    """Sent as it came, nothing is written: also moments to the second and paragraphs keep what they are."""
    waitlist = {"mode": "offer", "offer_hours": 12, "list_deadline": "2020-05-01T12:00:30"}
    notes = {"reminder": {"da": "Husk pas", "en": "Bring a passport"}}
    publish(builders.event(waitlist=waitlist, notes=notes))
    before = stored()
    assert set(filled_in()) == {*event_form.FIELDS, "version"}
    assert went_to(send(EDIT, filled_in())) == done(HERE, "saved")
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
        assert went_to(send(EDIT, sent)) == done(HERE, "saved")
    document = builders.event_document(
        title={"da": "Leverandørernes ønskeseddel", "en": "Wishes & more"},
        starts_at="2020-05-06T10:00",
        ends_at="2020-05-06T12:00",
        venue={"name": "Ubbes Vinbar", "address": "Ny Vestergade 1"},
        waitlist={"list_deadline": "2020-05-01T12:00"},
        notes={"reminder": {"da": "Husk\n\npas", "en": "Bring a passport"}},
    )
    assert stored() == programme_store.Stored(type(stored().event).model_validate(document), 2)


BAD = [
    ("title.da", "", "Please fill this in."),
    ("starts_at", "soon", "Write a date and a time."),
    ("ends_at", "2020-05-05T15:00", "The end must be later than the beginning."),
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
    document = as_organiser("GET", HERE).json_body | {"title": {"da": "Ny", "en": "Theirs"}}
    as_organiser("PUT", HERE, document, If_Match='"1"')
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
    assert "Edit the event" in words(look(EDIT))
