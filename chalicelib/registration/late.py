"""What a participant can no longer change alone: airline and hotel have it by then. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from chalicelib.programme.model import Event
from chalicelib.registration.attendee import Attendee, Travel
from chalicelib.registration.model import Registration

Kind = Literal["names", "rooms"]
_NAME = ("given_name", "family_name")


def late_fields(event: Event, before: Registration, after: Registration, now: datetime) -> tuple[str, ...]:
    """The fields of the change that only the organiser can make now. Whoever is on no list yet may change all."""
    if before.status != "confirmed":
        return ()
    changed = set(_changed(before.attendee, after.attendee))
    late: list[str] = []
    for due, parts, fields in _settled(event):
        if due is None or now < due:
            continue
        had, has = parts & {*before.needs}, parts & {*after.needs}
        late += ["needs"] if had != has else []
        late += [field for field in fields if field in changed and had | has]
    return tuple(dict.fromkeys(late))


def settled_for(event: Event, registration: Registration) -> dict[Kind, datetime]:
    """From when on what they have is settled: their name and flights, their name and room."""
    if registration.status not in ("confirmed", "offered"):
        return {}
    kinds: tuple[Kind, ...] = ("names", "rooms")
    settled = zip(kinds, _settled(event), strict=True)
    return {kind: due for kind, (due, parts, _) in settled if due and parts & {*registration.needs}}


def _settled(event: Event) -> Iterator[tuple[datetime | None, set[str], tuple[str, ...]]]:
    """When what is settled: the parts of the journey, and what their lists say of people."""
    flights = {leg.name for leg in event.legs if leg.kind == "flight"}
    rooms = {stay.name for stay in event.stays}
    yield event.deadlines.names, flights, (*_NAME, "travel.name_on_id", "travel.title")
    yield event.deadlines.rooms, rooms, (*_NAME, "travel.share_with")


def _changed(before: Attendee, after: Attendee) -> Iterator[str]:
    yield from (name for name in _NAME if getattr(before, name) != getattr(after, name))
    was, is_ = before.travel or Travel(), after.travel or Travel()
    yield from (f"travel.{name}" for name in Travel.model_fields if getattr(was, name) != getattr(is_, name))
