"""The calendar files of a whole life: registered, changed, moved, cancelled, registered again."""

from dataclasses import dataclass
from itertools import pairwise

import icalendar
import pytest
import vobject

from chalicelib import facts
from chalicelib.broadcasts import flows as rounds
from chalicelib.facts import BroadcastDue, EventChanged
from chalicelib.mail.delivery.send import send_mail_for
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import transactions
from chalicelib.programme.model import Event
from chalicelib.registration import changing
from chalicelib.registration import flows as registration_flows
from chalicelib.registration import store as registrations
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.registering import Applicant, register
from chalicelib.workers import stream
from testing.calendars import read_content
from testing.registration_links import participant
from tests.broadcasts.work import event_item
from tests.mail.conftest import Sent
from tests.mail.samples import ALL_NEEDS, AT, NOW, overnight_meeting, traveller

pytestmark = pytest.mark.usefixtures("mails")

WHO = traveller()
MEETING = f"{WHO.id}@doegnmoede-bornholm.tilmelding"
HOME = f"{WHO.id}-flight_home@doegnmoede-bornholm.tilmelding"


@dataclass(frozen=True)
class File:
    """The contents of a calendar file, as both parsers read it."""

    method: str
    uid: str
    sequence: int
    status: str
    starts_at: str


class Life:
    """One person's, whose mails are sent as they happen."""

    def __init__(self, event: Event) -> None:
        self.event, self.told = event, 0
        transactions.create(event, AT)

    def register(self, request: str) -> None:
        chosen = tuple(name for name in ALL_NEEDS if self.event.find_allotment(name))
        register(self.event, Applicant(WHO.id, WHO.attendee, chosen), request, NOW)
        self._mail()

    def change_needs(self, needs: tuple[str, ...]) -> None:
        changing.change(self.event, participant(self.event.id, WHO.id), ChangeRequest(needs=needs), NOW)
        self._mail()

    def move(self, event: Event) -> None:
        before = event_item(event.id)
        programme_flows.put(event, 1, NOW)
        self.event = event
        [change] = stream.derive_facts(before, event_item(event.id), AT)
        assert isinstance(change, EventChanged)
        rounds.begin_change_broadcast(change, NOW)
        rounds.process_page(BroadcastDue(event_id=event.id, at=AT, round_id="change-000002", after=""), NOW)
        self._mail()

    def cancel(self) -> None:
        registration_flows.cancel(participant(self.event.id, WHO.id), NOW)
        self._mail()

    def _mail(self) -> None:
        found = registrations.find(self.event.id, WHO.id)
        assert found
        for place, written in enumerate(found.history[self.told :], start=self.told + 1):
            send_mail_for(facts.from_history_entry(self.event.id, WHO.id, place, written), NOW)
        self.told = found.revision


@pytest.fixture
def files(mails: Sent) -> list[bytes]:
    """All files that were sent, in order; the life is the one that the module is about."""
    life = Life(overnight_meeting())
    life.register("first")
    life.change_needs(tuple(name for name in ALL_NEEDS if name != "flight_home"))
    life.move(overnight_meeting(starts_at="2020-08-25T10:30", ends_at="2020-08-26T12:00"))
    life.cancel()
    life.register("second")
    assert len(mails.all()) == 5
    return [read_content(part) for mail in mails.all() for part in mail.iter_attachments()]


def read_by_icalendar(raw: bytes) -> File:
    calendar = icalendar.Calendar.from_ical(raw)
    (entry,) = calendar.events
    starts_at = entry.start.isoformat()
    return File(str(calendar["method"]), entry.uid, entry.sequence, str(entry["status"]), starts_at)


def read_by_vobject(raw: bytes) -> File:
    calendar = vobject.readOne(raw.decode())
    (entry,) = calendar.vevent_list
    return File(
        calendar.method.value,
        entry.uid.value,
        int(entry.sequence.value),
        entry.status.value,
        entry.dtstart.value.isoformat(),
    )


def test_the_meeting_lives_under_one_uid(files: list[bytes]) -> None:
    """Invited, updated, moved an hour, taken out, invited again: method, status and time as they are then."""
    meeting = [each for each in map(read_by_icalendar, files) if each.uid == MEETING]
    first, moved = "2020-08-25T07:30:00+00:00", "2020-08-25T08:30:00+00:00"
    assert meeting == [
        File("REQUEST", MEETING, 0, "CONFIRMED", first),
        File("REQUEST", MEETING, 1, "CONFIRMED", first),
        File("REQUEST", MEETING, 2, "CONFIRMED", moved),
        File("CANCEL", MEETING, 3, "CANCELLED", moved),
        File("REQUEST", MEETING, 4, "CONFIRMED", moved),
    ]


def test_a_departure_given_up_goes_and_comes_back(files: list[bytes]) -> None:
    """It is taken out when it is given up, and not touched until it is theirs again."""
    home = [each for each in map(read_by_icalendar, files) if each.uid == HOME]
    assert [(each.method, each.status, each.sequence) for each in home] == [
        ("REQUEST", "CONFIRMED", 0),
        ("CANCEL", "CANCELLED", 1),
        ("REQUEST", "CONFIRMED", 4),
    ]


def test_sequences_rise_strictly(files: list[bytes]) -> None:
    """For each thing in the calendar: no program takes a later file for an older one."""
    read = [read_by_icalendar(raw) for raw in files]
    assert {each.uid.partition("@")[0].removeprefix(WHO.id) for each in read} == {
        "",
        "-flight_out",
        "-transfer_out",
        "-flight_home",
    }
    for uid in {each.uid for each in read}:
        sequences = [each.sequence for each in read if each.uid == uid]
        assert all(earlier < later for earlier, later in pairwise(sequences))


def test_another_parser_reads_the_same(files: list[bytes]) -> None:
    """A second parser understands every file alike."""
    assert [read_by_vobject(raw) for raw in files] == [read_by_icalendar(raw) for raw in files]


def test_every_file_keeps_to_the_standard(files: list[bytes]) -> None:
    """RFC 5545: CRLF alone, no line above 75 octets, no sign torn apart, the properties that must be there; and
    those that RFC 5546 wants in an invitation or its cancellation."""
    for raw in files:
        assert raw.endswith(b"\r\n")
        assert raw.count(b"\n") == raw.count(b"\r") == raw.count(b"\r\n")
        lines = raw.removesuffix(b"\r\n").split(b"\r\n")
        assert max(map(len, lines)) <= 75
        assert [line.decode() for line in lines]  # each line alone is UTF-8
        properties = [line.partition(b":")[0].partition(b";")[0].decode() for line in lines if line[:1] != b" "]
        assert properties[0] == "BEGIN"
        assert properties[-1] == "END"
        for name in ("VERSION", "PRODID", "METHOD", "UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "ORGANIZER"):
            assert properties.count(name) == 1
        assert "ATTENDEE" in properties
