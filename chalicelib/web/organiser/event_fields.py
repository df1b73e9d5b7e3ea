"""Convert between an event's document and the fields of the form that changes it. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, get_args

from chalicelib.language import LANGUAGES
from chalicelib.programme.model import Event, Leg, MailNoteKind, Meal, ProgrammePart, Release, Session, Stay
from chalicelib.web.organiser.event_labels import is_datetime_field

_LENGTH_TO_THE_MINUTE = len("2020-10-25T02:30")
Submitted = Mapping[str, Any]
KeptIndexes = dict[str, list[int]]  #: for each list, the indexes in the form of the parts that are left


@dataclass(frozen=True)
class ListFields:
    """The fields of each part of a list, which the programme has as a `model`. With `can_grow`, the form may add a
    part, and remove one by emptying it."""

    model: type[ProgrammePart]
    plain: tuple[str, ...]
    bilingual: tuple[str, ...] = ("title",)
    can_grow: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """All its field names; a bilingual field has one for each language."""
        return (*(f"{name}.{language}" for name in self.bilingual for language in LANGUAGES), *self.plain)

    @property
    def required(self) -> set[str]:
        """Names of the fields that may not be left empty where the part itself is not."""
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
_COMMA_SEPARATED = {"reminders", "speakers"}  #: words or numbers, separated by commas
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
    """Iterate over the dotted names of all fields; of a list that may grow, with those of one more part."""
    yield from _PLAIN_FIELDS
    yield from (f"{name}.{language}" for name in _BILINGUAL_FIELDS for language in LANGUAGES)
    document = event.model_dump(mode="json", exclude_none=True)
    for list_path, part in FIELDS_BY_LIST.items():
        for index in range(count_elements(document, list_path) + part.can_grow):
            yield from (f"{list_path}.{index}.{field}" for field in part.fields)


def count_elements(document: dict[str, Any], list_path: str) -> int:
    """Count the parts of the list."""
    return len(_find_value(document, list_path.split(".")))


def build_form_values(event: Event) -> dict[str, str]:
    """Build the values of the form's fields for the event; moments as local time, to the minute."""
    document = event.model_dump(mode="json", exclude_none=True)
    return {
        name: _format_value(name, _find_value(document, name.split("."))) for name in iterate_field_names(event)
    }


def _format_value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value or "")[: _LENGTH_TO_THE_MINUTE if is_datetime_field(name) else None]


def apply_form(event: Event, submitted: Submitted) -> tuple[dict[str, Any], KeptIndexes]:
    """Apply the form to the event's document; return it with the indexes of the parts that are left.

    An unchanged field keeps its value to the second, and its offset; a field left empty is removed.
    """
    document, before = event.model_dump(mode="json", exclude_none=True), build_form_values(event)
    for name in iterate_field_names(event):
        if _normalize(name, submitted.get(name, "")) != before[name]:
            _put_value(document, name.split("."), _parse_value(name, submitted.get(name)))
    kept = {
        list_path: _remove_empty(_find_value(document, list_path.split(".")) or [], part)
        for list_path, part in FIELDS_BY_LIST.items()
    }
    _assign_names(document["meals"])
    return document, kept


def _normalize(name: str, value: str) -> str:
    """Return a moment without the seconds that some browsers add, so that one that was not changed is found."""
    return value.removesuffix(":00") if is_datetime_field(name) and len(value) > _LENGTH_TO_THE_MINUTE else value


def _parse_value(name: str, value: str | None) -> Any:
    if value is None or name.rpartition(".")[2] not in _COMMA_SEPARATED:
        return value
    return [each.strip() for each in value.split(",") if each.strip()]


def _find_value(document: Any, path: list[str]) -> Any:
    node = document
    for part in path:
        node = dict(enumerate(node)).get(int(part), {}) if isinstance(node, list) else node.get(part, {})
    return node


def _put_value(node: Any, path: list[str], value: Any) -> None:
    """Set the value at the path; without a value, remove it and the groups that are empty then. A list keeps its
    indexes."""
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
    """Remove the parts that the form has emptied, where it may; return the indexes of those left."""
    kept = [
        index
        for index, each in enumerate(elements)
        if not list_fields.can_grow or any(map(each.get, {*each} - {"name"}))
    ]
    elements[:] = [elements[index] for index in kept]
    return kept


def _assign_names(meals: list[dict[str, Any]]) -> None:
    """Give each new meal a code of its own."""
    known = {meal.get("name") for meal in meals}
    for meal in meals:
        meal.setdefault("name", next(name for name in map("meal_{}".format, count(1)) if name not in known))


def find_form_field(path: str, kept: KeptIndexes, field_names: Collection[str]) -> str:
    """Find the form's field for an error's path.

    Errors of a list's elements stand at the list, those of a part where it stood in the form, and what is missing
    in both languages at the first.
    """
    head, _, last = path.rpartition(".")
    field = head if last.isdigit() and head.rpartition(".")[2] in _COMMA_SEPARATED else path
    for list_path, indexes in kept.items():
        if field.startswith(f"{list_path}."):
            index, _, rest = field.removeprefix(f"{list_path}.").partition(".")
            field = f"{list_path}.{indexes[int(index)]}.{rest}"
    return f"{field}.{LANGUAGES[0]}" if f"{field}.{LANGUAGES[0]}" in field_names else field
