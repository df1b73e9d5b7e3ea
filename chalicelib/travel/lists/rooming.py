"""Who sleeps where: single rooms, rooms shared by two who chose each other, and guests still to be matched.

Nobody is put in a room with somebody they did not name, unless an organiser has decided so.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.programme.model import Stay
from chalicelib.registration.model import Registration
from chalicelib.travel.lists.order import danish
from chalicelib.travel.lists.warning import ManifestWarning, about


@dataclass(frozen=True)
class Room:
    """One room of a stay; `number` counts through the list. With `to_be_matched`, a bed is left free."""

    stay: Stay
    number: int
    guests: tuple[Registration, ...]
    to_be_matched: bool = False


def rooms(
    stay: Stay, guests: Iterable[Registration], first: int = 1, decided: Iterable[tuple[str, str]] = ()
) -> tuple[Room, ...]:
    """The stay's rooms in the order of their first guest's name, numbered from `first` on. Those `decided`, by
    their ids, share whatever they wished."""
    ordered = sorted(guests, key=_by_name)
    parties = [(guest,) for guest in ordered] if stay.beds == 1 else _parties(ordered, decided)
    return tuple(
        Room(stay, number, party, to_be_matched=len(party) < min(stay.beds, 2))
        for number, party in enumerate(parties, start=first)
    )


def warnings(rooms: Iterable[Room]) -> list[ManifestWarning]:
    """One for each guest still to be matched: the wish is not mutual, or there is none."""
    return [
        about(guest, "share-with-unmatched" if _wish(guest) else "room-with-one-sharer")
        for room in rooms
        if room.to_be_matched
        for guest in room.guests
    ]


def _parties(guests: Sequence[Registration], decided: Iterable[tuple[str, str]]) -> list[tuple[Registration, ...]]:
    here = {guest.id: guest for guest in guests}
    pairs = [(here[one], here[other]) for one, other in decided if one in here and other in here]
    beside = {one.id: other for pair in pairs for one, other in (pair, pair[::-1])}
    companions = _companions([guest for guest in guests if guest.id not in beside])
    parties: list[tuple[Registration, ...]] = []
    placed: set[str] = set()
    for guest in guests:
        if guest.id in placed:
            continue
        party = (guest, beside[guest.id]) if guest.id in beside else (guest, *_only_one(guest, companions))
        parties.append(party)
        placed.update(member.id for member in party)
    return parties


def _companions(guests: Sequence[Registration]) -> dict[str, list[Registration]]:
    """For each guest those who named them and whom they named: more than one where two have the same name."""
    called: dict[str, list[Registration]] = defaultdict(list)
    for guest in guests:
        for name in {_plain(guest.attendee.name), _plain(guest.attendee.email)}:
            called[name].append(guest)
    wished = {
        guest.id: {other.id: other for other in called[_plain(_wish(guest))] if other.id != guest.id}
        for guest in guests
    }
    return {one.id: [other for other in wished[one.id].values() if one.id in wished[other.id]] for one in guests}


def _only_one(guest: Registration, companions: dict[str, list[Registration]]) -> list[Registration]:
    """The companion, if each is the only one the other can mean."""
    found = companions[guest.id]
    return found if len(found) == 1 and len(companions[found[0].id]) == 1 else []


def _wish(guest: Registration) -> str:
    travel = guest.attendee.travel
    return (travel.share_with or "") if travel else ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()


def _by_name(guest: Registration) -> tuple[object, ...]:
    return danish(guest.attendee.family_name), danish(guest.attendee.given_name), guest.id
