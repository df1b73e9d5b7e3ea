"""The calendar entries of a registration (RFC 5545): the meeting, and each departure that the person takes.

An entry keeps its UID for good, made from the event's and the registration's id. SEQUENCE rises with each
fact of the registration, so that a later file always replaces an earlier one.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as Entry

from chalicelib.facts import Accepted, Cancelled, Changed, Confirmed, Promoted, Swapped
from chalicelib.language import Language, translator
from chalicelib.mail.letters.itinerary import leg_lines, place
from chalicelib.programme.model import Event, Leg
from chalicelib.registration.model import Registration

Method = Literal["REQUEST", "PUBLISH", "CANCEL"]
Given = Confirmed | Promoted | Accepted  #: the facts by which places become somebody's
Moved = Changed | Swapped  #: the facts by which something else becomes theirs
_GIVEN = {fact.kind for fact in (Confirmed, Promoted, Accepted)}


@dataclass(frozen=True)
class Invitation:
    """One entry, to be sent: `name` is the name of its file."""

    name: str
    method: Method
    content: bytes


@dataclass(frozen=True)
class _Source:
    """What all entries of one file are made from."""

    event: Event
    registration: Registration
    link: str
    method: Method
    sequence: int
    now: datetime

    @property
    def language(self) -> Language:
        return self.registration.attendee.language


def current(event: Event, registration: Registration, link: str, now: datetime) -> bytes | None:
    """All entries of the registration as it stands, in one file to download; None where no place was ever theirs.

    The file of a cancelled registration takes the entries out again.
    """
    if registration.status == "confirmed":
        method: Method = "PUBLISH"
    elif registration.status == "cancelled" and _ever_theirs(registration.history):
        method = "CANCEL"
    else:
        return None
    source = _Source(event, registration, link, method, registration.revision - 1, now)
    return _file(
        source, [_meeting(source), *(_departure(source, leg) for leg in _legs(event, registration.needs))]
    )


def for_fact(
    fact: Given | Moved | Cancelled, event: Event, registration: Registration, link: str, now: datetime
) -> tuple[Invitation, ...]:
    """The entries to send with the fact's mail, the meeting first; none to whom no place was theirs.

    Each is a file of its own, because an invitation or its cancellation is about one UID (RFC 5546, 3.2).
    Departures that were given up are taken out again.
    """
    if isinstance(fact, Cancelled) and not takes_back(fact, registration):
        return ()
    if isinstance(fact, Changed) and fact.status != "confirmed":
        return ()
    method: Method = "CANCEL" if isinstance(fact, Cancelled) else "REQUEST"
    source = _Source(event, registration, link, method, fact.revision - 1, now)
    meeting = Invitation("invite.ics", method, _file(source, [_meeting(source)]))
    given_up = _legs(event, fact.gave) if isinstance(fact, Moved) else []
    taken = [_one_departure(source, leg) for leg in _legs(event, fact.needs)]
    return (meeting, *taken, *(_one_departure(replace(source, method="CANCEL"), leg) for leg in given_up))


def anew(
    revision: int, event: Event, registration: Registration, link: str, now: datetime, gone: Iterable[Leg] = ()
) -> tuple[Invitation, ...]:
    """The entries of a confirmed registration as it and the event are now, to replace whatever was sent before
    its fact of that number; departures that are gone from the event are taken out."""
    source = _Source(event, registration, link, "REQUEST", revision - 1, now)
    meeting = Invitation("invite.ics", "REQUEST", _file(source, [_meeting(source)]))
    taken = [_one_departure(source, leg) for leg in _legs(event, registration.needs)]
    return (meeting, *taken, *(_one_departure(replace(source, method="CANCEL"), leg) for leg in gone))


def _one_departure(source: _Source, leg: Leg) -> Invitation:
    return Invitation(f"{leg.name}.ics", source.method, _file(source, [_departure(source, leg)]))


def takes_back(fact: Cancelled, registration: Registration) -> bool:
    """Whether entries may stand in a calendar that the cancellation has to take out: a place was theirs once."""
    return fact.was == "confirmed" or _ever_theirs(registration.history[: fact.revision - 1])


def _ever_theirs(history: Iterable[dict[str, Any]]) -> bool:
    return any(entry["fact"] in _GIVEN for entry in history)


def _legs(event: Event, needs: Iterable[str]) -> list[Leg]:
    taken = set(needs)
    return [leg for leg in event.legs if leg.name in taken]


def _file(source: _Source, entries: Iterable[Entry]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", f"-//Tilmelding//{source.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", source.method)
    for entry in entries:
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _meeting(source: _Source) -> Entry:
    event = source.event
    entry = _entry(source, source.registration.id, event.starts_at, event.ends_at)
    entry.add("summary", _without_controls(event.title.in_(source.language)))
    entry.add("location", _without_controls(place(event.venue)))
    entry.add("description", _description(source, (event.summary.in_(source.language),)))
    return entry


def _departure(source: _Source, leg: Leg) -> Entry:
    entry = _entry(source, f"{source.registration.id}-{leg.name}", leg.departs, leg.arrives)
    entry.add("summary", _without_controls(f"{leg.title.in_(source.language)} ({leg.origin}–{leg.destination})"))
    entry.add("location", _without_controls(leg.origin))
    entry.add("description", _description(source, leg_lines(leg, source.language)))
    return entry


def _entry(source: _Source, uid: str, starts_at: datetime, ends_at: datetime) -> Entry:
    entry = Entry()
    entry.add("uid", f"{uid}@{source.event.id}.tilmelding")
    entry.add("sequence", source.sequence)
    entry.add("dtstamp", source.now.astimezone(UTC))
    entry.add("dtstart", starts_at.astimezone(UTC))
    entry.add("dtend", ends_at.astimezone(UTC))
    entry.add("url", source.link)
    entry.add("status", "CANCELLED" if source.method == "CANCEL" else "CONFIRMED")
    # The link opens the registration to whoever has it: shared calendars hide what is private.
    entry.add("class", "PRIVATE")
    entry.add("organizer", _organiser(source.event))
    if source.method != "PUBLISH":
        entry.add("attendee", _attendee(source.registration))
    return entry


def _organiser(event: Event) -> vCalAddress:
    organiser = vCalAddress(f"mailto:{event.contact.email}")
    organiser.params["CN"] = vText(_quotable(event.contact.name))
    return organiser


def _attendee(registration: Registration) -> vCalAddress:
    """Somebody who has said yes already, and of whom no answer is wanted."""
    attendee = vCalAddress(f"mailto:{registration.attendee.email}")
    attendee.params["CN"] = vText(_quotable(registration.attendee.name))
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    return attendee


def _quotable(name: str) -> str:
    """A parameter's value can hold no double quotes and no line ends (RFC 5545, 3.2)."""
    return " ".join(_without_controls(name).replace('"', "’").split())


def _without_controls(text: str) -> str:
    """A value can hold no control characters but line ends (RFC 5545, 3.1)."""
    return "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) != "Cc")


def _description(source: _Source, lines: tuple[str, ...]) -> str:
    _ = translator(source.language)
    see = _("See, change or cancel your registration") + ":"
    return "\n".join((*map(_without_controls, lines), "", see, source.link))
