"""How often anybody may have something done without signing in: counted in the table, window by window.

A count is an item of its own that nobody reads: it is raised, or refuses to be, by the write that it allows. Its
key is a keyed hash, so nobody's network or mail address can be read from it, and it goes when its window is over.
"""

import hashlib
import hmac
from base64 import b32encode
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from chalicelib.aws import keys, secret_keys, table
from chalicelib.aws.items import Update
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import LimitReached, TooManyRegistrations
from chalicelib.settings import settings


@dataclass(frozen=True)
class RateLimit:
    """At most so many within each window of time; `id` says of what and whose, and tells nobody who that is."""

    id: str
    max_count: int
    window: timedelta
    error_type: type[LimitReached] = LimitReached

    def increment_write(self, now: datetime, amount: int = 1) -> Update:
        """The write that counts so many more; refused where they would be too many."""
        return Update.set(
            self.window_key(now),
            {"expires_at": self._window_end(now)},
            add={"counted": amount},
            when="attribute_not_exists(PK) OR #counted <= :before",
            values={":before": self.max_count - amount},
        )

    def window_key(self, now: datetime) -> keys.Key:
        return keys.rate_limit_key(self.id, self._window_end(now))

    def try_increment(self, now: datetime) -> bool:
        """Count one more by itself; False where it would be one too many."""
        try:
            table.write(self.increment_write(now))
        except ConditionFailed:
            return False
        return True

    def decrement(self, now: datetime) -> None:
        """Count one less of those that were counted at that moment: it came to nothing."""
        with suppress(ConditionFailed):  # its window is over
            table.write(Update.set(self.window_key(now), {}, add={"counted": -1}))

    def error(self, now: datetime) -> LimitReached:
        """What to answer with until the window ends."""
        return self.error_type(ceil(self._window_end(now) - now.timestamp()))

    def caused(self, failure: ConditionFailed, now: datetime) -> bool:
        """Whether it was this that refused the transaction."""
        here = self.window_key(now).items()
        return any(here <= item.items() for item in failure.current_items.values())

    def _window_end(self, now: datetime) -> int:
        seconds = int(self.window.total_seconds())
        return (int(now.timestamp()) // seconds + 1) * seconds


def registration_limit(event_id: str, client_network: str, max_count: int | None) -> RateLimit:
    """Registrations at an event from one source; `most` where the event itself says how many."""
    max_count = settings().registrations_per_source if max_count is None else max_count
    return RateLimit(
        hash_id("registrations", event_id, client_network), max_count, timedelta(hours=1), TooManyRegistrations
    )


def mailbox_limit(address: str) -> RateLimit:
    """Mails to one mailbox that anybody could have caused: what stands behind a plus sign is a label that the
    mailbox's own people give, and whoever would fill it makes up as many as they like."""
    local, _, domain = address.lower().rpartition("@")
    mailbox = f"{local.partition('+')[0] or local}@{domain}"
    return RateLimit(hash_id("mails-to", mailbox), settings().mails_per_address, timedelta(days=1))


def hash_id(*parts: str) -> str:
    """A keyed hash of what is limited and of whose it is, so that nothing of it can be read from the key."""
    named = "\0".join(("limit", *parts)).encode("utf-8", "surrogatepass")
    digest = hmac.new(secret_keys.get_identity_key().encode(), named, hashlib.sha256).digest()
    return b32encode(digest[:16]).decode().rstrip("=").lower()
