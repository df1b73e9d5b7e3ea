"""Changes over HTTP after airline and hotel have the lists."""

from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.registration import store
from chalicelib.registration.model import Registration
from testing import bornholm, builders
from testing.bornholm import EVENT_ID
from testing.world import publish
from tests.web.browser import FORM, PAGE, as_organiser, call, get, post

pytestmark = pytest.mark.usefixtures("aws")

DUE = bornholm.event(deadlines={"names": "2020-03-01T12:00"})
AFTER = timedelta(days=122)


def registered() -> str:
    """The link of somebody who flies, when the names have been due."""
    publish(DUE)
    person = builders.person("Anna", "Hansen", needs=["flight_out"])
    link: str = post(f"/events/{EVENT_ID}/registrations", person).json_body["registration"]["links"]["self"]
    clock.advance(AFTER)
    return link


def stored() -> Registration:
    [found] = store.list_registrations(EVENT_ID)
    return found


def test_a_late_change_needs_the_organiser() -> None:
    """409, with the fields and whom to write to, in either language; nothing of the change is made."""
    link = registered()
    sent = {"given_name": "Anne", "organisation": "Askov", "travel": {"title": "MS"}}
    danish, english = (call("PATCH", link, sent, {"Accept-Language": language}) for language in ("da", "en"))
    assert (english.status_code, english.json_body["type"].rpartition("/")[2]) == (409, "lists-are-out")
    assert english.json_body["detail"] == (
        "It is too late to change this yourself."
        " Write to Netværket at netvaerk@network.example: they can still change it."
    )
    assert danish.json_body["detail"] != english.json_body["detail"]
    assert [each["field"] for each in english.json_body["errors"]] == ["given_name", "travel.title"]
    assert (stored().attendee.name, stored().attendee.organisation) == ("Anna Hansen", None)


def test_what_no_list_has_is_still_changed() -> None:
    """Also when it is sent together with what is the same as before."""
    link = registered()
    answer = call("PATCH", link, {"given_name": "Anna", "phone": "20123456"})
    assert (answer.status_code, stored().attendee.phone) == (200, "+4520123456")


def test_the_form_says_so() -> None:
    """The page comes again with what was written, and with whom to write to."""
    link = registered()
    fields = "given_name=Anne&family_name=Hansen&email=anna.hansen%40example.org&language=da"
    answer = call("POST", f"{link}/change", fields.encode(), FORM | PAGE)
    assert (answer.status_code, stored().attendee.given_name) == (409, "Anna")
    page = answer.body.decode()
    assert "netvaerk@network.example" in page
    assert 'value="Anne"' in page


def test_the_organiser_changes_it() -> None:
    """And the history says who did."""
    registered()
    link = f"/organiser/events/{EVENT_ID}/registrations/{stored().id}"
    answer = as_organiser("PATCH", link, {"travel": {"name_on_id": {"given": "Anne", "family": "Hansen"}}})
    assert answer.status_code == 200
    assert stored().attendee.model_dump()["travel"]["name_on_id"] == {"given": "Anne", "family": "Hansen"}
    *_, entry = as_organiser("GET", link, Accept_Language="en").json_body["registration"]["history"]
    assert entry["text"].startswith("Changed by organiser@network.example: ")


def test_a_stranger_does_not() -> None:
    """401, and nothing is told."""
    registered()
    assert call("PATCH", f"/organiser/events/{EVENT_ID}/registrations/{stored().id}", {}).status_code == 401


def test_cancelling_is_always_possible() -> None:
    """Whoever cannot come says so themselves."""
    link = registered()
    assert post(f"{link}/cancellation").status_code == 200
    assert get(link).json_body["registration"]["status"] == "cancelled"


def test_deadlines_stand_beside_the_manifests() -> None:
    """With how each stands now."""
    registered()
    shown = as_organiser("GET", f"/organiser/events/{EVENT_ID}/manifests").json_body["deadlines"]
    assert shown == [{"kind": "names", "at": "2020-03-01T12:00:00+01:00", "state": "passed", "title": None}]
