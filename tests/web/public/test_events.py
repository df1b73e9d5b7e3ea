"""The programme, the service's own description, and the pages."""

import re
from datetime import datetime, timedelta

import pytest

from app import app
from chalicelib import clock
from chalicelib.language import LANGUAGES
from chalicelib.programme import dates
from testing import builders, registration_links
from testing.world import publish, register
from tests.web.browser import PAGE, get
from tests.web.desk import EVENT_URL, extract_text, get_page

pytestmark = pytest.mark.usefixtures("aws")

EVENT = "leverandoerernes-oenskeseddel"


def test_events_have_their_counts_in_the_language_asked_for() -> None:
    """The shape that callers rely on, in Danish unless English is asked for."""
    register(publish(builders.event()), "Anna")
    [shown] = get("/events").json_body["events"]
    assert shown == get(f"/events/{EVENT}").json_body
    assert shown | {"description": ""} == {
        "id": EVENT,
        "title": "Leverandørernes ønskeseddel",
        "summary": "Hvad leverandører ønsker sig.",
        "description": "",
        "starts_at": "2020-05-05T15:00:00+02:00",
        "ends_at": "2020-05-05T18:00:00+02:00",
        "venue": {"name": "Ubbes Vinbar", "address": "Ny Vestergade 1, 1471 København K", "note": None},
        "speakers": [{"name": "Helle Øbo", "role": None, "organisation": "Askovfonden"}],
        "registration": {
            "opens_at": "2019-10-01T08:00:00+02:00",
            "closes_at": "2020-05-04T12:00:00+02:00",
            "is_open": True,
        },
        "allotments": [{"title": "Plads", "name": "place", "capacity": 30, "taken": 1, "waiting": 0, "left": 29}],
    }
    assert get(f"/events/{EVENT}?lang=en").json_body["title"] == "The suppliers' wish list"
    assert get(f"/events/{EVENT}", Accept_Language="en-GB,da;q=0.5").json_body["title"].startswith("The")


@pytest.mark.parametrize(
    ("window", "until"),
    [
        (("2019-10-01T08:00", "2020-05-04T12:00"), "2020-05-04T12:00:00+02:00"),
        (("2019-10-01T08:00", "2020-05-05T15:00"), "2020-05-05T15:00:00+02:00"),
        (("2019-10-01T08:00", "2020-05-05T15:01"), "2020-05-05T15:00:00+02:00"),
        (("2019-10-01T08:00", "2021-01-01T00:00"), "2020-05-05T15:00:00+02:00"),
        (("2019-10-01T08:00", "2020-05-05T14:30+01:00"), "2020-05-05T15:00:00+02:00"),
    ],
    ids=["before it", "as it begins", "a minute later", "the year after", "in another zone"],
)
def test_registration_is_open_until_the_event_begins_at_the_latest(window: tuple[str, str], until: str) -> None:
    """Pages, JSON and the organiser's deadlines name the moment that counts, whatever the window says."""
    opens_at, closes_at = window
    event = publish(builders.event(registration={"opens_at": opens_at, "closes_at": closes_at}))
    said = dates.format_date_time(datetime.fromisoformat(until), "en")
    assert get(f"/events/{EVENT}").json_body["registration"]["closes_at"] == until
    assert f"Registration is open until {said}." in get(f"/events/{EVENT}?lang=en", **PAGE).body.decode()
    assert f"Registration is open until {said}." in extract_text(get_page(EVENT_URL))
    assert f"Registration closes {said}" in extract_text(get_page(f"{EVENT_URL}/manifests"))
    assert event.is_registration_open(datetime.fromisoformat(until) - timedelta(seconds=1))
    assert not event.is_registration_open(datetime.fromisoformat(until))


def test_a_window_that_opens_after_the_beginning_never_opens() -> None:
    """It is not announced as if one could register then."""
    publish(builders.event(registration={"opens_at": "2020-05-05T16:00", "closes_at": "2020-05-05T17:00"}))
    assert "Registration is closed." in get(f"/events/{EVENT}?lang=en", **PAGE).body.decode()


def test_an_unknown_event_is_404_as_document_and_as_page() -> None:
    """A browser is told in a page, a program in a problem document."""
    assert get("/events/moon").json_body["type"].endswith("/event-not-found")
    page = get("/events/moon", **PAGE)
    assert (page.status_code, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_health_says_the_version() -> None:
    """200 and the version."""
    assert get("/health").json_body == {"status": "ok", "version": "0.1.0"}


def test_every_route_is_described_and_nothing_else() -> None:
    """The OpenAPI description and the app's routes are the same."""
    description = get("/openapi.json").json_body
    described = {
        (path, method.upper())
        for path, operations in description["paths"].items()
        for method in operations
        if method != "parameters"
    }
    assert described == {(path, method) for path, methods in app.routes.items() for method in methods}
    assert description["openapi"] == "3.1.0"


def test_the_description_refers_to_what_it_has() -> None:
    """Every reference in the description leads to a schema."""
    text = get("/openapi.json").body.decode()
    schemas = get("/openapi.json").json_body["components"]["schemas"]
    assert set(re.findall(r"#/components/schemas/(\w+)", text)) <= set(schemas)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_whole_and_bring_no_script(language: str) -> None:
    """Programme and form, in both languages: no script, nothing from elsewhere, every field labelled."""
    rooms = [builders.allotment("place", 1), builders.allotment("room", 1)]
    publish(builders.event(allotments=rooms))
    for path in ("/", "/events", f"/events/{EVENT}"):
        answer = get(f"{path}?lang={language}", **PAGE)
        page = answer.body.decode()
        assert f'<html lang="{language}">' in page
        assert "<script" not in page
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        labelled = set(re.findall(r'<label for="([^"]+)"', page))
        assert set(re.findall(r'<(?:input|select) [^>]*id="([^"]+)"', page)) == labelled
    assert get("/assets/style.css").headers["Content-Type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize("at", ["2019-09-01T08:00+02:00", "2019-11-01T08:00+01:00", "2020-05-06T08:00+02:00"])
def test_the_contact_stands_on_the_events_page(at: str) -> None:
    """Before registration opens, while it is open and afterwards: the page on privacy sends people there."""
    publish(builders.event())
    clock.start_at(datetime.fromisoformat(at))
    page = get(f"/events/{EVENT}?lang=en", **PAGE).body.decode()
    assert "Questions? Write to Netværket:" in page
    assert '<a href="mailto:netvaerk@network.example">netvaerk@network.example</a>' in page
    assert "their address stands on the event's page" in get("/privacy?lang=en", **PAGE).body.decode()


def test_a_description_is_shown_in_its_paragraphs() -> None:
    """Parted by empty lines, however a browser or a program wrote them; line ends within stay."""
    text = "First.\r\n \r\nBring:\n- boots\n\n\nLast."
    publish(builders.event(description={"da": text, "en": text}))
    page = get(f"/events/{EVENT}?lang=en", **PAGE).body.decode()
    assert re.findall(r'<p class="prose">([^<]*)</p>', page) == ["First.", "Bring:\n- boots", "Last."]


def test_what_people_write_is_escaped() -> None:
    """A name with markup is shown as it was written."""
    event = publish(builders.event())
    registered = register(event, "<b>Anna</b>", email="anna@example.org")
    page = get(registration_links.build_link(event.id, registered.id), **PAGE)
    assert b"&lt;b&gt;Anna" in page.body
    assert b"<b>Anna" not in page.body
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Referrer-Policy"] == "same-origin"
