"""The fields of the form that changes an event: what they say of its document, and the document that they say.
Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, get_args

from chalicelib.language import LANGUAGES
from chalicelib.programme.model import Document, Event, Leg, Meal, NotedMail, Release, Session, Stay
from chalicelib.web.organiser.event_labels import is_moment

Sent = Mapping[str, str]
Kept = dict[str, list[int]]  #: of the parts of each list, which ones are left, by their places in the form


@dataclass(frozen=True)
class Part:
    """The fields of each part of a list, which the programme has as a `model`; `grows` where the form may add one,
    and take one away by emptying it."""

    model: type[Document]
    plain: tuple[str, ...]
    in_both: tuple[str, ...] = ("title",)
    grows: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        return (*(f"{name}.{language}" for name in self.in_both for language in LANGUAGES), *self.plain)

    @property
    def needed(self) -> set[str]:
        """What may not be left empty where the part itself is not."""
        return {name for name, field in self.model.model_fields.items() if field.is_required()}


_JOURNEY = ("carrier", "number", "origin", "origin_code", "destination", "destination_code", "departs", "arrives")
PARTS = {
    "sessions": Part(Session, ("starts_at", "place", "speakers"), grows=True),
    "legs": Part(Leg, _JOURNEY, ("title", "meeting_point")),
    "stays": Part(Stay, ("hotel", "beds", "check_in", "check_out")),
    "meals": Part(Meal, ("starts_at",), grows=True),
    "deadlines.releases": Part(Release, ("at",), grows=True),
}
_LISTS = {"reminders", "speakers"}  #: of words or numbers, written with commas
_PLAIN = (
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
_IN_BOTH = ("title", "summary", "description", "venue.note", "note", *(f"notes.{m}" for m in get_args(NotedMail)))


def fields(event: Event) -> Iterator[str]:
    """All of them, by their dotted names; where a list may grow, with those of one more part."""
    yield from _PLAIN
    yield from (f"{name}.{language}" for name in _IN_BOTH for language in LANGUAGES)
    document = event.model_dump(mode="json", exclude_none=True)
    for of, part in PARTS.items():
        for place in range(how_many(document, of) + part.grows):
            yield from (f"{of}.{place}.{field}" for field in part.fields)


def how_many(document: dict[str, Any], of: str) -> int:
    """How many parts the list has."""
    return len(_found(document, of.split(".")))


def known(event: Event) -> dict[str, str]:
    """What the form's fields say of the event; moments as local time, to the minute."""
    document = event.model_dump(mode="json", exclude_none=True)
    return {name: _said(name, _found(document, name.split("."))) for name in fields(event)}


def _said(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value or "")[: 16 if is_moment(name) else None]


def changed(event: Event, sent: Sent) -> tuple[dict[str, Any], Kept]:
    """The event's document as the form says: what was left as it was stays to the second, what was left empty
    goes; and which parts of its lists are left."""
    document, before = event.model_dump(mode="json", exclude_none=True), known(event)
    for name in fields(event):
        if sent.get(name, "") != before[name]:
            _put(document, name.split("."), _meant(name, sent.get(name)))
    kept = {of: _without_empty(_found(document, of.split(".")) or [], part) for of, part in PARTS.items()}
    _name(document["meals"])
    return document, kept


def _meant(name: str, value: str | None) -> Any:
    if value is None or name.rpartition(".")[2] not in _LISTS:
        return value
    return [each.strip() for each in value.split(",") if each.strip()]


def _found(document: Any, path: list[str]) -> Any:
    here = document
    for part in path:
        here = dict(enumerate(here)).get(int(part), {}) if isinstance(here, list) else here.get(part, {})
    return here


def _put(here: Any, path: list[str], value: Any) -> None:
    """Put the value there, or take away what is there, with whatever is empty then; a list keeps its places."""
    first, *rest = path
    if isinstance(here, list):
        if int(first) == len(here):
            here.append({})
        _put(here[int(first)], rest, value)
    elif rest:
        inner = here.setdefault(first, [] if rest[0].isdigit() else {})
        _put(inner, rest, value)
        if not inner:
            del here[first]
    elif value is None:
        here.pop(first, None)
    else:
        here[first] = value


def _without_empty(found: list[dict[str, Any]], part: Part) -> list[int]:
    """Take away what the form has emptied, where it may; the places of what is left."""
    kept = [place for place, each in enumerate(found) if not part.grows or any(map(each.get, {*each} - {"name"}))]
    found[:] = [found[place] for place in kept]
    return kept


def _name(meals: list[dict[str, Any]]) -> None:
    """Give a new one a code of its own."""
    known = {meal.get("name") for meal in meals}
    for meal in meals:
        meal.setdefault("name", next(name for name in map("meal_{}".format, count(1)) if name not in known))


def in_form(path: str, kept: Kept, names: Collection[str]) -> str:
    """Which of the form's fields an error's path points to: a list's errors stand at the list, a part's where it
    stood in the form, and what is missing in both languages at the first."""
    head, _, last = path.rpartition(".")
    field = head if last.isdigit() and head.rpartition(".")[2] in _LISTS else path
    for of, places in kept.items():
        if field.startswith(f"{of}."):
            place, _, rest = field.removeprefix(f"{of}.").partition(".")
            field = f"{of}.{places[int(place)]}.{rest}"
    return f"{field}.{LANGUAGES[0]}" if f"{field}.{LANGUAGES[0]}" in names else field
