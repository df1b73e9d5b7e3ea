"""The words of registering: Registration, Places, WaitlistEntry."""

import hashlib
import hmac
import unicodedata
from base64 import b32encode
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from chalicelib.aws.keys import WaitlistKey
from chalicelib.facts import Cancelled, CheckedIn, CheckInUndone, MailComplained
from chalicelib.programme import lines
from chalicelib.programme.lines import Demand
from chalicelib.programme.model import ZONE
from chalicelib.registration.attendee import Attendee

Status = Literal["confirmed", "waiting", "offered", "cancelled"]
ActorKind = Literal["participant", "organiser"]


def derive_registration_id(identity_key: str, event_id: str, email: str) -> str:
    """The id of this address's registration at this event: a keyed hash, 26 signs, the same for each spelling
    of the address that differs only in case or Unicode form."""
    address = unicodedata.normalize("NFC", email).lower()
    digest = hmac.new(identity_key.encode(), f"{event_id}\0{address}".encode(), hashlib.sha256).digest()
    return b32encode(digest[:16]).decode().rstrip("=").lower()


@dataclass(frozen=True)
class Places:
    """The allotments of an event and the lines of those who wait, as they stand; maps by allotment or line name.

    `capacity` is what registrations may take: the programme's units less those `held`, which `holds` has by the
    name of each hold. `lines` counts the entries of each line, `line_length` those of all.

    `last_joined` is the latest moment of joining given out; `changes` rises with each write to the event's
    registrations, `freed` with each that may let somebody who waits be helped, `released` with those of them that
    wake whoever sits out. While `rested` is `freed`, nobody who waits could use what is left. Up to the one who
    joined at `noted`, all know from the record that others go by. `prioritised` is how often an organiser has
    given somebody another priority: only then does anybody stand elsewhere than in the order of joining.
    `forgotten` is what of `taken` was had by people of whom nothing is held any more.
    """

    capacity: dict[str, int]
    held: dict[str, int] = field(default_factory=dict)
    holds: dict[str, dict[str, int]] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    line_length: int = 0
    last_joined: str = ""
    changes: int = 0
    free_revision: int = 0
    release_revision: int = 0
    settled_at: int = 0
    skips_recorded_until: str = ""
    prioritised: int = 0
    forgotten: dict[str, int] = field(default_factory=dict)

    @property
    def free(self) -> dict[str, int]:
        return {name: self.count_free(name) for name in self.capacity}

    def count_free(self, name: str) -> int:
        return max(0, self.capacity.get(name, 0) - self.taken.get(name, 0))

    @property
    def occupied_lines(self) -> list[str]:
        """The lines in which somebody stands."""
        return [line for line, entries in self.lines.items() if entries > 0]

    def list_awaited(self, demand: Demand) -> tuple[str, ...]:
        """What somebody with this demand waits for: what is short, or, where what they want is on its way to
        those ahead, all of it."""
        return lines.find_shortage(self.free, demand) or tuple(demand)

    @property
    def waiting_people(self) -> dict[str, int]:
        """How many people wait for each allotment."""
        people: Counter[str] = Counter(dict.fromkeys(self.capacity, 0))
        for line in self.occupied_lines:
            waited_for = self.list_awaited(lines.parse_demand(line))
            people.update(dict.fromkeys(waited_for, self.lines[line] * lines.count_people(line)))
        return dict(people)


#: Facts in a history that people may add to: an item of the table holds 400 KB, and what happens to somebody by
#: others' doing must always find room.
MAX_HISTORY_LENGTH = 300


_CHECK_IN_FACTS = (CheckedIn.kind, CheckInUndone.kind, Cancelled.kind)


@dataclass(frozen=True)
class Registration:
    """One person at one event. `history` is its facts as written.

    What its attendee says about health is under the seal, where there is one (sealing.py).

    `in_line` has the keys of its entries in the waitlist: one while it waits, and one for each thing that a
    confirmed one wishes for. `rank` is its last rank there, to be taken up again when it keeps its place.
    """

    event_id: str
    id: str
    status: Status
    needs: tuple[str, ...]
    registered_at: datetime
    attendee: Attendee
    history: tuple[dict[str, Any], ...]
    entry_keys: tuple[str, ...] = ()
    rank: str = ""
    leader_id: str = ""  #: the id of whoever registered it together with others
    companion_ids: tuple[str, ...] = ()  #: the ids of the others, where it is the one that registered them
    offer_expires_at: datetime | None = None  #: only while offered
    sealed_health: bytes = field(default=b"", repr=False)
    #: What tells the request that makes it from every other, and those that it was ever made by.
    idempotency_key: str = field(default="", compare=False)
    idempotency_keys: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def revision(self) -> int:
        """How many facts it has been through: rises with each change, so it guards each write."""
        return len(self.history)

    @property
    def has_complained(self) -> bool:
        """Whether they have marked a mail as unwanted."""
        return any(entry["fact"] == MailComplained.kind for entry in self.history)

    @property
    def checked_in_at(self) -> datetime | None:
        """When its person came; None while they have not, or where they gave up the place that they came to."""
        last = next((e for e in reversed(self.history) if e["fact"] in _CHECK_IN_FACTS), None)
        if self.status != "confirmed" or not last or last["fact"] != CheckedIn.kind:
            return None
        return datetime.fromisoformat(last["at"]).astimezone(ZONE)

    def list_awaited(self, places: Places) -> tuple[str, ...]:
        """What it waits for, as the places stand: what its lines are short of, and in all its wishes."""
        demands = [lines.parse_demand(WaitlistKey.parse_entry(key).line) for key in self.entry_keys]
        return tuple(dict.fromkeys(name for demand in demands for name in places.list_awaited(demand)))

    @property
    def wishes(self) -> tuple[str, ...]:
        """What a confirmed registration waits for to swap to."""
        entry_lines = (WaitlistKey.parse_entry(key).line for key in self.entry_keys)
        return tuple(line for line in entry_lines if lines.is_wish(line))


@dataclass(frozen=True)
class WaitlistEntry:
    """A place in the waitlist: whose, and in which line with which rank. A party's members move up together.

    `members` has the needs of each registration by its id; a wish's, what it wishes for.
    """

    line: str
    rank: str
    members: Mapping[str, tuple[str, ...]]
    #: The release revision at which it passed an offer on; None where it never has.
    passed_at_release: int | None = None

    @property
    def key(self) -> str:
        """Line, rank and whose: what the entry is found by. The same registration never joins twice with one
        rank, nor do a party and one of its members who waits on alone."""
        first, *others = self.members
        return f"{self.line}#{self.rank}#{first}{f'.{len(others) + 1}' if others else ''}"

    @property
    def joined_at(self) -> str:
        """The moment of joining (ISO 8601 in UTC)."""
        return WaitlistKey.parse_entry(self.key).joined_at

    def awaits_release(self, release_revision: int) -> bool:
        """Return whether it passed an offer on, and nothing has been released since: it is offered nothing."""
        return self.passed_at_release is not None and self.passed_at_release >= release_revision

    @property
    def demand(self) -> dict[str, int]:
        return lines.parse_demand(self.line)

    @property
    def people_count(self) -> int:
        return lines.count_people(self.line)

    @property
    def is_wish(self) -> bool:
        return lines.is_wish(self.line)


def parse_first_member_id(entry_key: str) -> str:
    """Return the id of the registration, or of the party's first, that a waitlist entry's key ends with."""
    return entry_key.rpartition("#")[2].partition(".")[0]


def build_waiting_entry(
    rank: str, members: Mapping[str, tuple[str, ...]], passed_at_release: int | None = None
) -> WaitlistEntry:
    """The entry of people who wait for all that they need."""
    return WaitlistEntry(
        lines.build_line_name(lines.sum_demand(members.values())), rank, members, passed_at_release
    )


def build_wish_entry(rank: str, registration_id: str, name: str) -> WaitlistEntry:
    """The entry of somebody confirmed who waits for `name`."""
    return WaitlistEntry(name, rank, {registration_id: (name,)})


@dataclass(frozen=True)
class Skip:
    """That somebody got in ahead of others who were held up: when, with which rank in the line (none, for a
    newcomer), and which lines were passed, each with what it was short of."""

    at: str
    rank: str
    lines: Mapping[str, list[str]]
