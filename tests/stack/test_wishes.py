"""A better room and a seat on the bus, waited for and had, lived through."""

import json
from email.message import EmailMessage
from typing import Any

from testing import builders
from testing.calendars import parse_calendars
from testing.system import System, build_email_address

EVENT = "better-room"


def title(da: str, en: str) -> dict[str, str]:
    return {"da": da, "en": en}


def overnight(system: System) -> None:
    """One single room, one shared bed, one seat on the bus."""
    single, shared = title("Enkeltværelse", "Single room"), title("Delt værelse", "Shared room")
    stay = {"hotel": "Grønbechs Hotel", "check_in": "2020-05-05T15:00", "check_out": "2020-05-06T11:00"}
    bus = {"name": "bus", "kind": "bus", "title": title("Bus til hotellet", "Bus to the hotel")}
    way = {"carrier": "BAT", "origin": "Rønne", "destination": "Allinge"}
    when = {"departs": "2020-05-05T13:00", "arrives": "2020-05-05T13:40"}
    system.create(
        EVENT,
        allotments=[
            builders.allotment("place", 9),
            {
                "name": "single_room",
                "title": single,
                "capacity": 1,
                "choice": "room",
            },
            {"name": "shared_bed", "title": shared, "capacity": 1, "choice": "room"},
            builders.allotment("bus", 1),
        ],
        stays=[
            {"name": "single_room", "title": single, "beds": 1, **stay},
            {"name": "shared_bed", "title": shared, "beds": 2, **stay},
        ],
        legs=[{**bus, **way, **when}],
    )


def change(system: System, registration: dict[str, Any], **wanted: Any) -> dict[str, Any]:
    body = json.dumps(wanted).encode()
    answer = system.request("PATCH", registration["links"]["self"], body, Content_Type="application/json")
    assert answer.status == 200, answer.body
    shown: dict[str, Any] = answer.document["registration"]
    return shown


def entries(mail: EmailMessage) -> dict[str, tuple[str, int]]:
    """What a mail's calendar files do with which entry: its method and sequence, by the end of its id."""
    found = {}
    for file in parse_calendars(mail):
        for entry in file.events:
            kind = "bus" if "-bus@" in str(entry["UID"]) else "meeting"
            found[kind] = (str(file["METHOD"]), entry.sequence)
    return found


def text(mail: EmailMessage) -> str:
    return str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]


def test_a_wish_comes_true_and_what_is_given_up_goes_to_the_next(system: System) -> None:
    """Anna has a bed and gets the single room that she waits for; Bo, who waits for a bed, gets hers.

    Each is told once by mail. The bus seat that Anna gives up then is taken out of her calendar, and Carl, who
    waited for it, has it in his.
    """
    overnight(system)
    first = system.register(EVENT, "First", needs=["single_room"])
    anna = system.register(EVENT, "Anna", needs=["shared_bed", "bus"])
    bo = system.register(EVENT, "Bo", needs=["shared_bed"], language="en")
    carl = system.register(EVENT, "Carl")
    wished = change(system, anna, wait_for=["single_room"])
    assert (wished["status"], wished["needs"]) == ("confirmed", ["place", "shared_bed", "bus"])
    assert wished["waiting"] == {"position": 1, "for": ["single_room"]}
    change(system, carl, wait_for=["bus"])
    system.wait_until_idle()
    assert system.read_counts(EVENT) == {
        "place": (3, 0),
        "single_room": (1, 1),
        "shared_bed": (1, 1),
        "bus": (1, 1),
    }

    system.cancel(first)
    system.wait_until_idle()
    assert system.read_registration(anna)["needs"] == ["place", "single_room", "bus"]
    assert system.read_registration(bo)["status"] == "confirmed"
    assert system.read_counts(EVENT) == {
        "place": (3, 0),
        "single_room": (1, 0),
        "shared_bed": (1, 0),
        "bus": (1, 1),
    }
    _, mail_of_wish, mail_of_swap = system.list_mails_to(build_email_address(EVENT, "Anna"))
    assert str(mail_of_wish["Subject"]).partition(":")[0] == "Din tilmelding er ændret"
    assert str(mail_of_swap["Subject"]).partition(":")[0] == "Du har fået det, du ventede på"
    assert "Ikke længere dit: Delt værelse" in text(mail_of_swap)
    assert entries(mail_of_swap) == {"meeting": ("REQUEST", 2), "bus": ("REQUEST", 2)}
    assert system.list_subjects(EVENT, "Bo") == ["You are on the waitlist", "You have a place"]
    assert "Shared room" in text(system.list_mails_to(build_email_address(EVENT, "Bo"))[1])

    change(system, anna, needs=["single_room"])
    system.wait_until_idle()
    assert system.read_registration(carl)["needs"] == ["place", "bus"]
    assert entries(system.list_mails_to(build_email_address(EVENT, "Anna"))[3]) == {
        "meeting": ("REQUEST", 3),
        "bus": ("CANCEL", 3),
    }
    mail_to_carl = system.list_mails_to(build_email_address(EVENT, "Carl"))[-1]
    assert entries(mail_to_carl) == {"meeting": ("REQUEST", 2), "bus": ("REQUEST", 2)}
    assert [len(system.list_mails_to(build_email_address(EVENT, name))) for name in ("Anna", "Bo", "Carl")] == [
        4,
        2,
        3,
    ]
