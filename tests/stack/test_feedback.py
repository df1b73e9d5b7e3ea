"""Mails that come back, and what the organiser does about it."""

from typing import Any

from testing import builders
from testing.system import System

SIMULATOR = "simulator.amazonses.com"


def problems(system: System, event_id: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = system.as_organiser("GET", f"/organiser/events/{event_id}/problems").document[
        "problems"
    ]
    return listed


def history(system: System, event_id: str, registration: dict[str, Any]) -> list[str]:
    """What happened, but for which mails were sent."""
    path = f"/organiser/events/{event_id}/registrations/{registration['id']}"
    told = [entry["fact"] for entry in system.as_organiser("GET", path).document["registration"]["history"]]
    assert "mail-sent" in told
    return [fact for fact in told if fact != "mail-sent"]


def test_a_mail_that_came_back_is_listed_until_it_is_resolved(system: System) -> None:
    """Of two people with a wrong address each is listed, once; of a third with a right one nothing is."""
    event_id = "came-back"
    system.create(event_id)
    names = ("Anna", "Bo")
    anna, _ = (system.register(event_id, name, email=f"bounce+{name}@{SIMULATOR}") for name in names)
    carl = system.register(event_id, "Carl")
    system.wait_until_idle()
    assert history(system, event_id, anna) == ["confirmed", "mail-bounced"]
    assert history(system, event_id, carl) == ["confirmed"]
    listed = problems(system, event_id)
    assert {(each["kind"], each["mail"], each["name"]) for each in listed} == {
        ("mail-bounced", "confirmed", f"{name} Hansen") for name in names
    }
    [hers] = [each for each in listed if each["registration_id"] == anna["id"]]
    assert hers["email"].lower() == f"bounce+anna@{SIMULATOR}"

    resolution = f"/organiser/events/{event_id}/problems/{hers['id']}/resolution"
    assert system.as_organiser("POST", resolution).status == 204
    assert [each["name"] for each in problems(system, event_id)] == ["Bo Hansen"]


def test_a_complaint_is_listed(system: System) -> None:
    """And stands in the history."""
    event_id = "complained"
    system.create(event_id)
    anna = system.register(event_id, "Anna", email=f"complaint+anna@{SIMULATOR}")
    system.wait_until_idle()
    assert history(system, event_id, anna) == ["confirmed", "mail-complained"]
    assert [each["kind"] for each in problems(system, event_id)] == ["mail-complained"]


def test_the_organiser_is_asked_to_call_whose_offer_came_back(system: System) -> None:
    """The offer stands for longer, can be accepted, and the event's contact gets one mail about it."""
    event_id, contact = "offer-came-back", "contact.offer-came-back@example.org"
    system.create(
        event_id,
        allotments=[builders.allotment("place", 1)],
        waitlist={"mode": "offer"},
        contact={"name": "Netværket", "email": contact},
    )
    anna = system.register(event_id, "Anna")
    bo = system.register(event_id, "Bo", email=f"bounce+bo.{event_id}@{SIMULATOR}", phone="20 12 34 56")
    system.wait_until_idle()
    assert system.list_mails_to(contact) == []
    system.cancel(anna)
    system.wait_until_idle()
    [mail] = system.list_mails_to(contact)
    assert "Bo Hansen" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert history(system, event_id, bo) == [
        "joined", "mail-bounced", "offered", "mail-bounced", "offer-extended",
    ]  # fmt: skip
    accepted = system.post(bo["links"]["self"] + "/acceptance")
    assert (accepted.status, accepted.document["registration"]["status"]) == (200, "confirmed")
