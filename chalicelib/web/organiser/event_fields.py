"""The fields of the form that changes an event: what they say of its document, and the document that they say.
Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, get_args

from chalicelib.language import LANGUAGES
from chalicelib.programme.model import Event, Leg, MailNoteKind, Meal, ProgrammePart, Release, Session, Stay
from chalicelib.web.organiser.event_labels import is_datetime_field

Submitted = Mapping[str, str]
KeptIndexes = dict[str, list[int]]  #: of the parts of each list, which ones are left, by their places in the form


@dataclass(frozen=True)
class ListFields:
    """The fields of each part of a list, which the programme has as a `model`; `grows` where the form may add one,
    and take one away by emptying it."""

    model: type[ProgrammePart]
    plain: tuple[str, ...]
    bilingual: tuple[str, ...] = ("title",)
    can_grow: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        return (*(f"{name}.{language}" for name in self.bilingual for language in LANGUAGES), *self.plain)

    @property
    def required(self) -> set[str]:
        """What may not be left empty where the part itself is not."""
        return {name for name, field in self.model.model_fields.items() if field.is_required()}


_LEG_FIELDS = (
    "carrier",
    "number",
    "origin",
    "origin_code",
    "destination",
    "destination_code",
    "departs",
    "arrives",
)
FIELDS_BY_LIST = {
    "sessions": ListFields(Session, ("starts_at", "place", "speakers"), can_grow=True),
    "legs": ListFields(Leg, _LEG_FIELDS, ("title", "meeting_point")),
    "stays": ListFields(Stay, ("hotel", "beds", "check_in", "check_out")),
    "meals": ListFields(Meal, ("starts_at",), can_grow=True),
    "deadlines.releases": ListFields(Release, ("at",), can_grow=True),
}
_COMMA_SEPARATED = {"reminders", "speakers"}  #: of words or numbers, written with commas
_PLAIN_FIELDS = (
    "starts_at",
    "ends_at",
    "registration.opens_at",
    "registration.closes_at",
    "waitlist.list_deadline",
    "deadlines.names",
    "deadlines.rooms",
    "venue.name",
    "venue.address",
    "contact.name",
    "contact.email",
    "waitlist.mode",
    "waitlist.offer_hours",
    "registration.most_per_source",
    "reminders",
)
_BILINGUAL_FIELDS = (
    "title",
    "summary",
    "description",
    "venue.note",
    "note",
    *(f"notes.{m}" for m in get_args(MailNoteKind)),
)


def iterate_field_names(event: Event) -> Iterator[str]:
    """All of them, by their dotted names; where a list may grow, with those of one more part."""
    yield from _PLAIN_FIELDS
    yield from (f"{name}.{language}" for name in _BILINGUAL_FIELDS for language in LANGUAGES)
    document = event.model_dump(mode="json", exclude_none=True)
    for of, part in FIELDS_BY_LIST.items():
        for place in range(count_elements(document, of) + part.can_grow):
            yield from (f"{of}.{place}.{field}" for field in part.fields)


def count_elements(document: dict[str, Any], list_path: str) -> int:
    """How many parts the list has."""
    return len(_find_value(document, list_path.split(".")))


def build_form_values(event: Event) -> dict[str, str]:
    """What the form's fields say of the event; moments as local time, to the minute."""
    document = event.model_dump(mode="json", exclude_none=True)
    return {
        name: _format_value(name, _find_value(document, name.split("."))) for name in iterate_field_names(event)
    }


def _format_value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value or "")[: 16 if is_datetime_field(name) else None]


def apply_form(event: Event, submitted: Submitted) -> tuple[dict[str, Any], KeptIndexes]:
    """The event's document as the form says: what was left as it was stays to the second, what was left empty
    goes; and which parts of its lists are left."""
    document, before = event.model_dump(mode="json", exclude_none=True), build_form_values(event)
    for name in iterate_field_names(event):
        if submitted.get(name, "") != before[name]:
            _put_value(document, name.split("."), _parse_value(name, submitted.get(name)))
    kept = {
        of: _remove_empty(_find_value(document, of.split(".")) or [], part) for of, part in FIELDS_BY_LIST.items()
    }
    _assign_names(document["meals"])
    return document, kept


def _parse_value(name: str, value: str | None) -> Any:
    if value is None or name.rpartition(".")[2] not in _COMMA_SEPARATED:
        return value
    return [each.strip() for each in value.split(",") if each.strip()]


def _find_value(document: Any, path: list[str]) -> Any:
    here = document
    for part in path:
        here = dict(enumerate(here)).get(int(part), {}) if isinstance(here, list) else here.get(part, {})
    return here


def _put_value(node: Any, path: list[str], value: Any) -> None:
    """Put the value there, or take away what is there, with whatever is empty then; a list keeps its places."""
    first, *rest = path
    if isinstance(node, list):
        if int(first) == len(node):
            node.append({})
        _put_value(node[int(first)], rest, value)
    elif rest:
        inner = node.setdefault(first, [] if rest[0].isdigit() else {})
        _put_value(inner, rest, value)
        if not inner:
            del node[first]
    elif value is None:
        node.pop(first, None)
    else:
        node[first] = value


def _remove_empty(elements: list[dict[str, Any]], list_fields: ListFields) -> list[int]:
    """Take away what the form has emptied, where it may; the places of what is left."""
    kept = [
        place
        for place, each in enumerate(elements)
        if not list_fields.can_grow or any(map(each.get, {*each} - {"name"}))
    ]
    elements[:] = [elements[place] for place in kept]
    return kept


def _assign_names(meals: list[dict[str, Any]]) -> None:
    """Give a new one a code of its own."""
    known = {meal.get("name") for meal in meals}
    for meal in meals:
        meal.setdefault("name", next(name for name in map("meal_{}".format, count(1)) if name not in known))


def find_form_field(path: str, kept: KeptIndexes, field_names: Collection[str]) -> str:
    """Which of the form's fields an error's path points to: a list's errors stand at the list, a part's where it
    stood in the form, and what is missing in both languages at the first."""
    head, _, last = path.rpartition(".")
    field = head if last.isdigit() and head.rpartition(".")[2] in _COMMA_SEPARATED else path
    for of, places in kept.items():
        if field.startswith(f"{of}."):
            place, _, rest = field.removeprefix(f"{of}.").partition(".")
            field = f"{of}.{places[int(place)]}.{rest}"
    return f"{field}.{LANGUAGES[0]}" if f"{field}.{LANGUAGES[0]}" in field_names else field
