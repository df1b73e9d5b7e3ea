"""The model of registering: Registration, Places, WaitlistEntry, Skip."""

import hashlib
import hmac
import unicodedata
from base64 import b32encode
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from chalicelib.aws import waitlist_keys
from chalicelib.aws.waitlist_keys import WaitlistKey
from chalicelib.facts import Cancelled, CheckedIn, CheckInUndone, MailComplained
from chalicelib.histories.model import History
from chalicelib.programme import lines
from chalicelib.programme.lines import Demand
from chalicelib.programme.model import to_local
from chalicelib.registration.attendee import Attendee

Status = Literal["confirmed", "waiting", "offered", "cancelled"]
ActorKind = Literal["participant", "organiser"]
#: The way by which a request reaches a registration: one of its links, the link of the person who posted it for
#: another (`poster`), a signed-in organiser, or a function that no person asked.
Via = Literal["answer", "mailed", "view", "code", "poster", "organiser", "system"]


def derive_registration_id(identity_key: str, event_id: str, email: str) -> str:
    """Derive the id of this address's registration at this event: a keyed hash of 26 characters.

    It is the same for each spelling of the address that differs only in case or Unicode form.
    """
    address = unicodedata.normalize("NFC", email).lower()
    digest = hmac.new(identity_key.encode(), f"{event_id}\0{address}".encode(), hashlib.sha256).digest()
    return b32encode(digest[:16]).decode().rstrip("=").lower()


def derive_maker(idempotency_key: str) -> str:
    """Derive what says shortly, in a registration, which request made it last."""
    return b32encode(hashlib.sha256(idempotency_key.encode()).digest()).decode().lower()[:10]


@dataclass(frozen=True)
class Places:
    """The allotments and waitlist lines of an event, as counted at one moment; maps by allotment or line name.

    `capacity` is what registrations may take: the programme's units less those `held`, which `holds` has by the
    name of each hold. `lines` counts the entries of each line, `line_length` those of all. `last_joined` is the
    latest moment of joining given out.

    `changes` rises with each write to the event's registrations, `free_revision` with each that may let an entry
    move up, `release_revision` with those of them that end the wait of entries that passed an offer on. While
    `settled_at` equals `free_revision`, no entry could use what is left. All entries that joined up to
    `skips_recorded_until` have it on record that newcomers pass them.

    `prioritised` counts changes of priority by organisers: at 0, the order in each line is that of joining.
    `not_me` counts the registrations that their mailboxes have disowned.
    `forgotten` is the part of `taken` that participants had whose data is deleted.
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
    not_me: int = 0

    @property
    def free(self) -> dict[str, int]:
        """Count the free units of each allotment."""
        return {name: self.count_free(name) for name in self.capacity}

    def count_free(self, name: str) -> int:
        """Count the free units of one allotment."""
        return max(0, self.capacity.get(name, 0) - self.taken.get(name, 0))

    @property
    def occupied_lines(self) -> list[str]:
        """List the lines that have entries."""
        return [line for line, entries in self.lines.items() if entries > 0]

    def list_awaited(self, demand: Demand) -> tuple[str, ...]:
        """List what an entry with this demand waits for: what is short, or all of it where nothing is.

        Nothing is short where the units are free but on their way to an entry ahead.
        """
        return lines.find_shortage(self.free, demand) or tuple(demand)

    @property
    def waiting_people(self) -> dict[str, int]:
        """Count the people who wait for each allotment."""
        people: Counter[str] = Counter(dict.fromkeys(self.capacity, 0))
        for line in self.occupied_lines:
            waited_for = self.list_awaited(lines.parse_demand(line))
            people.update(dict.fromkeys(waited_for, self.lines[line] * lines.count_people(line)))
        return dict(people)


_CHECK_IN_FACTS = (CheckedIn.kind, CheckInUndone.kind, Cancelled.kind)


@dataclass(frozen=True)
class Registration(History):
    """One participant's registration at one event.

    What its attendee says about health is under the seal, where there is one (sealing.py). `entry_keys` are the
    keys of its entries in the waitlist: one while it waits, and one for each wish of a confirmed one. `rank` is
    its last rank there, to be taken up again when it keeps its place.
    """

    event_id: str
    id: str
    status: Status
    needs: tuple[str, ...]
    registered_at: datetime
    attendee: Attendee
    entry_keys: tuple[str, ...] = ()
    rank: str = ""
    leader_id: str = ""  #: the id of the registration that it was made together with
    companion_ids: tuple[str, ...] = ()  #: the ids of the others of a party, where it is the leader
    #: Whether the person who posted the party, of which it is the first, is not among them: its answer's link is
    #: that person's.
    is_posted_by_other: bool = False
    offer_expires_at: datetime | None = None  #: only while offered
    sealed_health: bytes = field(default=b"", repr=False)
    #: The idempotency key of the request that makes it, and of all that ever made it.
    idempotency_key: str = field(default="", compare=False)
    idempotency_keys: frozenset[str] = field(default=frozenset(), compare=False)
    made_by: str = field(default="", compare=False)  #: the request that made it last (`derive_maker`)
    #: The generations of its links and of its view link and code (auth/link_tokens.py); empty where an earlier
    #: release made it.
    link_generation: str = field(default="", compare=False, repr=False)
    code_generation: str = field(default="", compare=False, repr=False)
    #: Whether more than what came through the answer's link is in it, so that this link shows its status alone.
    answer_closed: bool = field(default=False, compare=False)
    mailbox_proven: bool = field(default=False, compare=False)  #: whether the link in its mails was used
    #: The changes of the hour in which it was changed last, by link (access.py).
    recent_changes: Mapping[str, Any] = field(default_factory=dict, compare=False)
    via: Via = field(default="system", compare=False)  #: the way by which it was reached (access.py); never stored

    @property
    def shows_status_alone(self) -> bool:
        """Return whether the link that it was reached by opens its status and no more."""
        is_closed = self.answer_closed or self.is_posted_by_other
        return self.via == "view" or (self.via == "answer" and is_closed)

    @property
    def is_posters(self) -> bool:
        """Return whether it was reached by the link of a person who posted a party without being one of them."""
        return self.via == "answer" and self.is_posted_by_other

    @property
    def is_in_own_hands(self) -> bool:
        """Return whether it was changed by its mailed link or by an organiser, so that no poster changes it."""
        return self.mailbox_proven or self.answer_closed

    @property
    def was_registered_by_another(self) -> bool:
        """Return whether another person registered the participant."""
        return self.is_posted_by_other or self.leader_id not in ("", self.id)

    def get_generation(self, via: Via) -> str:
        """Return the generation that its links of this kind are signed for."""
        return self.code_generation if via in ("view", "code") else self.link_generation

    def as_made_by(self, idempotency_key: str) -> "Registration | None":
        """Return the registration as it is answered to the request with this idempotency key.

        None where that never made it. Where another made it anew since, what the request made has ended, and its
        link opens nothing of what there is now.
        """
        if idempotency_key not in self.idempotency_keys:
            return None
        if self.made_by in ("", derive_maker(idempotency_key)):
            return replace(self, via="answer")
        ended: dict[str, Any] = {"status": "cancelled", "needs": (), "entry_keys": (), "offer_expires_at": None}
        return replace(self, via="answer", answer_closed=True, link_generation="", **ended)

    @property
    def has_complained(self) -> bool:
        """Return whether the participant has marked a mail as unwanted."""
        return any(entry["fact"] == MailComplained.kind for entry in self.known_facts)

    @property
    def checked_in_at(self) -> datetime | None:
        """Return when the participant was checked in; None before, and after the place was given up."""
        last_entry = next((e for e in reversed(self.known_facts) if e["fact"] in _CHECK_IN_FACTS), None)
        if self.status != "confirmed" or not last_entry or last_entry["fact"] != CheckedIn.kind:
            return None
        return to_local(datetime.fromisoformat(last_entry["at"]))

    def list_awaited(self, places: Places) -> tuple[str, ...]:
        """List what it waits for, in all its lines, by the places as they are."""
        demands = [lines.parse_demand(WaitlistKey.parse_entry(key).line) for key in self.entry_keys]
        return tuple(dict.fromkeys(name for demand in demands for name in places.list_awaited(demand)))

    @property
    def wishes(self) -> tuple[str, ...]:
        """List what a confirmed registration waits for to swap to."""
        entry_lines = (WaitlistKey.parse_entry(key).line for key in self.entry_keys)
        return tuple(line for line in entry_lines if lines.is_wish(line))


@dataclass(frozen=True)
class WaitlistEntry:
    """An entry in the waitlist: its line, its rank, and its members, who move up together.

    `members` has the needs of each registration by its id; of a wish, what it wishes for.
    """

    line: str
    rank: str
    members: Mapping[str, tuple[str, ...]]
    #: The release revision at which it passed an offer on; None where it never has.
    passed_at_release: int | None = None

    @property
    def key(self) -> str:
        """Join line, rank and first member to the key that the entry is found by.

        No registration joins twice with one rank, nor do a party and one of its members who waits on alone.
        """
        return waitlist_keys.build_entry_key(self.line, self.rank, tuple(self.members))

    @property
    def joined_at(self) -> str:
        """Return the moment of joining (ISO 8601 in UTC)."""
        return waitlist_keys.parse_rank(self.rank).joined_at

    def awaits_release(self, release_revision: int) -> bool:
        """Return whether it passed an offer on and nothing was released since, so that it is offered nothing."""
        return self.passed_at_release is not None and self.passed_at_release >= release_revision

    @property
    def demand(self) -> dict[str, int]:
        """Count the units of each allotment that the entry takes."""
        return lines.parse_demand(self.line)

    @property
    def people_count(self) -> int:
        """Count the people that the entry stands for."""
        return lines.count_people(self.line)

    @property
    def is_wish(self) -> bool:
        """Return whether it is the wish of a confirmed registration."""
        return lines.is_wish(self.line)


def build_waiting_entry(
    rank: str, members: Mapping[str, tuple[str, ...]], passed_at_release: int | None = None
) -> WaitlistEntry:
    """Build the entry of registrations that wait for all that they need."""
    return WaitlistEntry(
        lines.build_line_name(lines.sum_demand(members.values())), rank, members, passed_at_release
    )


def build_wish_entry(rank: str, registration_id: str, name: str) -> WaitlistEntry:
    """Build the entry of a confirmed registration that waits for `name`."""
    return WaitlistEntry(name, rank, {registration_id: (name,)})


@dataclass(frozen=True)
class Skip:
    """The record that a registration got in ahead of others that could not be helped.

    `rank` is its rank in the line, empty for a newcomer; `lines` are the lines that it passed, each with what that
    is short of.
    """

    at: str
    rank: str
    lines: Mapping[str, list[str]]
