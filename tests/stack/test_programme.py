"""Each event of the shipped programme takes registrations, and its mail arrives with a true calendar file."""

import pytest

from testing.calendars import parse_calendars
from testing.system import System, build_email_address

#: Local times of the programme in UTC, as RFC 5545 writes them.
STARTS = {
    "kommunens-interesse": b"20191120T083000Z",
    "erfaringer-fra-finland": b"20200207T083000Z",
    "arena-summit-2020": b"20200326T080000Z",
    "leverandoerernes-oenskeseddel": b"20200505T130000Z",
    "doegnmoede-bornholm": b"20200825T073000Z",
}


def test_the_programme_is_served_whole(system: System) -> None:
    """Five events, open, the earliest first."""
    events = system.get("/events").document["events"]
    shipped = [event for event in events if event["id"] in STARTS]
    assert [event["id"] for event in shipped] == list(STARTS)
    assert all(event["registration"]["is_open"] for event in shipped)


@pytest.mark.parametrize("event_id", STARTS)
@pytest.mark.parametrize("language", ["da", "en"])
def test_a_registration_by_json_is_confirmed_by_mail(system: System, event_id: str, language: str) -> None:
    """201 confirmed; one mail, whose calendar entry starts when the event does, in UTC."""
    name = f"Json{language}"
    registration = system.register(event_id, name, language=language)
    system.wait_until_idle()
    [mail] = system.list_mails_to(build_email_address(event_id, name))
    assert registration["status"] == "confirmed"
    assert mail["Content-Language"] == language
    starts = {entry["DTSTART"].to_ical() for file in parse_calendars(mail) for entry in file.walk("VEVENT")}
    assert STARTS[event_id] in starts
    link = system.find_mailed_link(registration["id"], build_email_address(event_id, name))
    assert system.read_registration({"links": {"self": link}})["id"] == registration["id"]


@pytest.mark.parametrize("event_id", STARTS)
def test_a_plain_form_of_another_site_registers(system: System, event_id: str) -> None:
    """303 to a page that says so; the mail arrives."""
    to = build_email_address(event_id, "form")
    fields = [("given_name", "Mette"), ("family_name", "Å"), ("email", to), ("privacy_accepted", "on")]
    answer = system.post_form(f"/events/{event_id}/registrations", fields, Origin="https://another.example")
    assert answer.status == 303
    page = system.get(answer.headers["location"], Accept="text/html")
    assert (page.status, "Du er tilmeldt" in page.body.decode()) == (200, True)
    system.wait_until_idle()
    assert len(system.list_mails_to(to)) == 1
