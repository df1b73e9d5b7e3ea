"""Rate limits on what can be done without signing in: counters in the table, one for each window of time.

No code reads a counter: the write that it allows increments it, and fails where it is used up. Its key is a keyed
hash, so no network or mail address can be read from it, and it expires with its window.
"""

import hashlib
import hmac
from base64 import b32encode
from contextlib import suppress
from datetime import datetime, timedelta
from math import ceil

import msgspec

from chalicelib.aws import key_grammar, keys, secret_keys, table
from chalicelib.aws.items import Update
from chalicelib.aws.table import ConditionFailed
from chalicelib.contact import mailboxes
from chalicelib.problems import LimitReached, TooManyRegistrations
from chalicelib.settings import settings

_MAX_RENEWALS = 5  #: in an hour
_PROVEN_FACTOR = 10  #: as many mails go to a mailbox that has used its link


class RateLimit(msgspec.Struct, frozen=True):
    """At most `max_count` within each window of time; `id` says of what and whose, as a keyed hash."""

    id: str
    max_count: int
    window: timedelta
    error_type: type[LimitReached] = LimitReached

    def increment_write(self, now: datetime, amount: int = 1) -> Update:
        """Build the write that counts so many more; its condition fails where they would be too many."""
        return Update.set(
            self.window_key(now),
            {"expires_at": self._window_end(now)},
            add={"counted": amount},
            when="attribute_not_exists(PK) OR #counted <= :before",
            values={":before": self.max_count - amount},
        )

    def window_key(self, now: datetime) -> key_grammar.Key:
        """Return the key of the counter of the present window."""
        return keys.rate_limit_key(self.id, self._window_end(now))

    def try_increment(self, now: datetime) -> bool:
        """Count one more in a write of its own; return False where that would be too many."""
        try:
            table.write(self.increment_write(now))
        except ConditionFailed:
            return False
        return True

    def decrement(self, now: datetime) -> None:
        """Count one less in the window of that moment, for an action that came to nothing."""
        with suppress(ConditionFailed):  # its window is over
            table.write(Update.set(self.window_key(now), {}, add={"counted": -1}))

    def error(self, now: datetime) -> LimitReached:
        """Return the error to answer with until the window ends."""
        return self.error_type(ceil(self._window_end(now) - now.timestamp()))

    def caused(self, failure: ConditionFailed, now: datetime) -> bool:
        """Return True if this limit made the transaction fail."""
        key = self.window_key(now).items()
        return any(key <= item.items() for item in failure.current_items.values())

    def _window_end(self, now: datetime) -> int:
        seconds = int(self.window.total_seconds())
        return (int(now.timestamp()) // seconds + 1) * seconds


def registration_limit(event_id: str, client_network: str, max_count: int | None) -> RateLimit:
    """Return the limit of registrations at an event from one network; `max_count` where the event sets its own."""
    max_count = settings().registrations_per_source if max_count is None else max_count
    return RateLimit(
        hash_id("registrations", event_id, client_network), max_count, timedelta(hours=1), TooManyRegistrations
    )


def mailbox_limit(address: str) -> RateLimit:
    """Return the limit of mails to a mailbox that has not used its link, at all events together."""
    return _build_mailbox_limit("mails-to", address, settings().mails_per_address)


def proven_mailbox_limit(address: str) -> RateLimit:
    """Return the limit of mails to a mailbox that has used its link: against what goes round in circles."""
    return _build_mailbox_limit("mails-to-proven", address, settings().mails_per_address * _PROVEN_FACTOR)


def link_limit(address: str) -> RateLimit:
    """Return the limit of mails to a mailbox that bring no news, but the link that was asked for."""
    return _build_mailbox_limit("links-to", address, settings().mails_per_address)


def _build_mailbox_limit(name: str, address: str, max_count: int) -> RateLimit:
    return RateLimit(hash_id(name, mailboxes.canonicalise(address)), max_count, timedelta(days=1))


def renewal_limit(event_id: str, registration_id: str) -> RateLimit:
    """Return the limit of new links for a registration; only its mailed link brings any, so no stranger may."""
    return RateLimit(hash_id("renewals", event_id, registration_id), _MAX_RENEWALS, timedelta(hours=1))


def hash_mailbox(address: str) -> str:
    """Return the keyed hash that stands for the mailbox of the address."""
    return hash_id("mailbox", mailboxes.canonicalise(address))


def hash_id(*parts: str) -> str:
    """Return a keyed hash of what is limited or listed and whose it is, from which neither can be read."""
    content = "\0".join(("limit", *parts)).encode("utf-8", "surrogatepass")
    digest = hmac.new(secret_keys.get_identity_key().encode(), content, hashlib.sha256).digest()
    return b32encode(digest[:16]).decode().rstrip("=").lower()
