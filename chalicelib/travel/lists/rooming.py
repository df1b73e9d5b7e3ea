"""Assign guests to rooms: single rooms, rooms shared by two who chose each other, and guests still to be matched.

A guest shares only with the one they named, unless an organiser has decided so.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.programme.model import Stay
from chalicelib.registration.model import Registration
from chalicelib.travel.lists.order import build_name_key
from chalicelib.travel.lists.search import fold
from chalicelib.travel.lists.warning import ManifestWarning, build_warning


@dataclass(frozen=True)
class Room:
    """One room of a stay; `number` counts through the list. In one that `is_unmatched`, a bed is left free."""

    stay: Stay
    number: int
    guests: tuple[Registration, ...]
    is_unmatched: bool = False


def assign_rooms(
    stay: Stay,
    guests: Iterable[Registration],
    first_number: int = 1,
    decided_pairs: Iterable[tuple[str, str]] = (),
) -> tuple[Room, ...]:
    """Assign the stay's rooms in the order of their first guest's name, numbered from `first_number` on.

    The `decided_pairs`, by registration ids, share whatever they wished.
    """
    sorted_guests = sorted(guests, key=build_name_key)
    parties = (
        [(guest,) for guest in sorted_guests] if stay.beds == 1 else _group_guests(sorted_guests, decided_pairs)
    )
    return tuple(
        Room(stay, number, party, is_unmatched=len(party) < min(stay.beds, 2))
        for number, party in enumerate(parties, start=first_number)
    )


def build_warnings(rooms: Iterable[Room]) -> list[ManifestWarning]:
    """Build a warning for each guest still to be matched: the wish is not mutual, or there is none."""
    return [
        build_warning(guest, "share-with-unmatched" if _get_share_with(guest) else "room-with-one-sharer")
        for room in rooms
        if room.is_unmatched
        for guest in room.guests
    ]


def _group_guests(
    guests: Sequence[Registration], decided_pairs: Iterable[tuple[str, str]]
) -> list[tuple[Registration, ...]]:
    """Group the guests into parties of one room: the decided pairs, then those who chose only each other."""
    guests_by_id = {guest.id: guest for guest in guests}
    pairs = [
        (guests_by_id[first], guests_by_id[second])
        for first, second in decided_pairs
        if first in guests_by_id and second in guests_by_id
    ]
    partner_of = {first.id: second for pair in pairs for first, second in (pair, pair[::-1])}
    companions = _find_companions([guest for guest in guests if guest.id not in partner_of])
    parties: list[tuple[Registration, ...]] = []
    grouped_ids: set[str] = set()
    for guest in guests:
        if guest.id in grouped_ids:
            continue
        party = (
            (guest, partner_of[guest.id])
            if guest.id in partner_of
            else (guest, *_find_unique_companion(guest, companions))
        )
        parties.append(party)
        grouped_ids.update(member.id for member in party)
    return parties


def _find_companions(guests: Sequence[Registration]) -> dict[str, list[Registration]]:
    """Return for each guest those who named them and whom they named: several where two have the same name."""
    guests_by_name: dict[str, list[Registration]] = defaultdict(list)
    for guest in guests:
        for name in {_build_key(guest.attendee.name), _build_key(guest.attendee.email)}:
            guests_by_name[name].append(guest)
    wishes = {
        guest.id: {
            other.id: other for other in guests_by_name[_build_key(_get_share_with(guest))] if other.id != guest.id
        }
        for guest in guests
    }
    return {one.id: [other for other in wishes[one.id].values() if one.id in wishes[other.id]] for one in guests}


def _build_key(name: str) -> str:
    """Build the key that a name is found by in each spelling of the lists, also with the family name first."""
    return " ".join(sorted(fold(name).split()))


def _find_unique_companion(guest: Registration, companions: dict[str, list[Registration]]) -> list[Registration]:
    """Return the companion, if each is the only one the other can mean."""
    mutual = companions[guest.id]
    return mutual if len(mutual) == 1 and len(companions[mutual[0].id]) == 1 else []


def _get_share_with(guest: Registration) -> str:
    travel = guest.attendee.travel
    return (travel.share_with or "") if travel else ""
