"""Checking in over HTTP."""

import pytest

from chalicelib import clock
from chalicelib.auth.sessions import issue_token
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration
from testing import builders, registration_links
from testing.world import publish, register
from tests.web.browser import PAGE, as_organiser, call, get, post_form

pytestmark = pytest.mark.usefixtures("aws")


def registered() -> tuple[Event, Registration, str]:
    event = publish(builders.event())
    anna = register(event, "Anna")
    return event, anna, f"/organiser/events/{event.id}"


def test_they_are_checked_in_and_listed_so() -> None:
    """With the time; taken back, it is null again."""
    _, anna, here = registered()
    one = f"{here}/registrations/{anna.id}"
    at = "2019-11-01T07:59:00+01:00"
    answer = as_organiser("POST", f"{one}/check-in", {"at": at})
    assert (answer.status_code, answer.json_body["registration"]["checked_in_at"]) == (200, at)
    [listed] = as_organiser("GET", f"{here}/registrations").json_body["registrations"]
    assert listed["checked_in_at"] == at
    assert as_organiser("POST", f"{one}/check-in").json_body["registration"]["checked_in_at"] == at
    assert as_organiser("DELETE", f"{one}/check-in").json_body["registration"]["checked_in_at"] is None


def test_whoever_gives_up_the_place_has_not_come_to_it() -> None:
    """The answer to the cancellation says so already, as every later one does."""
    _, anna, here = registered()
    one = f"{here}/registrations/{anna.id}"
    as_organiser("POST", f"{one}/check-in")
    as_organiser("DELETE", f"{one}/check-in")
    cancelled = as_organiser("POST", f"{one}/cancellation").json_body["registration"]
    read = as_organiser("GET", one).json_body["registration"]
    assert (cancelled["status"], cancelled["checked_in_at"]) == (read["status"], read["checked_in_at"])
    assert cancelled["checked_in_at"] is None


def code_of(event: Event, who: Registration) -> str:
    return registration_links.build_token(event.id, who.id, "code")


def test_the_code_is_an_address_or_the_code_alone() -> None:
    """Whatever a reader makes of it; of another event it is not found, and what is no code neither."""
    event, anna, here = registered()
    other = publish(builders.event("another"))
    bo = register(other, "Bo")
    for code in (
        registration_links.build_link(event.id, anna.id, "code"),
        registration_links.build_token(event.id, anna.id, "code"),
        registration_links.build_token(event.id, anna.id, "code").lower(),
    ):
        answer = as_organiser("POST", f"{here}/check-ins", {"code": code})
        assert (answer.status_code, answer.json_body["registration"]["id"]) == (200, anna.id)
    for code in (
        registration_links.build_link(other.id, bo.id, "code"),
        registration_links.build_link(event.id, anna.id),
        registration_links.build_token(event.id, anna.id, "view"),
        code_of(event, anna)[:26] + code_of(other, bo)[26:],
        "https://example.org/x",
        "x",
    ):
        refused = as_organiser("POST", f"{here}/check-ins", {"code": code})
        assert (refused.status_code, refused.json_body["type"].rpartition("/")[2]) == (404, "not-found")
    assert as_organiser("POST", f"{here}/check-ins", {"code": ""}).status_code == 422


def test_whoever_has_no_place_is_told_so() -> None:
    """409, in the organiser's language; whoever is not there is not found."""
    event = publish(builders.event(allotments=[builders.allotment("place", 0)]))
    anna = register(event, "Anna")
    here = f"/organiser/events/{event.id}/registrations"
    refused = as_organiser("POST", f"{here}/{anna.id}/check-in", Accept_Language="da")
    assert (refused.status_code, refused.json_body["title"]) == (409, "Ingen plads")
    assert as_organiser("POST", f"{here}/nobody/check-in").status_code == 404
    assert as_organiser("DELETE", f"{here}/nobody/check-in").status_code == 404


def test_the_door_knows_names_and_nothing_else() -> None:
    """As JSON with our clock; as a page, by the name that is searched for, whose button leads back to it."""
    event, anna, here = registered()
    register(event, "Bo")
    read = as_organiser("GET", f"{here}/door").json_body
    guests = [{"id": each["id"], "name": each["name"], "came": each["checked_in_at"]} for each in read["guests"]]
    assert guests[0] == {"id": anna.id, "name": "Anna Hansen", "came": None}
    assert [guest["name"] for guest in guests] == ["Anna Hansen", "Bo Hansen"]
    page = as_organiser("GET", f"{here}/door?q=anna&lang=en", **PAGE).body.decode()
    assert "Anna Hansen" in page
    assert [word for word in ("Bo Hansen", "anna@example.org") if word in page] == []
    bearer = {"Authorization": f"Bearer {issue_token('organiser@network.example', clock.now())}"}
    answer = post_form(f"{here}/registrations/{anna.id}/check-in?lang=en", {}, **bearer)
    assert (answer.status_code, answer.headers["Location"].partition("/organiser")[2]) == (
        303,
        f"/events/{event.id}/door?lang=en&done=came",
    )
    assert "is here." in as_organiser("GET", f"{here}/door?q=anna&lang=en", **PAGE).body.decode()


def test_names_stand_in_the_order_of_a_danish_list() -> None:
    """At the door as among the registrations: æ, ø and å last, and aa where å stands."""
    event = publish(builders.event())
    for number, family in enumerate(("Åberg", "Aagaard", "Østergaard", "Zink", "Ærø", "Andersen")):
        register(event, "Bo", family_name=family, email=f"{number}@example.org")
    here = f"/organiser/events/{event.id}"
    door = [guest["name"] for guest in as_organiser("GET", f"{here}/door").json_body["guests"]]
    assert door == ["Bo Andersen", "Bo Zink", "Bo Ærø", "Bo Østergaard", "Bo Åberg", "Bo Aagaard"]
    rows = as_organiser("GET", f"{here}/registrations?format=csv").body.decode("utf-8-sig").splitlines()[1:]
    assert [" ".join(row.split(";")[1::-1]) for row in rows] == door


def test_the_door_runs_its_own_script_and_uses_the_camera() -> None:
    """Of ours alone; a page that needs none forbids them."""
    event, _, here = registered()
    door = as_organiser("GET", f"{here}/door", **PAGE)
    assert "script-src 'self'" in door.headers["Content-Security-Policy"]
    assert door.headers["Permissions-Policy"] == "camera=(self)"
    edit = as_organiser("GET", f"{here}/edit", **PAGE)
    assert "script-src" not in edit.headers["Content-Security-Policy"]
    assert get("/assets/door.js").headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert call("GET", f"/organiser/events/{event.id}/door").status_code == 401


@pytest.mark.parametrize("q", ["ostergard", "Oestergaard ida", "%C3%98sterg%C3%A5rd", "IDA+ann"])
def test_without_script_the_door_finds_any_spelling(q: str) -> None:
    """As the script does, for which the page has the letters."""
    event = publish(builders.event())
    register(event, "Ida-Anne", family_name="Østergård", email="ida@example.org")
    register(event, "Bo")
    page = as_organiser("GET", f"/organiser/events/{event.id}/door?q={q}", **PAGE).body.decode()
    assert ["<strong>Ida-Anne Østergård</strong>" in page, "<strong>Bo Hansen</strong>" in page] == [True, False]
    assert "&#34;Ø&#34;: &#34;OE&#34;" in page
