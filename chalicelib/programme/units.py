"""The units of an event when the programme changes: the check, and the update of the event's PLACES."""

from collections.abc import Mapping
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.items import Item, Update
from chalicelib.problems import AllotmentInUse, BelowHeld, BelowTaken
from chalicelib.programme.lines import parse_demand
from chalicelib.programme.model import Event

NONE_FORGOTTEN: Mapping[str, int] = {}


def check_change(places: Item, before: Event | None, after: Event, *, confirmed: bool) -> None:
    """Raise AllotmentInUse, BelowHeld or BelowTaken if the change would take away units that are in use.

    `before` is None where that document is broken.
    """
    capacities = _read_capacities(places, before)
    for name in capacities:
        if name not in after.capacities and _is_in_use(places, name):
            raise AllotmentInUse(allotment=before.translate_titles((name,)) if before else name)
    for name, capacity in after.capacities.items():
        taken, held = places["taken"].get(name, 0), places["held"].get(name, 0)
        if capacity >= capacities.get(name, 0):
            continue
        title = after.translate_titles((name,))
        if capacity < held:
            raise BelowHeld(allotment=title, held=held, capacity=capacity)
        if capacity - held < taken and not confirmed:
            raise BelowTaken(allotment=title, taken=taken + held, capacity=capacity)


def take_back(places: Item, forgotten: Mapping[str, int]) -> Item:
    """Return the places without the units that forgotten participants had."""
    taken = {name: units - forgotten.get(name, 0) for name, units in places["taken"].items()}
    return {**places, "taken": taken}


def _read_capacities(places: Item, event: Event | None) -> dict[str, int]:
    """Return the capacities of the event; where its document is broken, those that its places add up to."""
    if event:
        return event.capacities
    return {name: units + places["held"].get(name, 0) for name, units in places["capacity"].items()}


def _is_in_use(places: Item, name: str) -> bool:
    waits = any(name in parse_demand(line) for line, entries in places["lines"].items() if entries)
    return bool(places["taken"].get(name) or places["held"].get(name) or waits)


def build_update(
    places: Item,
    before: Event | None,
    after: Event,
    *,
    confirmed: bool,
    forgotten: Mapping[str, int] = NONE_FORGOTTEN,
    changes: int | None = None,
) -> Update:
    """Build the update to the units of the new version, on the condition that what was checked still holds.

    The units of `forgotten` participants, whose data is deleted, are taken back. With `changes`, nothing may have
    happened since the places had that many.
    """
    capacities = _read_capacities(places, before)
    kept, removed = list(after.capacities), [name for name in capacities if name not in after.capacities]
    index = {name: str(number) for number, name in enumerate([*kept, *removed])}
    names = {f"#{number}": name for name, number in index.items()}
    names["#capacity"] = "capacity"  # the word is reserved in expressions
    registrable = {name: units - places["held"].get(name, 0) for name, units in after.capacities.items()}
    values: dict[str, Any] = {":capacity": registrable, ":zero": 0, ":one": 1, ":held": places["held"]}
    conditions = ["held = :held"]
    if removed or changes is not None or forgotten:
        values[":changes"] = places["changes"] if changes is None else changes
        conditions.append("changes = :changes")
    for name in () if confirmed or forgotten else kept:
        if after.capacities[name] < capacities.get(name, 0):
            values[f":{index[name]}"] = registrable[name]
            conditions.append(f"taken.#{index[name]} <= :{index[name]}")
    sets = ["#capacity = :capacity", "changes = changes + :one"]
    if before is None or _select_promotion_rules(before) != _select_promotion_rules(after):
        sets.append("freed = freed + :one")  # the lines are to be settled again
    if (
        before is None
        or before.waitlist != after.waitlist
        or any(units > capacities.get(name, 0) for name, units in after.capacities.items())
    ):
        sets.append("released = released + :one")  # so that those who passed an offer on are offered one again
    for name in kept:
        sets += [
            f"{part}.#{index[name]} = if_not_exists({part}.#{index[name]}, :zero)" for part in ("taken", "held")
        ]
        if forgotten.get(name):
            values[f":forgotten{index[name]}"] = forgotten[name]
            sets[-2] += f" - :forgotten{index[name]}"
    removes = [f"{part}.#{index[name]}" for name in removed for part in ("taken", "held")]
    removes += ["forgotten"] if forgotten else []
    return Update(
        key=keys.places_key(after.id),
        expression="SET " + ", ".join(sets) + (" REMOVE " + ", ".join(removes) if removes else ""),
        condition=" AND ".join(conditions),
        names=names,
        values=values,
    )


def _select_promotion_rules(event: Event) -> tuple[object, ...]:
    """Return all parts of the event that decide who moves up."""
    return event.allotments, event.waitlist, event.starts_at
