"""The calendar entries of a registration (RFC 5545): the meeting, and each departure that the participant takes.

An entry keeps its UID for good, made from the event's and the registration's id. SEQUENCE rises with each
fact of the registration, so that a later file always replaces an earlier one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as Entry

from chalicelib.contact.addresses import build_mailto
from chalicelib.facts import Changed
from chalicelib.mail.letters.catalogue import MAIL_KINDS
from chalicelib.mail.letters.context import LetterContext, Links
from chalicelib.mail.letters.event_changes import find_removed_legs
from chalicelib.mail.letters.history import (
    has_been_confirmed,
    has_entries_to_cancel,
    list_legs_once_told,
    list_units_once_confirmed,
)
from chalicelib.mail.letters.itinerary import describe_leg
from chalicelib.programme.model import Event, Leg
from chalicelib.registration.model import Registration
from chalicelib.text import join_place, strip_control_characters

Method = Literal["REQUEST", "PUBLISH", "CANCEL"]


@dataclass(frozen=True)
class CalendarFile:
    """A calendar file to attach to a mail; `name` is its file name."""

    name: str
    method: Method
    content: bytes


@dataclass(frozen=True)
class _EntrySource:
    """The values that all entries of one mail or one download are made from."""

    context: LetterContext
    method: Method
    sequence: int
    now: datetime
    is_given_up: bool = False  #: a part of what is otherwise confirmed

    @property
    def status(self) -> str:
        """The status of the entries."""
        return "CANCELLED" if self.is_given_up or self.method == "CANCEL" else "CONFIRMED"


def render_calendar(event: Event, registration: Registration, links: Links, now: datetime) -> bytes | None:
    """Render all entries of the registration as it is now as one file to download.

    A departure that was given up, or is no longer part of the event, is there as cancelled: an earlier file may
    have put it into the calendar. The file of a cancelled registration removes all entries. Return None where it
    was never confirmed.
    """
    if registration.status == "confirmed":
        method: Method = "PUBLISH"
    elif registration.status == "cancelled" and has_been_confirmed(registration.known_facts):
        method = "CANCEL"
    else:
        return None
    source = _EntrySource(LetterContext(event, registration, links), method, registration.revision - 1, now)
    departures = [_build_departure_entry(source, leg) for leg in _select_legs(event, registration.needs)]
    cancelled = replace(source, is_given_up=True)
    given_up = [_build_departure_entry(cancelled, leg) for leg in _find_given_up_legs(event, registration)]
    return _serialize_entries(source, [_build_meeting_entry(source), *departures, *given_up])


def _find_given_up_legs(event: Event, registration: Registration) -> list[Leg]:
    """Find the legs that an earlier calendar file had and the registration no longer has, as they were last."""
    once_held, legs = list_units_once_confirmed(registration.known_facts), {leg.name: leg for leg in event.legs}
    removed = {
        name: leg for name, leg in list_legs_once_told(registration.known_facts).items() if name not in legs
    }
    known = {name: leg for name, leg in legs.items() if name not in registration.needs} | removed
    return [leg for name, leg in known.items() if name in once_held]


def build_files_for_fact(context: LetterContext, fact: Any, now: datetime) -> tuple[CalendarFile, ...]:
    """Build the files that go with the fact's mail, the meeting's first; none where nothing was confirmed.

    The catalogue names the update. Each file holds one entry, because an invitation or its cancellation is about
    one UID (RFC 5546, 3.2).
    """
    update, event, registration = MAIL_KINDS[fact.kind].calendar_update, context.event, context.registration
    if update is None or (isinstance(fact, Changed) and fact.status != "confirmed"):
        return ()
    source = _EntrySource(context, "REQUEST", fact.revision - 1, now)
    match update:
        case "invitation":
            return _build_files(source, _select_legs(event, fact.needs))
        case "amendment":
            return _build_files(source, _select_legs(event, fact.needs), _select_legs(event, fact.gave))
        case "cancellation" if has_entries_to_cancel(registration, fact):
            return _build_files(replace(source, method="CANCEL"), _select_legs(event, fact.needs))
        case "replacement" if registration.status == "confirmed":
            removed_legs = find_removed_legs(context, fact)
            return _build_files(source, _select_legs(event, registration.needs), removed_legs)
    return ()


def _build_files(
    source: _EntrySource, legs: Iterable[Leg], cancelled_legs: Iterable[Leg] = ()
) -> tuple[CalendarFile, ...]:
    cancelling = replace(source, method="CANCEL")
    return (
        CalendarFile("invite.ics", source.method, _serialize_entries(source, [_build_meeting_entry(source)])),
        *(_build_departure_file(source, leg) for leg in legs),
        *(_build_departure_file(cancelling, leg) for leg in cancelled_legs),
    )


def _build_departure_file(source: _EntrySource, leg: Leg) -> CalendarFile:
    entry = _build_departure_entry(source, leg)
    return CalendarFile(f"{leg.name}.ics", source.method, _serialize_entries(source, [entry]))


def _select_legs(event: Event, needs: Iterable[str]) -> list[Leg]:
    names = set(needs)
    return [leg for leg in event.legs if leg.name in names]


def _serialize_entries(source: _EntrySource, entries: Iterable[Entry]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", f"-//Tilmelding//{source.context.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", source.method)
    for entry in entries:
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _build_meeting_entry(source: _EntrySource) -> Entry:
    context = source.context
    event = context.event
    entry = _build_entry(source, context.registration.id, event.starts_at, event.ends_at)
    entry.add("summary", strip_control_characters(context.title))
    entry.add("location", strip_control_characters(join_place(event.venue.name, event.venue.address)))
    entry.add("description", _build_description(context, (event.summary.in_(context.language),)))
    return entry


def _build_departure_entry(source: _EntrySource, leg: Leg) -> Entry:
    context = source.context
    entry = _build_entry(source, f"{context.registration.id}-{leg.name}", leg.departs, leg.arrives)
    summary = f"{leg.title.in_(context.language)} ({leg.origin}–{leg.destination})"
    entry.add("summary", strip_control_characters(summary))
    entry.add("location", strip_control_characters(leg.origin))
    entry.add("description", _build_description(context, describe_leg(leg, context.language)))
    return entry


def _build_entry(source: _EntrySource, uid: str, starts_at: datetime, ends_at: datetime) -> Entry:
    entry = Entry()
    entry.add("uid", f"{uid}@{source.context.event.id}.tilmelding")
    entry.add("sequence", source.sequence)
    entry.add("dtstamp", source.now.astimezone(UTC))
    entry.add("dtstart", starts_at.astimezone(UTC))
    entry.add("dtend", ends_at.astimezone(UTC))
    entry.add("url", source.context.links.view)
    entry.add("status", source.status)
    # The link opens the registration without a password: shared calendars hide a private entry's details.
    entry.add("class", "PRIVATE")
    entry.add("organizer", _build_organiser(source.context.event))
    if source.method != "PUBLISH":
        entry.add("attendee", _build_attendee(source.context.registration))
    return entry


def _build_organiser(event: Event) -> vCalAddress:
    organiser = vCalAddress(build_mailto(event.contact.email))
    organiser.params["CN"] = vText(_sanitize_parameter(event.contact.name))
    return organiser


def _build_attendee(registration: Registration) -> vCalAddress:
    """Build the participant as an attendee who has accepted already and is not asked to reply."""
    attendee = vCalAddress(build_mailto(registration.attendee.email))
    attendee.params["CN"] = vText(_sanitize_parameter(registration.attendee.name))
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    return attendee


def _sanitize_parameter(name: str) -> str:
    """Replace what a parameter's value cannot hold: double quotes and line ends (RFC 5545, 3.2)."""
    return " ".join(strip_control_characters(name).replace('"', "’").split())


def _build_description(context: LetterContext, text_lines: tuple[str, ...]) -> str:
    _ = context._
    see = _("See how your registration stands") + ":"
    return "\n".join((*map(strip_control_characters, text_lines), "", see, context.links.view))
