"""The keys of the waitlist: its entries, which sort by rank in each line, and those that were passed."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple, Self

from chalicelib.aws.key_grammar import Key, SortKey, item_key


class WaitlistKey(SortKey, frozen=True):
    """A waitlist entry; the entries of each line sort by rank."""

    KIND: ClassVar = "WAIT"
    line: str
    priority: str
    joined_at: str
    registration_id: str

    @classmethod
    def parse_entry(cls, entry_key: str) -> Self:
        """Parse the key of an entry as registrations hold it: without the word for the kind."""
        return cls(*entry_key.split("#"))

    @property
    def rank(self) -> str:
        """The rank that orders the line."""
        return build_rank(int(self.priority), self.joined_at)


class Rank(NamedTuple):
    """What orders a line of the waitlist: priority, then the moment of joining."""

    priority: int
    joined_at: str


def build_rank(priority: int, joined_at: str) -> str:
    """Return the rank as keys and items hold it."""
    return f"{priority}#{joined_at}"


def parse_rank(rank: str) -> Rank:
    """Parse the rank of a waitlist entry."""
    priority, _, joined_at = rank.partition("#")
    return Rank(int(priority), joined_at)


class SkipKey(SortKey, frozen=True):
    """The record that the registration got units at that moment while others were held up."""

    KIND: ClassVar = "SKIP"
    at: str
    registration_id: str


def waitlist_entry_key(event_id: str, entry_key: str) -> Key:
    """Return the key of a waitlist entry; `entry_key` is line, priority, moment of joining and registration id."""
    return item_key(event_id, WaitlistKey.prefix() + entry_key)


def build_entry_key(line: str, rank: str, member_ids: Sequence[str]) -> str:
    """Return the key of a waitlist entry as registrations hold it; of a party, with the number of its members."""
    first, *others = member_ids
    members = f"{first}.{len(member_ids)}" if others else first
    return f"{line}#{rank}#{members}"


def parse_first_member_id(entry_key: str) -> str:
    """Return the id of the registration, or of the party's first, that a waitlist entry's key ends with."""
    return entry_key.rpartition("#")[2].partition(".")[0]


def skip_key(event_id: str, at: str, registration_id: str) -> Key:
    """Return the key of the record of a skip."""
    return SkipKey(at, registration_id).at_event(event_id)
