"""Who sleeps where: single rooms, rooms shared by two who chose each other, and guests still to be matched.

Nobody is put in a room with somebody they did not name, unless an organiser has decided so.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.programme.model import Stay
from chalicelib.registration.model import Registration
from chalicelib.travel.lists.names import normalize_name
from chalicelib.travel.lists.order import build_name_key
from chalicelib.travel.lists.warning import ManifestWarning, build_warning


@dataclass(frozen=True)
class Room:
    """One room of a stay; `number` counts through the list. With `to_be_matched`, a bed is left free."""

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
    """The stay's rooms in the order of their first guest's name, numbered from `first` on. Those `decided`, by
    their ids, share whatever they wished."""
    ordered = sorted(guests, key=build_name_key)
    parties = [(guest,) for guest in ordered] if stay.beds == 1 else _group_guests(ordered, decided_pairs)
    return tuple(
        Room(stay, number, party, is_unmatched=len(party) < min(stay.beds, 2))
        for number, party in enumerate(parties, start=first_number)
    )


def build_warnings(rooms: Iterable[Room]) -> list[ManifestWarning]:
    """One for each guest still to be matched: the wish is not mutual, or there is none."""
    return [
        build_warning(guest, "share-with-unmatched" if _get_share_with(guest) else "room-with-one-sharer")
        for room in rooms
        if room.is_unmatched
        for guest in room.guests
    ]


def _group_guests(
    guests: Sequence[Registration], decided_pairs: Iterable[tuple[str, str]]
) -> list[tuple[Registration, ...]]:
    here = {guest.id: guest for guest in guests}
    pairs = [(here[one], here[other]) for one, other in decided_pairs if one in here and other in here]
    beside = {one.id: other for pair in pairs for one, other in (pair, pair[::-1])}
    companions = _find_companions([guest for guest in guests if guest.id not in beside])
    parties: list[tuple[Registration, ...]] = []
    placed: set[str] = set()
    for guest in guests:
        if guest.id in placed:
            continue
        party = (
            (guest, beside[guest.id])
            if guest.id in beside
            else (guest, *_find_unique_companion(guest, companions))
        )
        parties.append(party)
        placed.update(member.id for member in party)
    return parties


def _find_companions(guests: Sequence[Registration]) -> dict[str, list[Registration]]:
    """For each guest those who named them and whom they named: more than one where two have the same name."""
    called: dict[str, list[Registration]] = defaultdict(list)
    for guest in guests:
        for name in {normalize_name(guest.attendee.name), normalize_name(guest.attendee.email)}:
            called[name].append(guest)
    wished = {
        guest.id: {
            other.id: other for other in called[normalize_name(_get_share_with(guest))] if other.id != guest.id
        }
        for guest in guests
    }
    return {one.id: [other for other in wished[one.id].values() if one.id in wished[other.id]] for one in guests}


def _find_unique_companion(guest: Registration, companions: dict[str, list[Registration]]) -> list[Registration]:
    """The companion, if each is the only one the other can mean."""
    found = companions[guest.id]
    return found if len(found) == 1 and len(companions[found[0].id]) == 1 else []


def _get_share_with(guest: Registration) -> str:
    travel = guest.attendee.travel
    return (travel.share_with or "") if travel else ""
