"""Record locators of ours: six signs that name a registration on the airline's lists, the same in each version.

The airline gives its own once it has booked the group; until then these tell two travellers of one name apart.
"""

import hashlib
from collections.abc import Iterable, Iterator

from chalicelib.registration.model import Registration

#: Letters and digits that cannot be taken for each other: no 0 and O, no 1, I and L.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # pragma: allowlist secret - signs, not a key
LENGTH = 6


def assign_locators(registrations: Iterable[Registration]) -> dict[str, str]:
    """A locator for each registration, by its id; no two are alike.

    It rests on the id alone, unless two ids meet in one (about once in 900 million pairs): then whoever
    registered first keeps it, so that a newcomer never changes anybody's.
    """
    given: dict[str, str] = {}
    taken: set[str] = set()
    for each in sorted(registrations, key=lambda registration: (registration.registered_at, registration.id)):
        given[each.id] = next(locator for locator in _generate_candidates(each.id) if locator not in taken)
        taken.add(given[each.id])
    return given


def _generate_candidates(registration_id: str) -> Iterator[str]:
    attempt = 0
    while True:
        digest = hashlib.sha256(f"{registration_id}.{attempt}".encode()).digest()
        yield "".join(_encode(int.from_bytes(digest[:8])))
        attempt += 1


def _encode(number: int) -> Iterator[str]:
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        yield ALPHABET[place]
