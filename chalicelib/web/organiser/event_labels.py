"""The labels of an event's fields, in its form and in the audit log. Pure."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from chalicelib.language import N_, Language, get_translator
from chalicelib.programme import dates
from chalicelib.programme.model import Event

#: By path; for the parts of a list by the field's own name.
_LABELS = {
    "title": N_("Title"),
    "summary": N_("In one line"),
    "description": N_("Description"),
    "starts_at": N_("Begins"),
    "ends_at": N_("Ends"),
    "venue.name": N_("Place of the event"),
    "venue.address": N_("Address"),
    "venue.note": N_("How to find it"),
    "contact.name": N_("Whom to write to"),
    "contact.email": N_("Email address"),
    "registration.opens_at": N_("Registration opens"),
    "registration.closes_at": N_("Registration closes"),
    "waitlist.mode": N_("When something comes free"),
    "waitlist.offer_hours": N_("Hours to answer an offer"),
    "waitlist.list_deadline": N_("No offers from the waitlist from"),
    "deadlines.names": N_("The airline wants the names by"),
    "deadlines.rooms": N_("The hotel wants names and rooms by"),
    "reminders": N_("Reminders, days before"),
    "note": N_("On the event's page"),
    "notes": N_("What you add to the mails"),
    "speakers": N_("Speakers"),
    "capacity": N_("capacity"),
    "carrier": N_("Carrier"),
    "number": N_("Number"),
    "origin": N_("From"),
    "destination": N_("To"),
    "departs": N_("Departs"),
    "arrives": N_("Arrives"),
    "meeting_point": N_("Where to meet"),
    "place": N_("Where, if not at the event's place"),
    "origin_code": N_("Airport it leaves from (three letters)"),
    "destination_code": N_("Airport it goes to (three letters)"),
    "hotel": N_("Hotel"),
    "beds": N_("Beds in a room"),
    "check_in": N_("From (check-in)"),
    "check_out": N_("Until (check-out)"),
    "at": N_("Until when"),
}
_NUMBERED_PARTS = {
    "sessions": N_("Session %(number)s"),
    "speakers": N_("Speaker %(number)s"),
    "deadlines.releases": N_("What can be given back, %(number)s"),
}
_LANGUAGE_NAMES = {"da": N_("Danish"), "en": N_("English")}
_DATETIME_FIELDS = {
    "at",
    "opens_at",
    "closes_at",
    "starts_at",
    "ends_at",
    "departs",
    "arrives",
    "check_in",
    "check_out",
}
_DATETIME_FIELDS |= {"names", "rooms", "list_deadline"}


def is_datetime_field(path: str) -> bool:
    """Say whether the field holds a moment."""
    return path.rpartition(".")[2] in _DATETIME_FIELDS


def format_heading(list_path: str, index: int, event: Event, language: Language) -> str:
    """Format the heading of a list's part: its title, or that it would be a new one."""
    parts: Any = event.deadlines.releases if list_path == "deadlines.releases" else getattr(event, list_path)
    if index >= len(parts):
        return get_translator(language)(N_("One more"))
    title: str = parts[index].title.in_(language)
    return title


def label_field(path: str, language: Language) -> str:
    """Return the field's label without the part that it is in."""
    label = _LABELS.get(path) or _LABELS.get(path.rpartition(".")[2], path)
    return get_translator(language)(label)


def label_path(path: str, event: Event, language: Language) -> str:
    """Return the field's label with the part that it is in and the language that it is written in."""
    say = get_translator(language)
    *names, last = path.split(".")
    suffix = f" ({say(_LANGUAGE_NAMES[last])})" if last in _LANGUAGE_NAMES and names else ""
    field = ".".join(names) if suffix else path
    for list_path, key, rest in _iterate_splits(field):
        if name := _label_part(list_path, key, event, language):
            return f"{name}: {label_field(rest, language)}{suffix}" if rest else name
    return label_field(field, language) + suffix


def _iterate_splits(path: str) -> Iterable[tuple[str, str, str]]:
    """Iterate over the ways to split a path: a list's path, the key of a part in it, and the rest of the path."""
    parts = path.split(".")
    for index in range(1, len(parts)):
        yield ".".join(parts[:index]), parts[index], ".".join(parts[index + 1 :])


def _label_part(list_path: str, key: str, event: Event, language: Language) -> str:
    if key.isdigit():
        numbered = _NUMBERED_PARTS.get(list_path)
        return get_translator(language)(numbered) % {"number": int(key) + 1} if numbered else ""
    named: Any = getattr(event, list_path, ()) if list_path in ("allotments", "legs", "stays", "meals") else ()
    return next((each.title.in_(language) for each in named if each.name == key), "")


def format_value(path: str, value: str, language: Language) -> str:
    """Format a value for readers; a moment of a broken document that is none, as it stands there."""
    if not value:
        return "–"
    with suppress(ValueError):
        if is_datetime_field(path):
            return dates.format_date_time(datetime.fromisoformat(value), language)
    return value
