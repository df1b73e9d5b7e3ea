"""An event's units when the programme changes: what may be changed, and the update of the event's PLACES."""

from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.items import Item, Update
from chalicelib.problems import AllotmentInUse, BelowHeld, BelowTaken
from chalicelib.programme.lines import parse_demand
from chalicelib.programme.model import Event


def check_change(places: Item, before: Event, after: Event, *, confirmed: bool) -> None:
    """Raises where the programme would take away what somebody has, waits for or holds."""
    for name in before.capacities:
        if name not in after.capacities and _is_in_use(places, name):
            raise AllotmentInUse(allotment=name)
    for name, capacity in after.capacities.items():
        taken, held = places["taken"].get(name, 0), places["held"].get(name, 0)
        if capacity >= before.capacities.get(name, 0):
            continue
        if capacity < held:
            raise BelowHeld(allotment=name, held=held, capacity=capacity)
        if capacity - held < taken and not confirmed:
            raise BelowTaken(allotment=name, taken=taken + held, capacity=capacity)


def _is_in_use(places: Item, name: str) -> bool:
    waits = any(name in parse_demand(line) for line, entries in places["lines"].items() if entries)
    return bool(places["taken"].get(name) or places["held"].get(name) or waits)


def build_update(places: Item, before: Event, after: Event, *, confirmed: bool) -> Update:
    """The units of the new version, on condition that what was checked still holds."""
    kept, gone = list(after.capacities), [name for name in before.capacities if name not in after.capacities]
    names = {f"#{place}": name for place, name in enumerate([*kept, *gone])}
    sign = {name: mark for mark, name in names.items()}
    names["#capacity"] = "capacity"  # the word is reserved in expressions
    registrable = {name: units - places["held"].get(name, 0) for name, units in after.capacities.items()}
    values: dict[str, Any] = {":capacity": registrable, ":zero": 0, ":one": 1, ":held": places["held"]}
    conditions = ["held = :held"]
    if gone:
        values[":changes"] = places["changes"]
        conditions.append("changes = :changes")
    for name in () if confirmed else kept:
        if after.capacities[name] < before.capacities.get(name, 0):
            values[f":{sign[name][1:]}"] = registrable[name]
            conditions.append(f"taken.{sign[name]} <= :{sign[name][1:]}")
    sets = ["#capacity = :capacity", "changes = changes + :one"]
    if _select_promotion_rules(before) != _select_promotion_rules(after):
        sets.append("freed = freed + :one")  # the lines are to be looked at again
    if before.waitlist != after.waitlist or any(
        units > before.capacities.get(name, 0) for name, units in after.capacities.items()
    ):
        sets.append("released = released + :one")  # also for whoever passed an offer on
    for part in ("taken", "held"):
        sets += [f"{part}.{sign[name]} = if_not_exists({part}.{sign[name]}, :zero)" for name in kept]
    removes = [f"{part}.{sign[name]}" for name in gone for part in ("taken", "held")]
    return Update(
        key=keys.places_key(after.id),
        expression="SET " + ", ".join(sets) + (" REMOVE " + ", ".join(removes) if removes else ""),
        condition=" AND ".join(conditions),
        names=names,
        values=values,
    )


def _select_promotion_rules(event: Event) -> tuple[object, ...]:
    """All of the event that decides who moves up."""
    return event.allotments, event.waitlist, event.starts_at
