"""Labels of fields, and deadlines on the pages: all for the organiser, their own for the participant."""

from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.web.organiser import event_labels
from testing import builders, registration_links
from testing.world import publish, register
from tests.web.browser import PAGE, call
from tests.web.desk import EVENT, EVENT_URL, extract_text, get_page
from tests.web.organiser.test_event_form import WHOLE

pytestmark = pytest.mark.usefixtures("memory")

DEADLINES = {
    "names": "2019-11-20T12:00",
    "rooms": "2019-11-03T12:00",
    "releases": [
        {"at": "2019-10-20T12:00", "title": {"da": "Halvdelen af værelserne", "en": "Half of the rooms"}}
    ],
}
SAID = (
    "Until then: Half of the rooms Sunday 20 October 2019, 12:00 (passed)"
    " The hotel wants names and rooms by Sunday 3 November 2019, 12:00 (soon)"
    " The airline wants the names by Wednesday 20 November 2019, 12:00"
)


def test_an_organiser_sees_them_all_in_order() -> None:
    """The organiser sees them on the event's page and with the lists, marked as near or passed."""
    publish(builders.event(**WHOLE | {"deadlines": DEADLINES}))
    assert SAID in extract_text(get_page(EVENT_URL))
    assert SAID in extract_text(get_page(f"{EVENT_URL}/manifests"))
    publish(builders.event("evening"))
    assert '<dl class="dates">' not in get_page("/organiser/events/evening")


def shown_to(name: str, *needs: str) -> str:
    who = register(builders.event(**WHOLE | {"deadlines": DEADLINES}), name, needs, language="en")
    return extract_text(call("GET", registration_links.build_link(EVENT, who.id), headers=PAGE).body.decode())


def test_whoever_comes_sees_what_concerns_them() -> None:
    """A participant on a list sees until when they can change it, then whom to write to; others see nothing."""
    publish(builders.event(**WHOLE | {"deadlines": DEADLINES}))
    flies, stays, neither = shown_to("Anna", "fly"), shown_to("Bo", "room"), shown_to("Carl")
    assert "Until Wednesday 20 November 2019, 12:00 you can change your name and your flights yourself." in flies
    assert "Until Sunday 3 November 2019, 12:00 you can change your name and your room yourself." in stays
    assert [("hotel has" in each, "airline has" in each) for each in (flies, stays, neither)] == [
        (False, True),
        (True, False),
        (False, False),
    ]
    clock.start_at(clock.now() + timedelta(days=30))
    both = shown_to("Dorte", "fly", "room")
    assert (
        "Whoever wants to change their name or flights now writes to Netværket at netvaerk@network.example" in both
    )
    assert "Whoever wants to change their name or room now writes to Netværket" in both


def test_a_text_in_two_languages_is_labelled_with_the_one_that_is_meant() -> None:
    """An error at one of them names it as the log of changes does; a field of no language stays as it is."""
    assert event_labels.label_field("title.en", "da") == "Titel (Engelsk)"
    assert event_labels.label_field("sessions.0.title.da", "en") == "Title (Danish)"
    assert event_labels.label_field("starts_at", "en") == "Begins"
