"""The organisers' pages, as a browser asks for them and posts their forms."""

import re
from typing import Any

import pytest

from chalicelib import clock, facts
from chalicelib.language import LANGUAGES
from chalicelib.programme import store as programme_store
from chalicelib.registration import changing, flows, store
from chalicelib.registration.access import Access
from chalicelib.registration.changing import ChangeRequest
from chalicelib.travel import flows as manifests
from testing import builders
from testing.registration_links import participant
from testing.world import check_counters, publish, publish_with_places, read_statuses, register
from tests.web.browser import call
from tests.web.desk import (
    EVENT,
    EVENT_URL,
    build_expected_redirect,
    build_manifest,
    build_session_headers,
    extract_text,
    get_page,
    read_redirect,
    send,
)

pytestmark = pytest.mark.usefixtures("quick_aws")


def everybody() -> dict[str, Any]:
    """An event with one who came, one who waits, and a hold; their ids by name."""
    event = publish_with_places(2, builders.allotment("room", 1))
    held = {"form": "hold-new", "name": "Talere & gæster", "units.place": "1"}
    assert send(f"{EVENT_URL}/holds", held).status_code == 303
    return {name: register(event, name).id for name in ("Anna", "Bo")}


PAGES = (
    "",
    "/registrations",
    "/registrations/{Anna}",
    "/registrations/{Bo}",
    "/manifests",
    "/problems",
    "/edit",
    "/journal",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_whole_private_and_small(language: str) -> None:
    """No script but our own file, nothing from elsewhere, no inline style, every field labelled, under 40 KB, kept
    nowhere."""
    ids = everybody()
    for path in ("/organiser", *(EVENT_URL + path.format(**ids) for path in PAGES)):
        answer = call("GET", f"{path}?lang={language}", headers=build_session_headers())
        page = answer.body.decode()
        assert (answer.status_code, f'<html lang="{language}">' in page) == (200, True)
        assert (
            re.findall(r"<script(?! src=\"/assets/live\.js)|style=| on[a-z]+=|https?://(?!tilmelding)", page) == []
        )
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert answer.headers["Cache-Control"] == "no-store"
        assert len(answer.body) < 40_000
        fields = re.findall(r'<(?:input|select|textarea) (?:[^>]* )?id="([^"]+)"', page)
        assert sorted(fields) == sorted(set(re.findall(r'<label for="([^"]+)"', page)))
        assert len(set(ids_of := re.findall(r' id="([^"]+)"', page))) == len(ids_of)


def test_the_overview_counts_in_words() -> None:
    """Beside each bar: taken, set aside, free, waiting."""
    everybody()
    assert "place 1 of 2 taken · 1 set aside · 0 free · 1 waiting" in extract_text(get_page("/organiser"))
    assert "place 1 af 2 taget · 1 holdt tilbage · 0 ledige · 1 venter" in extract_text(
        get_page("/organiser", "da")
    )


def test_an_event_says_who_waits_and_why() -> None:
    """Their place, what they wait for, and what is short; the hold by its name."""
    everybody()
    page = extract_text(get_page(EVENT_URL))
    assert "1 Bo Hansen waits for: place Too little is free: place. Since Friday 1 November 2019" in page
    assert "Talere &amp; gæster: 1 in all" in page


def test_a_capacity_is_raised_by_form() -> None:
    """The way leads back to the event, which says so; done twice, it is done once."""
    everybody()
    for _ in range(2):
        assert read_redirect(send(f"{EVENT_URL}/allotments/place", {"capacity": "5"})) == build_expected_redirect(
            EVENT_URL, "capacity"
        )
    assert store.read_places(EVENT).count_free("place") == 3
    assert "The capacity is changed." in get_page(f"{EVENT_URL}?done=capacity")


def test_lowering_below_what_is_taken_asks_first() -> None:
    """The question says what it means; yes sends it once more."""
    event = publish_with_places(2)
    for name in ("Anna", "Bo"):
        register(event, name)
    asked = send(f"{EVENT_URL}/allotments/place", {"capacity": "1"})
    page = asked.body.decode()
    assert (asked.status_code, programme_store.read_current(EVENT).event.capacities) == (409, {"place": 2})
    assert "Lower it to 1 all the same? place: 2 are taken or set aside" in extract_text(page)
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', page))
    assert kept == {"capacity": "1", "confirm": "true"}
    assert read_redirect(send(f"{EVENT_URL}/allotments/place", kept)) == build_expected_redirect(
        EVENT_URL, "capacity"
    )
    check_counters(EVENT, overbooked=True)


BAD = [
    ("/allotments/place", {"capacity": "many"}, "capacity-place", "capacity", "This must be a whole number."),
    ("/allotments/place", {"capacity": "-1"}, "capacity-place", "capacity", "This must be at least 0."),
    ("/allotments/place", {}, "capacity-place", "capacity", "Please fill this in."),
    ("/holds", {"form": "hold-new", "units.place": "1"}, "hold-new", "name", "Please fill this in."),
    ("/holds", {"form": "hold-new", "name": "x", "units.place": "y"}, "hold-new", "units.place", "whole number"),
    ("/registrations/{Bo}/promotion", {}, "promoted", "reason", "Please fill this in."),
    ("/registrations/{Bo}/priority", {"priority": "1"}, "prioritised", "reason", "Please fill this in."),
    ("/registrations/{Anna}/cancellation", {"reason": " "}, "cancelled", "reason", "Please fill this in."),
]


@pytest.mark.parametrize(("path", "fields", "form", "field", "message"), BAD)
def test_a_form_comes_back_with_its_errors(
    path: str, fields: dict[str, str], form: str, field: str, message: str
) -> None:
    """422, what was written kept, a summary that leads to the field, the form unfolded."""
    ids = everybody()
    answer = send(EVENT_URL + path.format(**ids), fields)
    page = answer.body.decode()
    assert (answer.status_code, f'<a href="#{form}-{field}">' in page) == (422, True)
    assert re.search(rf'<span class="error" id="{form}-{field}-error">[^<]*{message}', page)
    assert f'aria-describedby="{form}-{field}-error"' in page
    assert "<details open>" in page
    assert "<title>Error:" in page


def test_a_hold_is_changed_and_given_up() -> None:
    """More than is free is refused; none at all gives it up. A name with other signs is the same for scripts."""
    everybody()
    name = "Talere & gæster"
    refused = send(f"{EVENT_URL}/holds", {"form": "hold-1", "name": name, "units.place": "2"})
    assert (refused.status_code, "There is none left" in refused.body.decode()) == (409, True)
    assert read_redirect(send(f"{EVENT_URL}/holds", {"form": "hold-1", "name": name})) == build_expected_redirect(
        EVENT_URL, "hold"
    )
    assert store.read_places(EVENT).holds.get(name, {}) == {}
    scripted = call(
        "PUT", f"{EVENT_URL}/holds/Talere%20%26%20g%C3%A6ster", {"units": {"room": 1}}, build_session_headers()
    )
    assert scripted.json_body == {"holds": [{"name": name, "units": {"room": 1}}]}


def test_the_event_is_counted_anew_by_form() -> None:
    """It leads back and says so."""
    everybody()
    assert read_redirect(send(f"{EVENT_URL}/recount", {"repair": "true"})) == build_expected_redirect(
        EVENT_URL, "recounted"
    )


def test_registrations_are_searched_in_the_order_of_names() -> None:
    """By state and text, fifty on a page."""
    event = publish(builders.event(allotments=[builders.allotment("place", 51)]))
    for number in range(51):
        register(event, f"P{number:02}")
    register(event, "Åse", email="aase@example.org")
    first = get_page(f"{EVENT_URL}/registrations")
    assert re.findall(r">Hansen, ([^<]+)</a>", first) == [f"P{number:02}" for number in range(50)]
    assert "52 registrations. Page 1 of 2." in extract_text(first)
    assert re.findall(r">Hansen, ([^<]+)</a>", get_page(f"{EVENT_URL}/registrations?page=2")) == ["P50", "Åse"]
    assert "1 registration." in extract_text(get_page(f"{EVENT_URL}/registrations?q=AASE@&status="))
    found = get_page(f"{EVENT_URL}/registrations?q=%C3%A5se&status=waiting")
    assert "1 registration." in extract_text(found)
    assert "waits number 1 in line for: place" in extract_text(found)
    assert get_page(f"{EVENT_URL}/registrations?q=nobody").count("<table>") == 0


def test_a_person_is_let_in_with_a_reason() -> None:
    """Beyond what is free it asks first, keeping the reason; a second click changes nothing."""
    ids = everybody()
    person = f"{EVENT_URL}/registrations/{ids['Bo']}"
    asked = send(f"{person}/promotion", {"reason": "Holder oplæg"})
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)">', asked.body.decode()))
    assert (asked.status_code, kept) == (409, {"reason": "Holder oplæg", "confirm": "true"})
    for _ in range(2):
        assert read_redirect(send(f"{person}/promotion", kept)) == build_expected_redirect(person, "promoted")
    assert "Promoted out of turn by organiser@network.example, because: Holder oplæg" in get_page(person)


def test_a_person_is_let_in_from_a_hold() -> None:
    """The page offers the hold by its name."""
    ids = everybody()
    person = f"{EVENT_URL}/registrations/{ids['Bo']}"
    assert '<option value="Talere &amp; gæster">' in get_page(person)
    given = send(f"{person}/promotion", {"reason": "Taler", "hold": "Talere & gæster"})
    assert read_redirect(given) == build_expected_redirect(person, "promoted")
    check_counters(EVENT)


def test_a_wish_is_given_once() -> None:
    """A second click on the same form finds it done."""
    event = publish_with_places(2, builders.allotment("bed", 2, "sleep"), builders.allotment("room", 1, "sleep"))
    register(event, "First", ("room",))
    anna = register(event, "Anna", ("bed",))
    changing.change(event, participant(event.id, anna.id), ChangeRequest({}, None, ("room",)), clock.now())
    person = f"{EVENT_URL}/registrations/{anna.id}"
    assert "Waits for: room. Number 1 in line." in extract_text(get_page(person))
    fields = {"reason": "Syg", "wait_for": "room", "confirm": "true"}
    for _ in range(2):
        assert read_redirect(send(f"{person}/promotion", fields)) == build_expected_redirect(person, "promoted")
    assert flows.load_registration(Access(EVENT, anna.id)).needs == ("place", "room")


def test_a_person_is_moved_cancelled_and_written_to() -> None:
    """Each leads back to their page, which says what happened; the mail at most once a minute."""
    ids = everybody()
    person = f"{EVENT_URL}/registrations/{ids['Bo']}"
    moved = send(f"{person}/priority", {"priority": "1", "reason": "Lang rejse"})
    assert read_redirect(moved) == build_expected_redirect(person, "prioritised")
    for _ in range(2):
        assert read_redirect(send(f"{person}/mail", {})) == build_expected_redirect(person, "mail")
    assert read_redirect(send(f"{person}/cancellation", {"reason": "Syg"})) == build_expected_redirect(
        person, "cancelled"
    )
    told = extract_text(get_page(person)).partition("What happened")[2]
    assert [part in told for part in ("Given priority 1", "latest mail sent once more", "because: Syg")] == [
        True
    ] * 3
    assert told.count("latest mail sent once more") == 1
    refused = send(f"{person}/priority", {"priority": "1", "reason": "For sent"})
    assert (refused.status_code, "This registration waits for nothing." in refused.body.decode()) == (409, True)
    assert read_statuses(flows.load_registration(Access(EVENT, ids["Bo"]))) == ["cancelled"]


def test_a_persons_page_says_nothing_about_health() -> None:
    """Neither food nor assistance; what people write is shown as written."""
    event = publish(builders.event())
    travel = {"special_assistance": ["WCHR"], "title": "MS", "share_with": "<b>Bo</b>"}
    dietary = {"allergens": ["nuts"], "consent": True}
    who = register(event, "Anna", travel=travel, dietary=dietary)
    page = get_page(f"{EVENT_URL}/registrations/{who.id}")
    assert "&lt;b&gt;Bo&lt;/b&gt;" in page
    assert re.findall("(?i)wchr|nuts", page) == []


def test_lists_are_built_looked_at_and_sent() -> None:
    """Asked for twice it is one version; then its files, whom to ask about what, what changed, to whom it went."""
    leg = {
        "name": "flight_out", "kind": "flight", "title": {"da": "Ud", "en": "Out"}, "carrier": "DAT",
        "number": "DX123", "origin": "København", "destination": "Rønne", "origin_code": "CPH",
        "destination_code": "RNE", "departs": "2020-05-05T07:30", "arrives": "2020-05-05T08:05",
    }  # fmt: skip
    seats = [builders.allotment("place", 9), builders.allotment("flight_out", 9)]
    event = publish(builders.event(allotments=seats, legs=[leg]))
    who = register(event, "Anna", ("flight_out",))
    lists = f"{EVENT_URL}/manifests"
    assert "No lists have been built yet." in get_page(lists)
    for _ in range(2):
        assert read_redirect(send(lists, {})) == build_expected_redirect(lists, "asked")
    assert "being built" in get_page(lists)
    [asked] = manifests.list_versions(EVENT)
    build_manifest(1, asked.requested_at)
    page = get_page(lists)
    assert f'href="{lists}/1/manifest.xlsx?lang=en"' in page
    assert "Ask the traveller (2)" in extract_text(page)
    assert (
        f'<a href="{EVENT_URL}/registrations/{who.id}?lang=en">Anna Hansen</a>: There is no phone number' in page
    )
    assert "2 things to look at before the lists are sent." in extract_text(get_page("/organiser"))
    assert "The airline hears of assistance by Sunday 3 May 2020, 7:30" in extract_text(page)
    assert read_redirect(send(f"{EVENT_URL}/mails", {"kind": "missing-details"})) == build_expected_redirect(
        lists, "details"
    )
    assert read_redirect(send(f"{lists}/1/sent", {"sent_to": "airline"})) == build_expected_redirect(
        f"{lists}/1", "sent"
    )
    register(event, "Bo", ("flight_out",), phone="20 12 34 56")
    send(lists, {})
    build_manifest(2, manifests.list_versions(EVENT)[0].requested_at)
    page = extract_text(get_page(lists))
    assert "Version 2 ready, as of Friday 1 November 2019" in page
    assert "Since version 1: 1 new, 0 gone, 0 changed." in page
    assert "Sent: the airline (Friday 1 November 2019" in extract_text(get_page(f"{lists}/1"))


def test_a_build_that_failed_is_something_to_do() -> None:
    """On the overview, with the way to build it anew."""
    event = publish(builders.event())
    send(f"{EVENT_URL}/manifests", {})
    manifests.give_up(facts.ManifestRequested(event_id=event.id, at="", version=1), clock.now())
    assert "Things to do Version 1 of the lists could not be built. Build them once more" in extract_text(
        get_page("/organiser")
    )


def test_who_comes_who_waits_and_the_manifest_are_two_clicks_away() -> None:
    """By links that say so, on the overview and on the event's page."""
    everybody()
    names = ("Who comes", "Who waits, and why", "Lists (manifest)")
    for path in ("/organiser", EVENT_URL):
        links = {said: where for where, said in re.findall(r'href="([^"]*)">([^<]+)<', get_page(path))}
        comes, waits, lists = (links[name] for name in names)
        assert comes == f"{EVENT_URL}/registrations?lang=en&amp;status=confirmed"
        assert waits in (f"{EVENT_URL}?lang=en#waitlist", "#waitlist")
        assert lists == f"{EVENT_URL}/manifests?lang=en"
    assert '<div id="waitlist"' in get_page(EVENT_URL)
