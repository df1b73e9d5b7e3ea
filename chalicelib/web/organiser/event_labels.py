"""What the fields of an event's document are called, in its form and in the journal. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from chalicelib.language import N_, Language, get_translator
from chalicelib.programme import dates
from chalicelib.programme.model import Event

#: By their path, or where they are parts of a list, by their own name.
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
    return path.rpartition(".")[2] in _DATETIME_FIELDS


def format_heading(list_path: str, index: int, event: Event, language: Language) -> str:
    """What a part of a list is headed by: its title, its number, or that it would be a new one."""
    parts: Any = event.deadlines.releases if list_path == "deadlines.releases" else getattr(event, list_path)
    if index >= len(parts):
        return get_translator(language)(N_("One more"))
    said: str = parts[index].title.in_(language)
    return said


def label_field(path: str, language: Language) -> str:
    """What a field is called, whatever part it is in."""
    say, said = get_translator(language), _LABELS.get(path) or _LABELS.get(path.rpartition(".")[2], path)
    return say(said)


def label_path(path: str, event: Event, language: Language) -> str:
    """What a field is called, with the part that it is in and the language that it is written in."""
    say = get_translator(language)
    *names, last = path.split(".")
    tongue = f" ({say(_LANGUAGE_NAMES[last])})" if last in _LANGUAGE_NAMES and names else ""
    field = ".".join(names) if tongue else path
    for part, which, rest in _iterate_splits(field):
        if name := _label_part(part, which, event, language):
            return f"{name}: {label_field(rest, language)}{tongue}" if rest else name
    return label_field(field, language) + tongue


def _iterate_splits(path: str) -> Iterable[tuple[str, str, str]]:
    """The list that a path may go through, which part of it, and what is left of the path."""
    parts = path.split(".")
    for place in range(1, len(parts)):
        yield ".".join(parts[:place]), parts[place], ".".join(parts[place + 1 :])


def _label_part(list_path: str, key: str, event: Event, language: Language) -> str:
    if key.isdigit():
        numbered = _NUMBERED_PARTS.get(list_path)
        return get_translator(language)(numbered) % {"number": int(key) + 1} if numbered else ""
    named: Any = getattr(event, list_path, ()) if list_path in ("allotments", "legs", "stays", "meals") else ()
    return next((each.title.in_(language) for each in named if each.name == key), "")


def format_value(path: str, value: str, language: Language) -> str:
    """A value as people read it."""
    if not value:
        return "–"
    return dates.format_date_time(datetime.fromisoformat(value), language) if is_datetime_field(path) else value
