"""Three people who want to come together, lived through."""

from typing import Any

from testing import builders
from testing.system import System, build_email_address

EVENT = "together"
NAMES = {"Anna": "da", "Bo": "en", "Carl": "da"}


def register_party(system: System, **beside: Any) -> list[dict[str, Any]]:
    people = [
        builders.person(name, "Hansen", email=build_email_address(EVENT, name), language=language)
        for name, language in NAMES.items()
    ]
    answer = system.post(f"/events/{EVENT}/registrations", {"party": people, **beside})
    assert answer.status == 201, answer.body
    party: list[dict[str, Any]] = answer.document["party"]
    system.wait_until_idle()
    for name, member in zip(NAMES, party, strict=True):
        link = system.find_mailed_link(member["id"], build_email_address(EVENT, name))
        member["links"] = {"self": link}
    return party


def look(system: System, people: list[dict[str, Any]]) -> list[str]:
    return [system.read_registration(each)["status"] for each in people]


def history(system: System, registration: dict[str, Any]) -> list[str]:
    """What an organiser reads in Danish, but for which mails were sent."""
    path = f"/organiser/events/{EVENT}/registrations/{registration['id']}?lang=da"
    shown = system.as_organiser("GET", path).document["registration"]["history"]
    return [each["text"] for each in shown if each["fact"] != "mail-sent"]


def test_a_party_of_three_waits_is_passed_and_gets_in_together(system: System) -> None:
    """Two places are left: the party waits, and a single registration goes past it.

    With a third place free they are all in, each told once of either, in their own language; one of them cancels
    alone.
    """
    system.create(EVENT, allotments=[builders.allotment("place", 4)])
    first = [system.register(EVENT, name) for name in ("First", "Second")]
    party = register_party(system)
    assert [each["waiting"] for each in party] == [{"position": 1, "for": ["place"]}] * 3
    single = system.register(EVENT, "Single")
    assert single["status"] == "confirmed"

    system.cancel(first[0])
    system.wait_until_idle()
    assert look(system, party) == ["waiting"] * 3
    system.cancel(first[1])
    system.wait_until_idle()
    assert look(system, party) == ["confirmed"] * 3
    assert system.read_counts(EVENT) == {"place": (4, 0)}

    waits, moves_up = "Du står på venteliste", "Du har fået plads"
    assert system.list_subjects(EVENT, "Anna") == system.list_subjects(EVENT, "Carl") == [waits, moves_up]
    assert system.list_subjects(EVENT, "Bo") == ["You are on the waitlist", "You have a place"]
    for name, registration in zip(NAMES, party, strict=True):
        for mail in system.list_mails_to(build_email_address(EVENT, name)):
            text = mail.get_body(("plain",)).get_content().replace("\n", "")  # type: ignore[union-attr]
            links = [registration["links"]["self"] in text, *(o["links"]["self"] in text for o in party)]
            assert (links[0], sum(links[1:])) == (True, 1)
    told = history(system, party[0])
    assert told[0] == "Kom på venteliste og venter på: place."
    assert told[1].startswith("Sprunget over, fordi der ikke var nok af: place.")
    assert told[2:] == ["Rykkede op fra ventelisten og bekræftet: place."]

    system.cancel(party[1])
    system.wait_until_idle()
    assert look(system, party) == ["confirmed", "cancelled", "confirmed"]
    assert system.list_subjects(EVENT, "Bo")[2:] == ["Your registration is cancelled"]
    assert len(system.list_subjects(EVENT, "Anna")) == len(system.list_subjects(EVENT, "Carl")) == 2
