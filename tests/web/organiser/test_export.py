"""Registrations as spreadsheets, and the audit log in words."""

import base64
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest

from chalicelib import clock, facts
from chalicelib.travel import flows as manifests
from chalicelib.web.organiser import export
from chalicelib.web.organiser.export import MEDIA_TYPES, Format
from testing import builders
from testing.world import publish_with_places, register
from tests.web.browser import PAGE, as_organiser
from tests.web.desk import EVENT, EVENT_URL, extract_text, get_page, send

pytestmark = pytest.mark.usefixtures("quick_aws")

HOUR = timedelta(hours=1)
LIST = f"{EVENT_URL}/registrations"
HEADINGS = (
    "Family name;Given name;How it stands;Waits for;room;"
    "Email address;Phone;Organisation;Sector;Language;Registered at;Came at"
)


def people() -> dict[str, str]:
    """A participant with all details and a formula for a name, and one who waits; their ids."""
    event = publish_with_places(1, builders.allotment("room", 1))
    evil: dict[str, Any] = {
        "email": "anna@example.org",
        "organisation": "=1+1",
        "sector": "state",
        "phone": "20 12 34 56",
        "dietary": {"allergens": ["nuts"], "consent": True},
    }
    who = {
        "Anna": register(event, "Anna", ("room",), **evil),
        "Åse": register(event, "Åse", email="aase@example.org"),
    }
    return {name: each.id for name, each in who.items()}


def test_csv_opens_in_danish_excel_and_runs_nothing() -> None:
    """With BOM, semicolons and CRLF; by `format`, or by what is accepted; of those searched for."""
    people()
    answer = as_organiser("GET", f"{LIST}?format=csv&lang=en")
    rows = answer.body.decode("utf-8-sig").split("\r\n")
    assert (answer.body[:3], rows[0]) == (b"\xef\xbb\xbf", HEADINGS)
    assert (
        rows[1]
        == "Hansen;Anna;registered;;1;anna@example.org;(+45) 20 12 34 56;'=1+1;State;Danish;01-11-2019 08:00;"
    )
    assert rows[2].startswith("Hansen;Åse;waits;place;;aase@example.org;")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{EVENT}.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert as_organiser("GET", f"{LIST}?lang=en", Accept="text/csv").body == answer.body
    waiting = as_organiser("GET", f"{LIST}?format=csv&status=waiting&q=", **PAGE).body.decode()
    assert [line.split(";")[1] for line in waiting.splitlines()[1:]] == ["Åse"]


def test_the_workbook_has_text_where_excel_would_see_a_formula() -> None:
    """The same rows, in the language asked for."""
    people()
    answer = as_organiser("GET", LIST, Accept=MEDIA_TYPES["xlsx"])
    assert answer.headers["Content-Type"] == MEDIA_TYPES["xlsx"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.body))["Tilmeldinger"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[:4] for row in rows] == [
        ["Efternavn", "Fornavn", "Status", "Venter på"],
        ["Hansen", "Anna", "tilmeldt", None],
        ["Hansen", "Åse", "venter", "place"],
    ]
    assert (sheet["H2"].value, sheet["H2"].data_type) == ("=1+1", "s")
    assert b"nuts" not in answer.body
    assert as_organiser("GET", f"{LIST}?format=xlsx&lang=da", **PAGE).body[:2] == b"PK"


def test_scripts_get_json_as_before() -> None:
    """Whatever else they accept."""
    people()
    for accept in ({}, {"Accept": "*/*"}, {"Accept": "application/json, text/html"}):
        assert len(as_organiser("GET", LIST, **accept).json_body["registrations"]) == 2


def test_the_journal_says_who_did_what_to_whom() -> None:
    """The latest first, in the reader's language; for scripts as well."""
    ids = people()
    person = f"{LIST}/{ids['Åse']}"
    send(f"{person}/priority", {"priority": "2", "reason": "Langt at rejse"})
    clock.advance(HOUR)
    send(f"{LIST}/{ids['Anna']}/cancellation", {"reason": "Syg"})
    clock.advance(HOUR)
    send(f"{EVENT_URL}/manifests", {})
    manifests.build(facts.ManifestRequested(event_id=EVENT, at="", version=1), clock.now())
    clock.advance(HOUR)
    send(f"{EVENT_URL}/manifests/1/sent", {"sent_to": "hotel"})
    entries = as_organiser("GET", f"{EVENT_URL}/journal", Accept_Language="en").json_body["entries"]
    by = "organiser@network.example"
    assert [(entry["name"], entry["text"]) for entry in entries] == [
        (None, f"{by} sent version 1 of the lists to the hotel."),
        (None, f"{by} had version 1 of the lists built."),
        ("Anna Hansen", f"Cancelled by {by}, because: Syg"),
        ("Åse Hansen", f"Given priority 2 in the line by {by}, because: Langt at rejse"),
    ]
    assert "Anna Hansen : Afmeldt af organiser@network.example, fordi: Syg" in extract_text(
        get_page(f"{EVENT_URL}/journal", "da")
    )


def test_a_journal_may_be_empty() -> None:
    """The page of an empty audit log says so."""
    people()
    assert "Nothing yet." in get_page(f"{EVENT_URL}/journal")


LARGEST_ANSWER = 6 * 1024 * 1024  #: bytes that a function may answer with, base64 included


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_ten_thousand_registrations_fit_into_one_answer(kind: Format) -> None:
    """With long names, addresses and organisations, and room to spare."""
    event = publish_with_places(1, *(builders.allotment(f"thing{number}", 1) for number in range(6)))
    who = builders.attendee(
        "Christoffer Alexander",
        "Østergaard-Jørgensen",
        email="christoffer.alexander.oestergaard@forvaltningen.kommune.example",
        organisation="Københavns Kommune, Økonomiforvaltningen, Center for Økonomi",
        phone="20 12 34 56",
        sector="municipality",
    )
    registrations = [builders.registration(who, needs=tuple(event.capacities))] * 10_000
    content = export.build_file(kind, event, registrations, clock.now(), "da")
    assert len(base64.b64encode(content)) < LARGEST_ANSWER * 3 / 4
