"""The participant's pages: what they keep to themselves, and what they say of the journey."""

import re
from typing import Any

import pytest
import yaml

from chalicelib.language import Language
from chalicelib.programme.model import Event
from chalicelib.registration import flows
from chalicelib.registration.model import Registration
from testing import builders, registration_links
from testing.account import ROOT
from testing.registration_links import participant
from testing.world import publish, register
from tests.web.browser import PAGE, get, post_form
from tests.web.desk import extract_text

pytestmark = pytest.mark.usefixtures("memory")

JOURNEY = ("flight_out", "transfer_out", "single_room", "transfer_home", "flight_home")


def bornholm(**capacities: int) -> Event:
    document: dict[str, Any] = yaml.safe_load((ROOT / "infra/programme/doegnmoede-bornholm.yaml").read_text())
    for each in document["allotments"]:
        each["capacity"] = capacities.get(each["name"], each["capacity"])
    return publish(Event.model_validate(document))


def page_of(who: Registration) -> str:
    return get(registration_links.build_link(who.event_id, who.id), **PAGE).body.decode()


def hours(page: str) -> list[tuple[str, str]]:
    """When, and what."""
    return re.findall(r'<span class="hour">([^<]*)</span> <span><strong>([^<]*)</strong>', page)


def test_what_belongs_to_one_person_is_kept_nowhere() -> None:
    """Neither in a cache, nor by a search engine, and no other site hears of the link."""
    who = register(bornholm(), "Anna")
    here = registration_links.build_link(who.event_id, who.id)
    for part in ("", "/change", "/cancel", "/erase", "/personal-data", "/calendar.ics"):
        headers = get(here + part, **PAGE).headers
        assert (part, headers["Cache-Control"], headers["X-Robots-Tag"]) == (part, "no-store", "noindex, nofollow")
        assert part in ("/personal-data", "/calendar.ics") or headers["Referrer-Policy"] == "same-origin"
    answers = [post_form(f"{here}/{what}", {}, **PAGE).headers for what in ("cancellation", "erasure")]
    assert [headers["Cache-Control"] for headers in answers] == ["no-store"] * 2


@pytest.mark.parametrize(
    ("language", "flight", "bus"), [("da", "7.30–8.05", "Foran"), ("en", "7:30–8:05", "In front")]
)
def test_the_page_has_their_own_hours(language: Language, flight: str, bus: str) -> None:
    """Departures with where to meet, the room, meals and talks, in order; of the journey only what they take."""
    event = bornholm()
    flies = page_of(register(event, "Anna", JOURNEY, language=language))
    assert (flight, event.legs[0].title.in_(language)) == hours(flies)[0]
    assert bus in flies
    assert event.stays[0].title.in_(language) in [what for _, what in hours(flies)]
    comes = page_of(register(event, "Bo", language=language))
    assert flight not in comes
    assert len(hours(comes)) == 7


def test_who_waits_has_no_hours_yet() -> None:
    """It says what they have asked for, and that alone."""
    event = bornholm(place=1)
    register(event, "Anna")
    waits = register(event, "Bo", JOURNEY, language="en")
    page = page_of(waits)
    assert "You have asked for" in page
    assert "Your registration covers" not in page
    assert hours(page) == []


def test_who_has_cancelled_has_none_any_more() -> None:
    """Nothing of the journey is left on the page."""
    who = register(bornholm(), "Anna", JOURNEY)
    flows.cancel(participant(who.event_id, who.id), who.registered_at)
    assert hours(page_of(who)) == []


@pytest.mark.parametrize(
    ("mode", "language", "said", "unsaid"),
    [
        ("offer", "en", "Answer it by then: otherwise the place goes to the next in line", "need not do anything"),
        ("offer", "da", "Svar inden da: Ellers går pladsen videre", "behøver ikke gøre noget"),
        ("automatic", "en", "You need not do anything: when it is your turn, you get a mail.", "offer"),
        ("automatic", "da", "Du behøver ikke gøre noget: Når det bliver din tur", "tilbud"),
    ],
)
def test_a_waiting_page_says_if_an_answer_will_be_needed(
    mode: str, language: Language, said: str, unsaid: str
) -> None:
    """Where places are offered, doing nothing loses the place; where they are given, nothing is to be done."""
    event = publish(builders.event(allotments=[builders.allotment("place", 1)], waitlist={"mode": mode}))
    register(event, "Anna", language=language)
    page = extract_text(page_of(register(event, "Bo", language=language)))
    assert said in page
    assert unsaid not in page
