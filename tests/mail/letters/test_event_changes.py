"""Changes of a participant's legs and stays: the mail, and the files that update the calendar."""

from typing import Any

import icalendar
import pytest

from chalicelib.facts import ToldOfChange
from chalicelib.mail.delivery.send import send_mail_for
from chalicelib.mail.letters.context import LetterContext
from chalicelib.mail.letters.event_changes import build_event_changed_letter
from chalicelib.programme import store as programme
from chalicelib.programme import transactions
from chalicelib.programme.model import Event
from chalicelib.programme.versions import Version
from chalicelib.registration.model import Registration
from testing.calendars import parse_calendar
from tests.mail.conftest import Sent
from tests.mail.samples import (
    AT,
    LINKS,
    NOW,
    build_fact_fields,
    confirmed,
    dump_part,
    overnight_meeting,
    publish_and_register,
    sample,
    told_of_change,
    told_of_travel,
    traveller,
)

pytestmark = pytest.mark.usefixtures("mails")

MEETING = overnight_meeting()
FLIGHT, BUS, HOME = MEETING.legs


def entries(mails: Sent) -> dict[str, icalendar.Event]:
    """The entries attached to the last mail, by the name of their file."""
    return {
        str(part.get_filename()): parse_calendar(part).events[0] for part in mails.all()[-1].iter_attachments()
    }


def replaced(event: Event) -> None:
    transactions.replace(stored := programme.read_current(event.id), event, Version(stored.version + 1, AT))


def of_legs(who: Registration, **was: dict[str, Any]) -> ToldOfChange:
    return ToldOfChange(**build_fact_fields(who, 2), version=2, was_legs=was)


def test_another_departure_replaces_the_one_in_the_calendar(mails: Sent, who: Registration) -> None:
    """Same UID, a higher SEQUENCE, the new time; and the mail says what was and what is."""
    send_mail_for(confirmed(who), NOW)
    before = entries(mails)["flight_out.ics"]
    later = dump_part(FLIGHT) | {"departs": "2020-08-25T08:10", "arrives": "2020-08-25T08:45"}
    replaced(overnight_meeting(legs=[later, dump_part(BUS), dump_part(HOME)]))
    send_mail_for(of_legs(who, flight_out=dump_part(FLIGHT)), NOW)
    after = entries(mails)["flight_out.ics"]
    assert (str(after["uid"]), before["sequence"], after["sequence"]) == (str(before["uid"]), 0, 1)
    assert [each.start.isoformat() for each in (before, after)] == [
        "2020-08-25T05:10:00+00:00",
        "2020-08-25T06:10:00+00:00",
    ]
    text = mails.all()[-1].get_body(("plain",))
    assert text
    for line in (
        "Fly til Bornholm før: ",
        "Fra København kl. 7.10",
        "Fly til Bornholm nu: ",
        "Fra København kl. 8.10",
    ):
        assert line in text.get_content()


def test_a_departure_that_is_gone_is_taken_out_of_the_calendar(mails: Sent, who: Registration) -> None:
    """Cancelled under its own UID, as it was; the others stay."""
    send_mail_for(confirmed(who), NOW)
    uid = str(entries(mails)["flight_home.ics"]["uid"])
    replaced(overnight_meeting(legs=[dump_part(FLIGHT), dump_part(BUS)]))
    send_mail_for(of_legs(who, flight_home=dump_part(HOME)), NOW)
    after = {name: (str(entry["status"]), entry["sequence"]) for name, entry in entries(mails).items()}
    assert after == {
        "invite.ics": ("CONFIRMED", 1),
        "flight_out.ics": ("CONFIRMED", 1),
        "transfer_out.ics": ("CONFIRMED", 1),
        "flight_home.ics": ("CANCELLED", 1),
    }
    assert str(entries(mails)["flight_home.ics"]["uid"]) == uid


def test_a_departure_that_was_not_there_before_comes_into_the_calendar(mails: Sent, who: Registration) -> None:
    """As the organiser has added it."""
    send_mail_for(of_legs(who, flight_home={}), NOW)
    assert "flight_home.ics" in entries(mails)


def test_a_departure_that_is_again_as_it_was_is_no_news(mails: Sent, who: Registration) -> None:
    """Nor is one that they have given up since, or that is now called otherwise only."""
    send_mail_for(of_legs(who, flight_out=dump_part(FLIGHT, title={"da": "x", "en": "x"})), NOW)
    send_mail_for(of_legs(who, boat=dump_part(FLIGHT, name="boat", carrier="Færgen")), NOW)
    assert mails.all() == []


def test_waiting_participant_is_told_without_files(mails: Sent) -> None:
    """Of another time or place alone: what is not theirs is not in their calendar."""
    full = overnight_meeting(allotments=[{**MEETING.allotments[0].model_dump(), "capacity": 0}], legs=[], stays=[])
    waiting = publish_and_register(full, traveller().attendee)
    assert waiting.status == "waiting"
    send_mail_for(of_legs(waiting, flight_out=dump_part(FLIGHT)), NOW)
    send_mail_for(told_of_change(waiting, 3), NOW)
    assert (mails.subjects(), entries(mails)) == (["Ny tid og nyt sted: Døgnmøde på Bornholm"], {})


def test_a_letter_tells_of_everything_that_has_changed_of_theirs() -> None:
    """A flight, a bus that is new, a way home, a room; nothing of a boat that they do not take."""
    labels = [detail.label for detail in sample("told-of-change-travel", "en").details]
    assert labels == [
        "Event",
        "Flight to Bornholm before",
        "Flight to Bornholm now",
        "Bus to the hotel now",
        "Flight to Copenhagen before",
        "Flight to Copenhagen now",
        "Single room before",
        "Single room now",
    ]
    assert "boat" in told_of_travel(traveller()).was_legs


TIME = {"was_starts_at": "2020-08-24T09:30:00+02:00", "was_ends_at": "2020-08-25T11:00:00+02:00"}
SHORTER = {"was_starts_at": MEETING.starts_at.isoformat(), "was_ends_at": "2020-08-26T10:00:00+02:00"}
PLACE = {"was_venue": "Hotel Allinge", "was_address": "Allinge"}
STREET = {"was_venue": MEETING.venue.name, "was_address": "Allinge"}
LEG = {"was_legs": {"flight_out": dump_part(FLIGHT, carrier="Færgen")}}
STAY = {"was_stays": {"single_room": dump_part(MEETING.stays[0], hotel="Hotel Allinge")}}


@pytest.mark.parametrize(
    ("was", "subject", "named"),
    [
        (TIME, "New time", "the time"),
        (SHORTER, "New time", "the time"),
        (PLACE, "New place", "the place"),
        (STREET, "New place", "the place"),
        (TIME | PLACE, "New time and new place", "the time and the place"),
        (LEG, "Changed journey", "your journey"),
        (STAY, "Changed stay", "your stay"),
        (LEG | STAY, "Changed journey and changed stay", "your journey and your stay"),
        (TIME | LEG, "New time and changed journey", "the time and your journey"),
        (TIME | PLACE | STAY, "New time, new place and changed stay", "the time, the place and your stay"),
    ],
)
def test_subject_and_text_say_what_has_changed(was: dict[str, Any], subject: str, named: str) -> None:
    """Not what may have changed: what is as it was is not named."""
    who = traveller("en")
    fact = ToldOfChange(**build_fact_fields(who, 2), version=2, **was)
    letter = build_event_changed_letter(LetterContext(MEETING, who, LINKS), fact)
    assert letter.subject == f"{subject}: Overnight meeting on Bornholm"
    assert f": we have changed {named}. Here is" in letter.paragraphs[0]


@pytest.mark.parametrize(("was", "places"), [(TIME, []), (LEG, []), (PLACE, ["Place now"])])
def test_the_map_stands_with_the_place_alone(was: dict[str, Any], places: list[str]) -> None:
    """A letter that does not say where the event is shows no map, least of all below a departure."""
    who = traveller("en")
    fact = ToldOfChange(**build_fact_fields(who, 2), version=2, **was)
    letter = build_event_changed_letter(LetterContext(MEETING, who, LINKS), fact)
    assert [detail.label for detail in letter.details if detail.link] == places
