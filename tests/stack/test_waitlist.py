"""A sold-out evening, lived through."""

from concurrent.futures import ThreadPoolExecutor

from testing import builders
from testing.calendars import parse_calendars
from testing.system import System, build_email_address


def test_thirty_places_thirty_four_people(system: System) -> None:
    """Of 34 who register at once 30 are confirmed and 4 wait in the order of their responses.

    Two cancel, and the first two move up, told once each, while the others move up to 1 and 2.
    """
    event_id = "sold-out"
    system.create(event_id)
    with ThreadPoolExecutor(8) as pool:
        registrations = list(pool.map(lambda n: system.register(event_id, f"P{n}"), range(34)))
    confirmed = [each for each in registrations if each["status"] == "confirmed"]
    waiting = sorted(
        (e for e in registrations if e["status"] == "waiting"), key=lambda each: each["registered_at"]
    )
    assert [each["waiting"] for each in waiting] == [{"position": n, "for": ["place"]} for n in (1, 2, 3, 4)]
    assert len(confirmed) == 30

    for each in confirmed[:2]:
        system.cancel(each)
    system.wait_until_idle()
    now = [system.read_registration(each) for each in waiting]
    assert [each["status"] for each in now] == ["confirmed", "confirmed", "waiting", "waiting"]
    assert [each["waiting"]["position"] for each in now[2:]] == [1, 2]
    assert system.read_counts(event_id) == {"place": (30, 2)}

    names = {each["id"]: f"P{n}" for n, each in enumerate(registrations)}
    subjects = [
        [m["Subject"] for m in system.list_mails_to(build_email_address(event_id, names[each["id"]]))]
        for each in waiting
    ]
    kinds = [[subject.partition(":")[0] for subject in each] for each in subjects]
    assert kinds == [["Du står på venteliste", "Du har fået plads"]] * 2 + [["Du står på venteliste"]] * 2


def test_the_fourteenth_single_room_waits_for_the_room_alone(system: System) -> None:
    """Thirteen single rooms: the fourteenth waits for one while places are left; who needs none gets in."""
    event_id = "overnight"
    allotments = [builders.allotment(n, units) for n, units in (("place", 40), ("single_room", 13))]
    system.create(event_id, allotments=allotments)
    rooms = [system.register(event_id, f"P{n}", needs=["single_room"]) for n in range(14)]
    assert [each["status"] for each in rooms] == ["confirmed"] * 13 + ["waiting"]
    assert rooms[-1]["waiting"] == {"position": 1, "for": ["single_room"]}
    assert system.register(event_id, "Local")["status"] == "confirmed"


def test_raising_the_capacity_moves_the_line(system: System) -> None:
    """One more place, and the first in line is told."""
    event_id = "raised"
    system.create(event_id, allotments=[builders.allotment("place", 1)])
    people = [system.register(event_id, name) for name in ("Anna", "Bo", "Carl")]
    url = f"/organiser/events/{event_id}/allotments/place"
    assert system.as_organiser("PUT", url, {"capacity": 2}).status == 200
    system.wait_until_idle()
    assert [system.read_registration(each)["status"] for each in people] == ["confirmed", "confirmed", "waiting"]
    assert len(system.list_mails_to(build_email_address(event_id, "Bo"))) == 2


def test_registering_again_after_cancelling(system: System) -> None:
    """Each change is told once, in order, and the calendar's sequence rises through all of them."""
    event_id = "again"
    system.create(event_id)
    first = system.register(event_id, "Anna")
    system.wait_until_idle()
    system.cancel(first)
    system.wait_until_idle()
    again = system.register(event_id, "Anna")
    system.wait_until_idle()
    mails = system.list_mails_to(build_email_address(event_id, "Anna"))
    assert again["id"] == first["id"]
    assert [mail["Subject"].partition(":")[0] for mail in mails] == [
        "Du er tilmeldt",
        "Du er afmeldt",
        "Du er tilmeldt",
    ]
    entries = [parse_calendars(mail)[0].events[0] for mail in mails]
    assert [entry.sequence for entry in entries] == [0, 1, 2]
    assert len({str(entry["UID"]) for entry in entries}) == 1


def test_already_registered_gets_the_link_by_mail(system: System) -> None:
    """The caller hears 409; the address gets its link, once an hour at most."""
    event_id = "twice"
    system.create(event_id)
    anna = system.register(event_id, "Anna")["id"]
    who = builders.person("Anna", "Hansen", email=build_email_address(event_id, "Anna"))
    answers = [system.post(f"/events/{event_id}/registrations", who) for _ in range(3)]
    assert [answer.status for answer in answers] == [409] * 3
    system.wait_until_idle()
    mails = system.list_mails_to(build_email_address(event_id, "Anna"))
    assert len(mails) == 2
    link = system.find_mailed_link(anna, build_email_address(event_id, "Anna"))
    assert link in str(mails[1].get_body(("plain",)).get_content()).replace("\n", "")  # type: ignore[union-attr]
