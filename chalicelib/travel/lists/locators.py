"""Our own record locators: six characters that name a registration on the airline's lists in each version."""

import hashlib
from collections.abc import Iterable, Iterator

from chalicelib.registration.model import Registration

#: Letters and digits that cannot be taken for each other: no 0 and O, no 1, I and L.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # pragma: allowlist secret - an alphabet, not a key
LENGTH = 6


def assign_locators(registrations: Iterable[Registration]) -> dict[str, str]:
    """Assign a locator to each registration, by its id; no two are alike.

    It depends on the id alone, unless two ids collide (about once in 900 million pairs): then the earlier
    registration keeps it, so that a newcomer never changes the locator of another.
    """
    locators: dict[str, str] = {}
    taken: set[str] = set()
    for each in sorted(registrations, key=lambda candidate: (candidate.registered_at, candidate.id)):
        locators[each.id] = next(locator for locator in _generate_candidates(each.id) if locator not in taken)
        taken.add(locators[each.id])
    return locators


def _generate_candidates(registration_id: str) -> Iterator[str]:
    attempt = 0
    while True:
        digest = hashlib.sha256(f"{registration_id}.{attempt}".encode()).digest()
        yield "".join(_encode(int.from_bytes(digest[:8])))
        attempt += 1


def _encode(number: int) -> Iterator[str]:
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        yield ALPHABET[digit]
