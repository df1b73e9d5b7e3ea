"""The labels of an event's fields, in its form and in the audit log, and its due dates. Pure."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from chalicelib.broadcasts.deadlines import Deadline, list_deadlines
from chalicelib.language import N_, Language, get_translator
from chalicelib.programme import dates
from chalicelib.programme.model import Event
from chalicelib.travel.lists.checks import ASSISTANCE_NOTICE

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
    """Return the field's label without the part that it is in, and with the language that it is written in."""
    say = get_translator(language)
    field, _, last = path.rpartition(".")
    if field and last in _LANGUAGE_NAMES:
        return f"{label_field(field, language)} ({say(_LANGUAGE_NAMES[last])})"
    return say(_LABELS.get(path) or _LABELS.get(last, path))


def label_path(path: str, event: Event | None, language: Language) -> str:
    """Return the field's label with the part that it is in and the language that it is written in.

    The parts of a broken event (None) have no titles.
    """
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


def _label_part(list_path: str, key: str, event: Event | None, language: Language) -> str:
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


_DUE_DATE_TITLES = {
    "names": N_("The airline wants the names by"),
    "rooms": N_("The hotel wants names and rooms by"),
}
_STATE_LABELS = {"ahead": "", "near": N_("soon"), "passed": N_("passed")}
DueDate = dict[str, Any]


def list_agreed_due_dates(event: Event, now: datetime, language: Language) -> list[DueDate]:
    """List the deadlines agreed with airline and hotel, in order: title, moment, and whether near or passed."""
    return [
        _build_due_date(_format_due_date_title(each, language), each.at, each.state_at(now), language)
        for each in list_deadlines(event)
    ]


def list_all_due_dates(event: Event, now: datetime, language: Language) -> list[DueDate]:
    """List all due dates that matter for the lists, in order."""
    say = get_translator(language)
    flights = [leg.departs for leg in event.legs if leg.kind == "flight"]
    dates = {
        N_("Registration closes"): event.registration_closes_at,
        N_("No offers from the waitlist from"): event.waitlist.list_deadline,
        N_("The airline hears of assistance by"): min(flights) - ASSISTANCE_NOTICE if flights else None,
        N_("The event begins"): event.starts_at,
    }
    others = [
        _build_due_date(say(title), at, "passed" if now >= at else "ahead", language)
        for title, at in dates.items()
        if at
    ]
    return sorted([*list_agreed_due_dates(event, now, language), *others], key=lambda due: due["at"])


def _build_due_date(title: str, at: datetime, state: str, language: Language) -> DueDate:
    label = _STATE_LABELS[state]
    return {"title": title, "at": at, "state": get_translator(language)(label) if label else ""}


def _format_due_date_title(deadline: Deadline, language: Language) -> str:
    if deadline.title is None:
        return get_translator(language)(_DUE_DATE_TITLES[deadline.kind])
    return get_translator(language)(N_("Until then: %(what)s")) % {"what": deadline.title.in_(language)}
