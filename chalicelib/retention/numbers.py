"""An event's numbers: counts without persons, live, and as frozen before each purge.

A number under five could point at a person, so none is told or stored; nor is the next smallest beside it, where
the sum would tell the one left out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, get_args

from chalicelib import facts
from chalicelib.aws import keys, table
from chalicelib.aws.items import Put
from chalicelib.aws.keys import NumbersKey, format_timestamp
from chalicelib.aws.table import ConditionFailed
from chalicelib.programme.model import RetentionStage
from chalicelib.registration import store
from chalicelib.registration.attendee import Sector
from chalicelib.registration.model import Registration
from chalicelib.retention.store import Purge, transact

LEAST_TOLD = 5  #: people; a smaller number is left out
Cell = int | None

_WAITED = {facts.Joined.kind}
_PROMOTED = {facts.Promoted.kind, facts.Accepted.kind}


@dataclass(frozen=True)
class Numbers:
    """The numbers of an event; None for a number that is left out.

    `registered` counts all registrations, `waited` those that ever were on the waitlist, `promoted` those of them
    that got in, `turned_away` those that wait still, `cancelled` those given up, `came` and `absent` the confirmed
    who were checked in and who were not. `by_sector` counts the registered, `by_allotment` what the confirmed
    have.
    """

    registered: Cell
    waited: Cell
    promoted: Cell
    turned_away: Cell
    cancelled: Cell
    came: Cell
    absent: Cell
    by_sector: Mapping[str, Cell]
    by_allotment: Mapping[str, Cell]


def count(registrations: Iterable[Registration], allotments: Iterable[str]) -> Numbers:
    """Count the registrations, and leave out what could point at a person."""
    everyone = list(registrations)
    confirmed = [each for each in everyone if each.status == "confirmed"]
    came = sum(each.checked_in_at is not None for each in confirmed)
    totals = {
        "registered": len(everyone),
        "waited": _count_with(everyone, _WAITED),
        "promoted": _count_with(everyone, _PROMOTED),
    }
    without_place = {
        "turned_away": sum(each.status == "waiting" for each in everyone),
        "cancelled": sum(each.status == "cancelled" for each in everyone),
    }
    by_sector = Counter(each.attendee.sector for each in everyone)
    by_allotment = Counter(name for each in confirmed for name in each.needs)
    return Numbers(
        **{name: _leave_out(total) for name, total in totals.items()},
        **suppress_small(without_place),
        **suppress_small({"came": came, "absent": len(confirmed) - came}),
        by_sector=suppress_small({sector: by_sector[sector] for sector in get_args(Sector)}),
        by_allotment=_suppress_remainders(
            suppress_small({name: by_allotment[name] for name in allotments}), len(everyone)
        ),
    )


def _count_with(registrations: Iterable[Registration], kinds: set[str]) -> int:
    return sum(any(entry["fact"] in kinds for entry in each.known_facts) for each in registrations)


def _leave_out(number: int) -> Cell:
    return number if number >= LEAST_TOLD else None


def suppress_small(row: Mapping[str, int]) -> dict[str, Cell]:
    """Leave out each number under five of a row, and one more where the sum would tell the only one left out."""
    told = {name: _leave_out(number) for name, number in row.items()}
    left_out = [name for name, number in told.items() if number is None]
    others = [name for name, number in told.items() if number is not None]
    if len(left_out) == 1 and others:
        told[min(others, key=lambda name: row[name])] = None
    return told


def _suppress_remainders(row: Mapping[str, Cell], total: int) -> dict[str, Cell]:
    """Leave out each number by which one could tell that fewer than five people are not in it."""
    return {
        name: None if number is not None and 0 < total - number < LEAST_TOLD else number
        for name, number in row.items()
    }


def count_live(event_id: str) -> Numbers:
    """Count the event's registrations as they are now; raises EventNotFound."""
    allotments = store.read_places(event_id).capacity
    return count(store.list_registrations(event_id), allotments)


def freeze(purge: Purge, stage: RetentionStage, now: datetime) -> bool:
    """Freeze the numbers before the purge, once; return whether there is a registration at all.

    A purge that was stopped and begins again finds them frozen, while all were counted. Raises PurgeSuperseded.
    """
    registrations = list(store.list_registrations(purge.event_id))
    numbers = count(registrations, store.read_places(purge.event_id).capacity)
    item = {
        **keys.numbers_key(purge.event_id, format_timestamp(purge.due_at)),
        "stage": stage,
        "frozen_at": format_timestamp(now),
        "numbers": asdict(numbers),
    }
    with suppress(ConditionFailed):  # they are frozen
        if registrations:
            transact(purge, Put(item))
    return bool(registrations)


def list_frozen(event_id: str) -> list[dict[str, Any]]:
    """List the frozen numbers of the event, the earliest first, each with its stage and moment."""
    return [
        {"stage": item["stage"], "at": item["frozen_at"], **item["numbers"]}
        for item in table.query(event_id, NumbersKey.prefix())
    ]
