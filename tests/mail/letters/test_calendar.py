"""The calendar entries of a registration."""

from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest
from msgspec.structs import replace

from chalicelib.facts import Joined, Swapped, ToldOfChange
from chalicelib.histories import model as histories
from chalicelib.mail.letters.calendar import build_files_for_fact, render_calendar
from chalicelib.mail.letters.context import LetterContext, Links
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration
from testing.builders import attendee, event, registration
from tests.mail.samples import (
    ALL_NEEDS,
    AT,
    LINKS,
    NOW,
    accepted,
    build_fact_fields,
    build_history,
    cancelled,
    changed,
    confirmed,
    declined,
    dump_part,
    expired,
    joined,
    offered,
    overnight_meeting,
    promoted,
    traveller,
    traveller_once_offered,
)


def _entries(file: bytes) -> list[Any]:
    return icalendar.Calendar.from_ical(file).walk("VEVENT")


def _uids(files: list[bytes]) -> list[str]:
    return [str(entry["uid"]) for file in files for entry in _entries(file)]


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2019-11-20T09:30", b"20191120T083000Z"),
        ("2020-03-26T09:00", b"20200326T080000Z"),
        ("2020-05-05T15:00", b"20200505T130000Z"),
        ("2020-08-25T09:30", b"20200825T073000Z"),
    ],
)
def test_times_are_written_in_utc(local: str, utc: bytes) -> None:
    """Copenhagen's local time, in winter and in summer, becomes the right moment."""
    ends_at = datetime.fromisoformat(local) + timedelta(hours=3)
    file = render_calendar(event(starts_at=local, ends_at=ends_at), registration(), LINKS, NOW)
    assert file
    assert b"\r\nDTSTART:" + utc + b"\r\n" in file


def test_whole_file_of_a_confirmed_registration() -> None:
    """The file to download, as it stands, has every property and asks for no answer."""
    who = registration()
    expected = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tilmelding//DA",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "SUMMARY:Leverandørernes ønskeseddel",
        "DTSTART:20200505T130000Z",
        "DTEND:20200505T160000Z",
        "DTSTAMP:20191101T070030Z",
        f"UID:{who.id}@leverandoerernes-oenskeseddel.tilmelding",
        "SEQUENCE:0",
        "CLASS:PRIVATE",
        "DESCRIPTION:Hvad leverandører ønsker sig.\\n\\nSe\\, hvordan din tilmelding står:\\n" + LINKS.view,
        "LOCATION:Ubbes Vinbar\\, Ny Vestergade 1\\, 1471 København K",
        "ORGANIZER;CN=Netværket:mailto:netvaerk@network.example",
        "STATUS:CONFIRMED",
        f"URL:{LINKS.view}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    file = render_calendar(event(), who, LINKS, NOW)
    assert file
    assert sorted(file.replace(b"\r\n ", b"").decode().split("\r\n")) == sorted(expected)


def test_lines_are_folded_at_75_octets_between_whole_letters() -> None:
    """No line is longer, each ends in CRLF, and no letter is cut in two."""
    file = render_calendar(event(title={"da": "ø" * 199, "en": "o"}), registration(), LINKS, NOW)
    assert file
    lines = file.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    assert [line.decode() for line in lines]
    assert str(_entries(file)[0]["summary"]) == "ø" * 199


def test_confirmed_mail_brings_an_invitation_that_is_accepted_already() -> None:
    """The person is the attendee, has accepted, and is not asked for a reply; SEQUENCE begins at 0."""
    (invitation,) = build_files_for_fact(
        LetterContext(event(), registration(), LINKS), confirmed(registration()), NOW
    )
    assert (invitation.name, invitation.method) == ("invite.ics", "REQUEST")
    assert b"METHOD:REQUEST\r\n" in invitation.content
    (entry,) = _entries(invitation.content)
    assert str(entry["attendee"]) == "mailto:" + registration().attendee.email
    assert dict(entry["attendee"].params) == {
        "CN": "Søren Ågård-Özil",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "ACCEPTED",
        "RSVP": "FALSE",
    }
    assert entry["sequence"] == 0


def test_cancellation_takes_the_same_entry_out() -> None:
    """Same UID, METHOD:CANCEL, STATUS:CANCELLED, and a raised SEQUENCE."""
    who = registration()
    (first,) = build_files_for_fact(LetterContext(event(), who, LINKS), confirmed(who), NOW)
    (last,) = build_files_for_fact(LetterContext(event(), who, LINKS), cancelled(who), NOW + timedelta(days=1))
    assert (last.method, b"METHOD:CANCEL\r\n" in last.content) == ("CANCEL", True)
    (before,), (after,) = _entries(first.content), _entries(last.content)
    assert (str(after["uid"]), str(after["status"]), after["sequence"]) == (str(before["uid"]), "CANCELLED", 1)


def test_promoted_entry_has_the_sequence_of_its_fact() -> None:
    """The third fact, after two on the waitlist, has SEQUENCE 2."""
    (invitation,) = build_files_for_fact(
        LetterContext(event(), registration(), LINKS), promoted(registration(), revision=3), NOW
    )
    assert _entries(invitation.content)[0]["sequence"] == 2


def test_one_who_only_waited_gets_no_calendar() -> None:
    """Neither by mail on cancelling, nor to download while waiting, or after."""
    who = traveller()
    gone = traveller(status="cancelled", history=build_history(joined(who), cancelled(who, was="waiting")))
    assert (
        build_files_for_fact(LetterContext(overnight_meeting(), gone, LINKS), cancelled(gone, was="waiting"), NOW)
        == ()
    )
    assert [
        render_calendar(overnight_meeting(), each, LINKS, NOW) for each in (traveller(status="waiting"), gone)
    ] == [
        None,
        None,
    ]


def test_accepted_place_is_an_invitation_like_any_other() -> None:
    """Each entry once, as a REQUEST, with the SEQUENCE of its fact."""
    who = traveller_once_offered()
    invitations = build_files_for_fact(LetterContext(overnight_meeting(), who, LINKS), accepted(who), NOW)
    assert [(invitation.name, invitation.method) for invitation in invitations] == [
        ("invite.ics", "REQUEST"),
        ("flight_out.ics", "REQUEST"),
        ("transfer_out.ics", "REQUEST"),
        ("flight_home.ics", "REQUEST"),
    ]
    assert {entry["sequence"] for each in invitations for entry in _entries(each.content)} == {2}


def test_offer_that_was_never_accepted_leaves_no_calendar() -> None:
    """Neither while it stands nor after it was cancelled, declined or had ended."""
    who = traveller_once_offered(status="offered")
    fact = cancelled(who, was="offered", revision=3)
    assert build_files_for_fact(LetterContext(overnight_meeting(), who, LINKS), fact, NOW) == ()
    ended = [
        traveller_once_offered(status="cancelled", history=build_history(joined(who), offered(who), last))
        for last in (fact, declined(who), expired(who))
    ]
    assert [render_calendar(overnight_meeting(), each, LINKS, NOW) for each in (who, *ended)] == [None] * 4


def test_entries_of_an_earlier_place_are_taken_out_again() -> None:
    """A registration confirmed once, whose later offer was cancelled, may have entries: same UIDs, CANCEL."""
    who = traveller()
    told = (confirmed(who), cancelled(who), joined(who), offered(who, 4))
    fact = cancelled(who, was="offered", revision=5)
    back = traveller_once_offered(status="cancelled", history=build_history(*told, fact))
    taken_out = build_files_for_fact(LetterContext(overnight_meeting(), back, LINKS), fact, NOW)
    first = build_files_for_fact(LetterContext(overnight_meeting(), who, LINKS), confirmed(who), NOW)
    assert [each.method for each in taken_out] == ["CANCEL"] * 4
    assert _uids([each.content for each in taken_out]) == _uids([each.content for each in first])
    file = render_calendar(overnight_meeting(), back, LINKS, NOW)
    assert file
    assert {(str(entry["status"]), entry["sequence"]) for entry in _entries(file)} == {("CANCELLED", 4)}


def test_download_after_an_accepted_place_was_cancelled_takes_the_entries_out() -> None:
    """An accepted place was theirs, as a confirmed one is."""
    who = traveller_once_offered()
    told = (joined(who), offered(who), accepted(who), cancelled(who, revision=4))
    file = render_calendar(
        overnight_meeting(), traveller_once_offered(status="cancelled", history=build_history(*told)), LINKS, NOW
    )
    assert file
    assert b"METHOD:CANCEL\r\n" in file


def test_download_after_cancelling_takes_the_entries_out() -> None:
    """The file of a cancelled registration is the cancellation, with the SEQUENCE of its last fact."""
    who = traveller()
    gone = traveller(status="cancelled", history=build_history(confirmed(who), cancelled(who)))
    file = render_calendar(overnight_meeting(), gone, LINKS, NOW)
    assert file
    assert b"METHOD:CANCEL\r\n" in file
    assert {(str(entry["status"]), entry["sequence"]) for entry in _entries(file)} == {("CANCELLED", 1)}
    assert len(_entries(file)) == 4


def _statuses(meeting: Event, who: Registration) -> dict[str, str]:
    """The status of each departure in the file to download, by the end of its UID."""
    file = render_calendar(meeting, who, LINKS, NOW)
    assert file
    departures = _entries(file)[1:]
    assert {entry["sequence"] for entry in _entries(file)} == {who.revision - 1}
    return {
        str(entry["uid"]).partition("@")[0].removeprefix(f"{who.id}-"): str(entry["status"])
        for entry in departures
    }


def test_download_takes_out_departures_given_up_since() -> None:
    """An earlier file, or mail, may have put them into the calendar: the same UID, cancelled."""
    who = traveller()
    fact = changed(who)
    now = traveller(needs=fact.needs, history=build_history(confirmed(who), fact))
    expected = {"flight_out": "CONFIRMED", "transfer_out": "CONFIRMED", "flight_home": "CANCELLED"}
    assert _statuses(overnight_meeting(), now) == expected
    noted = ({"fact": "checked-in", "at": AT},) * histories.MAX_HISTORY_LENGTH
    folded = traveller(needs=fact.needs, history=(*now.history, *noted)).fold()
    assert folded.folded > now.revision
    assert _statuses(overnight_meeting(), folded) == expected
    file = render_calendar(overnight_meeting(), now, LINKS, NOW)
    assert file
    assert b"METHOD:PUBLISH\r\n" in file
    assert b"ATTENDEE" not in file  # a published file invites no one
    gone = traveller(
        status="cancelled", needs=fact.needs, history=build_history(confirmed(who), fact, cancelled(who))
    )
    assert _statuses(overnight_meeting(), gone) == dict.fromkeys(expected, "CANCELLED")


def test_download_takes_out_a_departure_swapped_away_and_those_of_an_earlier_place() -> None:
    """However it was lost; and one that is theirs again is confirmed again."""
    who = traveller()
    swap = Swapped(**build_fact_fields(who, 2), needs=("place", "flight_out"), took=(), gave=("transfer_out",))
    now = traveller(needs=swap.needs, history=build_history(confirmed(who), swap))
    expected = {"flight_out": "CONFIRMED", "transfer_out": "CANCELLED", "flight_home": "CANCELLED"}
    assert _statuses(overnight_meeting(), now) == expected
    again = confirmed(who, ("place", "flight_home"))
    back = traveller(needs=again.needs, history=build_history(confirmed(who), cancelled(who), again))
    expected = {"flight_home": "CONFIRMED", "flight_out": "CANCELLED", "transfer_out": "CANCELLED"}
    assert _statuses(overnight_meeting(), back) == expected


def test_download_has_nothing_of_departures_that_were_never_theirs() -> None:
    """Nor of those that were only asked for while waiting."""
    who = traveller(needs=("place", "flight_out"))
    asked = Joined(**build_fact_fields(who, 1), needs=ALL_NEEDS, waiting_for=("place",))
    dropped = replace(changed(who), status="waiting")
    now = traveller(needs=who.needs, history=build_history(asked, dropped, promoted(who, 3)))
    assert _statuses(overnight_meeting(), now) == {"flight_out": "CONFIRMED"}


def test_download_takes_out_a_departure_that_is_no_longer_part_of_the_event() -> None:
    """As it was, which the mail about it told; one that came back is as it is now."""
    who, meeting = traveller(), overnight_meeting()
    flight, bus, home = meeting.legs
    told = ToldOfChange(**build_fact_fields(who, 2), version=2, was_legs={"flight_home": dump_part(home)})
    now = traveller(history=build_history(confirmed(who), told))
    without = overnight_meeting(legs=[dump_part(flight), dump_part(bus)])
    expected = {"flight_out": "CONFIRMED", "transfer_out": "CONFIRMED", "flight_home": "CANCELLED"}
    assert _statuses(without, now) == expected
    assert _statuses(meeting, now) == dict.fromkeys(expected, "CONFIRMED")


def _departures_of(meeting: Event, who: Registration) -> list[tuple[str, str, str, str]]:
    file = render_calendar(meeting, who, LINKS, NOW)
    assert file
    return [
        (str(entry["summary"]), str(entry["location"]), str(entry["uid"]), entry["dtstart"].to_ical().decode())
        for entry in _entries(file)[1:]
    ]


def test_each_departure_taken_is_an_entry() -> None:
    """A leg has its own lasting UID, its moment in UTC, and what the traveller needs to know."""
    who = traveller(needs=("place", "transfer_out", "flight_home"))
    place = "@doegnmoede-bornholm.tilmelding"
    assert _departures_of(overnight_meeting(), who) == [
        (
            "Bus til hotellet (Rønne Lufthavn–Allinge)",
            "Rønne Lufthavn",
            f"{who.id}-transfer_out{place}",
            "20200825T061500Z",
        ),
        ("Fly til København (Rønne–København)", "Rønne", f"{who.id}-flight_home{place}", "20200826T110000Z"),
    ]


def test_mail_has_a_file_for_each_entry() -> None:
    """An invitation is about one UID; the files together hold what the download holds."""
    who = traveller()
    invitations = build_files_for_fact(LetterContext(overnight_meeting(), who, LINKS), confirmed(who), NOW)
    assert [invitation.name for invitation in invitations] == [
        "invite.ics",
        "flight_out.ics",
        "transfer_out.ics",
        "flight_home.ics",
    ]
    whole = render_calendar(overnight_meeting(), who, LINKS, NOW)
    assert whole
    assert _uids([invitation.content for invitation in invitations]) == _uids([whole])


def test_uids_rest_on_ids_alone() -> None:
    """Another title, time or link changes no UID; another person's or event's entry has another one."""
    who, other = registration(), registration(attendee("Mette", "Vaaben"))
    elsewhere = registration(event_id="doegnmoede-bornholm")
    moved = event(title={"da": "Nyt", "en": "New"}, starts_at="2020-05-05T14:00")
    files = [
        render_calendar(event(), who, LINKS, NOW),
        render_calendar(moved, who, Links(*["https://elsewhere.example/x"] * 3), NOW),
        render_calendar(event(), other, LINKS, NOW),
        render_calendar(overnight_meeting(legs=[]), elsewhere, LINKS, NOW),
    ]
    uids = _uids([file for file in files if file])
    assert uids[0] == uids[1]
    assert len(set(uids)) == 3


@pytest.mark.parametrize("name", ['A "B" C', "Kim; Lee, Jr: x", "مريم", "🦊 Ræv", "O’Brien^n", "x" * 300])
def test_any_name_leaves_the_file_whole(name: str) -> None:
    """Quotes, separators, other scripts and long names neither break the file nor get lost."""
    who = registration(attendee(name, "Ågård", email="a@example.org"))
    (invitation,) = build_files_for_fact(LetterContext(event(), who, LINKS), confirmed(who), NOW)
    (entry,) = _entries(invitation.content)
    assert entry["attendee"].params["CN"] == f"{name} Ågård".replace('"', "’")
    assert max(map(len, invitation.content.split(b"\r\n"))) <= 75


def test_addresses_are_uris() -> None:
    """ORGANIZER and ATTENDEE are in ASCII: the domain in punycode, and nothing that would end the address."""
    who = registration(attendee(email="a%b@blåbær.dk"))
    meeting = event(contact={"name": "Netværket", "email": "net@ærø.example"})
    (invitation,) = build_files_for_fact(LetterContext(meeting, who, LINKS), confirmed(who), NOW)
    (entry,) = _entries(invitation.content)
    assert str(entry["organizer"]) == "mailto:net@xn--r-3fa9c.example"
    assert str(entry["attendee"]) == "mailto:a%25b@xn--blbr-roah.dk"
