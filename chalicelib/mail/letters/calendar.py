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
from chalicelib.language import Language, get_translator
from chalicelib.mail.letters.itinerary import describe_leg, format_venue
from chalicelib.programme.model import Event, Leg
from chalicelib.registration.model import Registration

Method = Literal["REQUEST", "PUBLISH", "CANCEL"]
ConfirmingFact = Confirmed | Promoted | Accepted  #: the facts by which places become somebody's
AmendingFact = Changed | Swapped  #: the facts by which something else becomes theirs
_CONFIRMING_KINDS = {fact.kind for fact in (Confirmed, Promoted, Accepted)}


@dataclass(frozen=True)
class CalendarFile:
    """One entry, to be sent: `name` is the name of its file."""

    name: str
    method: Method
    content: bytes


@dataclass(frozen=True)
class _CalendarContext:
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


def render_calendar(event: Event, registration: Registration, link: str, now: datetime) -> bytes | None:
    """All entries of the registration as it stands, in one file to download; None where no place was ever theirs.

    The file of a cancelled registration takes the entries out again.
    """
    if registration.status == "confirmed":
        method: Method = "PUBLISH"
    elif registration.status == "cancelled" and _has_been_confirmed(registration.history):
        method = "CANCEL"
    else:
        return None
    source = _CalendarContext(event, registration, link, method, registration.revision - 1, now)
    return _serialize_entries(
        source,
        [
            _build_meeting_entry(source),
            *(_build_departure_entry(source, leg) for leg in _select_legs(event, registration.needs)),
        ],
    )


def build_files_for_fact(
    fact: ConfirmingFact | AmendingFact | Cancelled,
    event: Event,
    registration: Registration,
    link: str,
    now: datetime,
) -> tuple[CalendarFile, ...]:
    """The entries to send with the fact's mail, the meeting first; none to whom no place was theirs.

    Each is a file of its own, because an invitation or its cancellation is about one UID (RFC 5546, 3.2).
    Departures that were given up are taken out again.
    """
    if isinstance(fact, Cancelled) and not has_entries_to_cancel(fact, registration):
        return ()
    if isinstance(fact, Changed) and fact.status != "confirmed":
        return ()
    method: Method = "CANCEL" if isinstance(fact, Cancelled) else "REQUEST"
    source = _CalendarContext(event, registration, link, method, fact.revision - 1, now)
    meeting = CalendarFile("invite.ics", method, _serialize_entries(source, [_build_meeting_entry(source)]))
    given_up = _select_legs(event, fact.gave) if isinstance(fact, AmendingFact) else []
    taken = [_build_departure_file(source, leg) for leg in _select_legs(event, fact.needs)]
    return (meeting, *taken, *(_build_departure_file(replace(source, method="CANCEL"), leg) for leg in given_up))


def build_replacement_files(
    revision: int,
    event: Event,
    registration: Registration,
    link: str,
    now: datetime,
    removed_legs: Iterable[Leg] = (),
) -> tuple[CalendarFile, ...]:
    """The entries of a confirmed registration as it and the event are now, to replace whatever was sent before
    its fact of that number; departures that are gone from the event are taken out."""
    source = _CalendarContext(event, registration, link, "REQUEST", revision - 1, now)
    meeting = CalendarFile("invite.ics", "REQUEST", _serialize_entries(source, [_build_meeting_entry(source)]))
    taken = [_build_departure_file(source, leg) for leg in _select_legs(event, registration.needs)]
    return (
        meeting,
        *taken,
        *(_build_departure_file(replace(source, method="CANCEL"), leg) for leg in removed_legs),
    )


def _build_departure_file(context: _CalendarContext, leg: Leg) -> CalendarFile:
    return CalendarFile(
        f"{leg.name}.ics", context.method, _serialize_entries(context, [_build_departure_entry(context, leg)])
    )


def has_entries_to_cancel(fact: Cancelled, registration: Registration) -> bool:
    """Whether entries may stand in a calendar that the cancellation has to take out: a place was theirs once."""
    return fact.was == "confirmed" or _has_been_confirmed(registration.history[: fact.revision - 1])


def _has_been_confirmed(history: Iterable[dict[str, Any]]) -> bool:
    return any(entry["fact"] in _CONFIRMING_KINDS for entry in history)


def _select_legs(event: Event, needs: Iterable[str]) -> list[Leg]:
    taken = set(needs)
    return [leg for leg in event.legs if leg.name in taken]


def _serialize_entries(context: _CalendarContext, entries: Iterable[Entry]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", f"-//Tilmelding//{context.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", context.method)
    for entry in entries:
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _build_meeting_entry(context: _CalendarContext) -> Entry:
    event = context.event
    entry = _build_entry(context, context.registration.id, event.starts_at, event.ends_at)
    entry.add("summary", _strip_control_characters(event.title.in_(context.language)))
    entry.add("location", _strip_control_characters(format_venue(event.venue)))
    entry.add("description", _build_description(context, (event.summary.in_(context.language),)))
    return entry


def _build_departure_entry(context: _CalendarContext, leg: Leg) -> Entry:
    entry = _build_entry(context, f"{context.registration.id}-{leg.name}", leg.departs, leg.arrives)
    entry.add(
        "summary", _strip_control_characters(f"{leg.title.in_(context.language)} ({leg.origin}–{leg.destination})")
    )
    entry.add("location", _strip_control_characters(leg.origin))
    entry.add("description", _build_description(context, describe_leg(leg, context.language)))
    return entry


def _build_entry(context: _CalendarContext, uid: str, starts_at: datetime, ends_at: datetime) -> Entry:
    entry = Entry()
    entry.add("uid", f"{uid}@{context.event.id}.tilmelding")
    entry.add("sequence", context.sequence)
    entry.add("dtstamp", context.now.astimezone(UTC))
    entry.add("dtstart", starts_at.astimezone(UTC))
    entry.add("dtend", ends_at.astimezone(UTC))
    entry.add("url", context.link)
    entry.add("status", "CANCELLED" if context.method == "CANCEL" else "CONFIRMED")
    # The link opens the registration to whoever has it: shared calendars hide what is private.
    entry.add("class", "PRIVATE")
    entry.add("organizer", _build_organiser(context.event))
    if context.method != "PUBLISH":
        entry.add("attendee", _build_attendee(context.registration))
    return entry


def _build_organiser(event: Event) -> vCalAddress:
    organiser = vCalAddress(f"mailto:{event.contact.email}")
    organiser.params["CN"] = vText(_sanitize_parameter(event.contact.name))
    return organiser


def _build_attendee(registration: Registration) -> vCalAddress:
    """Somebody who has said yes already, and of whom no answer is wanted."""
    attendee = vCalAddress(f"mailto:{registration.attendee.email}")
    attendee.params["CN"] = vText(_sanitize_parameter(registration.attendee.name))
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    return attendee


def _sanitize_parameter(name: str) -> str:
    """A parameter's value can hold no double quotes and no line ends (RFC 5545, 3.2)."""
    return " ".join(_strip_control_characters(name).replace('"', "’").split())


def _strip_control_characters(text: str) -> str:
    """A value can hold no control characters but line ends (RFC 5545, 3.1)."""
    return "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) != "Cc")


def _build_description(context: _CalendarContext, text_lines: tuple[str, ...]) -> str:
    _ = get_translator(context.language)
    see = _("See, change or cancel your registration") + ":"
    return "\n".join((*map(_strip_control_characters, text_lines), "", see, context.link))
