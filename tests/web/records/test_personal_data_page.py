"""The page of everything that is held about a participant, for organisers."""

import pytest

from chalicelib.language import Language, get_translator
from testing.world import publish_with_places, register
from tests.retention.marked import meeting
from tests.web.browser import as_organiser
from tests.web.desk import extract_text, get_page
from tests.web.markup import find_errors

pytestmark = pytest.mark.usefixtures("quick_aws")


@pytest.mark.parametrize("language", ["da", "en"])
def test_an_organiser_answers_a_request_for_access(language: Language) -> None:
    """The page is in the organiser's language, has what the file has, and names no other participant."""
    event = meeting()
    [found] = as_organiser("GET", f"/organiser/events/{event.id}/registrations?q=MARKANNA").json_body[
        "registrations"
    ]
    path = f"/organiser/events/{event.id}/registrations/{found['id']}"
    assert f"{path}/personal-data?lang={language}" in get_page(path, language)
    page = get_page(f"{path}/personal-data", language)
    shown = extract_text(page)
    assert find_errors(page) == []
    assert [word for word in ("MARKDIET", "MARKPNR", "MARKREASON", "MARKSHARE") if word not in shown] == []
    assert "ZZZZZZ" not in shown
    for sentence in (
        "What organisers did and wrote",
        "Lists for airline, hotel, bus and kitchen",
        "another participant",
    ):
        assert get_translator(language)(sentence) in shown


def test_one_who_waits_reads_since_when() -> None:
    """What is waited for stands there in words, with the priority."""
    event = publish_with_places(0)
    anna = register(event, "Anna")
    shown = extract_text(get_page(f"/organiser/events/{event.id}/registrations/{anna.id}/personal-data"))
    assert "On the waiting list place since Friday 1 November 2019, 8:00, priority 5 of 9 (5 is ordinary)" in shown
