"""Any text that a field takes is rendered: in each list, on badges, in each mail and in each calendar file."""

import csv
import io
from dataclasses import replace
from email import message_from_bytes
from email.policy import SMTP
from typing import Any

import icalendar
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pypdf import PdfReader

from chalicelib.mail.letters.calendar import render_calendar
from chalicelib.programme.model import Event
from chalicelib.programme.terms import PlainText, Prose, TextLine
from chalicelib.registration.attendee import (
    Attendee,
    LongText,
    OptionalPersonName,
    OrganisationName,
    PersonName,
    ShortText,
)
from chalicelib.registration.model import Places, Registration
from chalicelib.travel.lists import catalogue
from chalicelib.travel.render import badges, csv_lists, xlsx
from chalicelib.travel.render.files import render
from chalicelib.web.organiser import export
from testing import bornholm, builders
from tests.mail.samples import FACT_LETTERS, LINKS, NOW, mail_about, meeting_for, registration_for
from tests.travel import pnl_reader

#: What has broken files of some kind, here or elsewhere.
FRAGMENTS = [
    "=1+1", "_x000D_", "&&&", "#panic()", "]]", '"', "'", ";", "\\", "<b>", "{{ x }}", "%(title)s", "\r\n",
    "\v", "\t", "\u00a0", "\u200b", "\u200d", "\u00ad", "\u2060", "\u3164", "\u2800", "\ufe0f", "\ufffd",
    "\ue000", "\u0300" * 9, "👩\u200d💻", "🏴\U000e0067\U000e007f", "🎉", "雷", "مريم", "\u05d0\u05d1", "Γιώργος",
    "Анна", "Ø" * 90, "x" * 90, "=?utf-8?q?x?=", "END:VEVENT", "a" * 40 + "-" + "b" * 40, "\u202fkr.", "'" *
    5, "Å", "\u1680", "\U0001d400", "ﬁ"
]  # fmt: skip
WRITTEN = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=12), min_size=1, max_size=5).map("".join)
ADDRESSES = st.sampled_from(
    ["a@example.org", "a%b&c+d@example.org", "anna@blåbær.dk", "anna@пример.рф", "x" * 64 + "@exаmple.org"]
)
PHONES = st.sampled_from(["20123456", "33123456 x12", "+44 20 7946 0018", "+39 06 698 83145 lok. 1234567"])


def accepted(field: Any) -> st.SearchStrategy[Any]:
    """What the field makes of a text that it takes."""
    adapter = TypeAdapter(field)

    def validate(text: str) -> str | None:
        try:
            return str(adapter.validate_python(text))
        except ValidationError:
            return None

    return WRITTEN.map(validate).filter(lambda text: text is not None)


def both(field: Any) -> st.SearchStrategy[dict[str, Any]]:
    """A text of an event in both languages."""
    return st.fixed_dictionaries({"da": accepted(field), "en": accepted(field)})


TRAVEL = st.fixed_dictionaries(
    {
        "name_on_id": st.none()
        | st.fixed_dictionaries({"given": accepted(PersonName), "family": accepted(PersonName)}),
        "share_with": accepted(ShortText),
        "emergency_contact": st.fixed_dictionaries({"name": accepted(PersonName), "phone": PHONES}),
    }
)
ATTENDEES = st.fixed_dictionaries(
    {
        "given_name": accepted(PersonName),
        "family_name": accepted(OptionalPersonName),
        "email": ADDRESSES,
        "phone": PHONES,
        "organisation": accepted(OrganisationName),
        "travel": TRAVEL,
        "dietary": st.fixed_dictionaries({"note": accepted(LongText), "consent": st.just(True)}),
    }
).map(Attendee.model_validate)
TEXTS = st.fixed_dictionaries(
    {
        "title": both(TextLine),
        "summary": both(TextLine),
        "description": both(Prose),
        "venue": st.fixed_dictionaries(
            {"name": accepted(TextLine), "address": accepted(TextLine), "note": both(TextLine)}
        ),
        "contact": st.fixed_dictionaries({"name": accepted(TextLine), "email": ADDRESSES}),
        "speakers": st.lists(st.fixed_dictionaries({"name": accepted(TextLine)}), max_size=2),
        "notes": st.fixed_dictionaries({"confirmed": both(PlainText), "event_changed": both(PlainText)}),
    }
)


def dress(event: Event, texts: dict[str, Any]) -> Event:
    """The event with these texts, and the title also on all that people take."""
    document = event.model_dump(mode="json", exclude_none=True) | texts
    for part in (*document["allotments"], *document["legs"], *document["stays"], *document["meals"]):
        part["title"] = texts["title"]
    for leg in document["legs"]:
        leg |= {
            "carrier": texts["title"]["da"],
            "origin": texts["venue"]["name"],
            "meeting_point": texts["summary"],
        }
    for stay in document["stays"]:
        stay["hotel"] = texts["venue"]["address"]
    return Event.model_validate(document)


def come(number: int, attendee: Attendee) -> Registration:
    """A registration of all that the meeting has."""
    needs = ("place", *bornholm.ALL_THE_WAY, bornholm.SHARED if number % 2 else bornholm.SINGLE)
    return builders.registration(attendee, bornholm.EVENT_ID, id=f"r{number}", needs=needs)


@given(texts=TEXTS, attendees=st.lists(ATTENDEES, min_size=1, max_size=3))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_accepted_text_renders_in_every_list(texts: dict[str, Any], attendees: list[Attendee]) -> None:
    """Workbooks open again, pages and badges are set, a CSV has a row for each person, each PNL is in order."""
    event = dress(bornholm.event(), texts)
    people = [come(number, attendee) for number, attendee in enumerate(attendees)]
    manifest = bornholm.manifest(event=event, registrations=people)
    files = render(manifest, bornholm.before()).files
    for name, content in files.items():
        if name.endswith(".xlsx"):
            assert len(openpyxl.load_workbook(io.BytesIO(content)).worksheets) == 8
        elif name.endswith(".pdf"):
            assert len(PdfReader(io.BytesIO(content)).pages) >= 8
        elif name.endswith(".pnl.txt"):
            pnl_reader.read(content.decode("ascii"))
    table = catalogue.build_contact_list(manifest)
    read = list(csv.reader(io.StringIO(files["contacts.csv"].decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [len(row) for row in read] == [len(table.visible_columns)] * (len(people) + 1)
    assert PdfReader(io.BytesIO(badges.render(event, people, bornholm.AS_OF, "da"))).pages
    exported = export.build_table(event, people, Places({}), "da")
    assert csv_lists.render(exported)
    openpyxl.load_workbook(io.BytesIO(xlsx.render_workbook(event.title.da, bornholm.AS_OF, [exported])))


@given(name=st.sampled_from((*FACT_LETTERS, "returned-offer")), texts=TEXTS, attendee=ATTENDEES)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_accepted_text_renders_in_every_mail_and_calendar(
    name: str, texts: dict[str, Any], attendee: Attendee
) -> None:
    """A mail is without defects, and a calendar file can be read."""
    event, who = dress(meeting_for(name), texts), replace(registration_for(name, "da"), attendee=attendee)
    raw = mail_about(name, event, who, "da")
    assert [part.defects for part in message_from_bytes(raw, policy=SMTP).walk() if part.defects] == []
    calendar = render_calendar(event, replace(who, status="confirmed"), LINKS, NOW)
    assert calendar
    assert str(icalendar.Calendar.from_ical(calendar).walk("VEVENT")[0]["organizer"])


FIELDS = (PersonName, OptionalPersonName, OrganisationName, ShortText, LongText, TextLine, Prose, PlainText)


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_a_field_takes_a_fragment_or_says_what_is_wrong(fragment: str) -> None:
    """No text is an error of ours."""
    found = {error for field in FIELDS for error in find_errors(field, fragment)}
    assert found <= {"not_visible", "control_characters", "link", "string_too_short"}


def find_errors(field: Any, text: str) -> list[str]:
    try:
        TypeAdapter(field).validate_python(text)
    except ValidationError as error:
        return [each["type"] for each in error.errors()]
    return []
