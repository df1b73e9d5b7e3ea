"""The words of registering: Registration, Places, WaitlistEntry."""

import hashlib
import hmac
import unicodedata
from base64 import b32encode
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from chalicelib.registration.attendee import Attendee

Status = Literal["confirmed", "waiting", "offered", "cancelled"]
By = Literal["participant", "organiser"]

ORDINARY = 5  #: the priority of whoever simply joined; a lower number goes first


def registration_id(identity_key: str, event_id: str, email: str) -> str:
    """The id of this address's registration at this event: a keyed hash, 26 signs, the same for each spelling
    of the address that differs only in case or Unicode form."""
    address = unicodedata.normalize("NFC", email).lower()
    digest = hmac.new(identity_key.encode(), f"{event_id}\0{address}".encode(), hashlib.sha256).digest()
    return b32encode(digest[:16]).decode().rstrip("=").lower()


@dataclass(frozen=True)
class Places:
    """The allotments of an event as they stand, maps by allotment name.

    `waiting[a]` is how many waiting registrations wait for `a`. `last_joined` is the latest moment of joining
    given out; `changes` rises with each write to the event's registrations, `freed` with each that may let
    somebody in the line be helped, and `released` with those of them that wake whoever sits out. While `rested`
    is `freed`, nobody who waits for `a` wants what is left of it with `floor[a]` taken or more.
    """

    capacity: dict[str, int]
    floor: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    last_joined: str = ""
    changes: int = 0
    freed: int = 0
    released: int = 0
    rested: int = -1

    def left(self, name: str) -> int:
        return max(0, self.capacity.get(name, 0) - self.taken.get(name, 0))


@dataclass(frozen=True)
class Registration:
    """One person at one event. `history` is its facts as written; `waiting_for` is empty unless it waits."""

    event_id: str
    id: str
    status: Status
    needs: tuple[str, ...]
    waiting_for: tuple[str, ...]
    registered_at: datetime
    rank: str
    attendee: Attendee
    history: tuple[dict[str, Any], ...]
    offer_expires_at: datetime | None = None  #: only while offered
    waited_for: tuple[str, ...] = ()  #: what it waited for before the offer
    #: What tells the request that makes it from every other, and those that it was ever made by.
    request: str = field(default="", compare=False)
    requests: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def revision(self) -> int:
        """How many facts it has been through: rises with each change, so it guards each write."""
        return len(self.history)


@dataclass(frozen=True)
class WaitlistEntry:
    """A place in the waitlist: whose, what it needs, and what it waits for. `rank` orders the waitlist."""

    registration_id: str
    rank: str
    needs: tuple[str, ...]
    waiting_for: tuple[str, ...]
    passed_for: tuple[str, ...] = ()  #: what it waited for when a skip was last recorded
    sat_out: int = -1  #: it has passed an offer on, and sits out until more than this was released
