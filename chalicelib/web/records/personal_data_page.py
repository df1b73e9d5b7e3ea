"""The context of the page that shows a participant what is held about them."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from chalicelib.contact import phones
from chalicelib.language import N_, Language, get_translator
from chalicelib.programme import dates
from chalicelib.programme.model import Event
from chalicelib.registration import details, sealing
from chalicelib.registration.details import FIELDS, Field
from chalicelib.registration.model import Registration
from chalicelib.web.records import sentences

_STATUS_NAMES = {
    "confirmed": N_("Registered"),
    "waiting": N_("On the waitlist"),
    "offered": N_("A place is offered to you"),
    "cancelled": N_("Cancelled"),
}
_LIST_NAMES = {
    "passengers": N_("Flights"),
    "transfers": N_("Bus"),
    "own_way": N_("On their own way"),
    "rooming": N_("Rooms"),
    "dietary": N_("Food"),
    "dietary_by_name": N_("Food by name"),
    "contacts": N_("Contacts"),
    "warnings": N_("What to look at"),
}


#: The lists of the further part that the page reads as they are; the answer's link has none of them.
_FURTHER_LISTS = ("history", "got_in_ahead", "link_requests", "organisers_actions", "tasks", "shared_rooms")


def build_context(
    document: Mapping[str, Any], registration: Registration, event: Event, language: Language
) -> dict[str, Any]:
    """Build the context from the document, in one part or both; what the document leaves out, the page does."""
    return {
        "document": {**dict.fromkeys(_FURTHER_LISTS, ()), **document},
        "status_name": get_translator(language)(_STATUS_NAMES[registration.status]),
        "needs": event.join_titles(registration.needs, language),
        "details": list(_list_details(registration, language)),
        "mails": [
            {"title": each["title"], "text": each["text"], "at": _find_last_moment(each)}
            for each in document.get("mails", ())
        ],
        "waits": [
            {**each, "names": event.join_titles(each["for"], language)} for each in document.get("waitlist", ())
        ],
        "bookings": [
            {**each, "leg": event.join_titles((each["leg"],), language) or each["leg"]}
            for each in document.get("bookings", ())
        ],
        "lists": [_build_version(each, event, language) for each in document.get("lists", ())],
    }


def _list_details(registration: Registration, language: Language) -> Iterator[tuple[str, str]]:
    """List each detail that was told, with its label, in words."""
    attendee, say = sealing.unseal(registration).attendee, get_translator(language)
    for name, field in FIELDS.items():
        if value := details.read(attendee, name):
            yield say(field.label), _format_detail(field, value, language)


def _format_detail(field: Field, value: Any, language: Language) -> str:
    say = get_translator(language)
    if value is True:
        return say(N_("Yes"))
    if field.kind == "phone":
        return phones.format_international(value)
    values = value if isinstance(value, tuple) else (value,)
    return ", ".join(say(field.choices[each]) if each in field.choices else str(each) for each in values)


def _find_last_moment(mail: Mapping[str, Any]) -> str | None:
    """Find the latest moment of a mail's record."""
    return max((value for name, value in mail.items() if name.endswith("_at")), default=None)


def _build_version(version: Mapping[str, Any], event: Event, language: Language) -> dict[str, Any]:
    """Build what one version of the lists says of the person, and to whom it was sent."""
    say = get_translator(language)
    return {
        "version": version["version"],
        "as_of": version["as_of"],
        "sent": [{"to": say(sentences.RECIPIENT_NAMES[each["to"]]), "at": each["at"]} for each in version["sent"]],
        "says": [
            (
                say(_LIST_NAMES[name]) if name in _LIST_NAMES else name,
                " · ".join(_format_row(row, event, language)),
            )
            for name, rows in version["says"].items()
            for row in rows
        ],
    }


def _format_row(value: Any, event: Event, language: Language) -> Iterator[str]:
    """Format the values of a list's row one by one, without those that are not there."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _format_row(each, event, language)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _format_row(each, event, language)
    elif value and not isinstance(value, bool):
        yield _format_value(str(value), event, language)


def _format_value(value: str, event: Event, language: Language) -> str:
    """Format a value: a moment in words, a unit by its title, a choice by its label, or what stands there."""
    if "T" in value:
        with suppress(ValueError):
            return dates.format_date_time(datetime.fromisoformat(value), language)
    if value in details.CHOICE_LABELS:
        return get_translator(language)(details.CHOICE_LABELS[value])
    return event.join_titles((value,), language) or value
