"""Sessions: signed tokens, and an item for each that is open, in its person's partition.

The token says whose session it is; the item, that it has not ended. Each request reads the item consistently, so
a session that was ended, here or elsewhere, is refused from the next request on. A session ends twelve hours after
it began, and for organisers two hours after it was used last.

The moment of the last use is written at most once in five minutes, so that not each request costs a write: a
session that is left alone ends up to five minutes before the two hours are over, and never later.
"""

import secrets
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from chalicelib.aws import keys, rate_limits, secret_keys, table
from chalicelib.aws.items import Delete, Item, Put, Update
from chalicelib.aws.key_grammar import Key
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import NotFound, SignInNeeded
from chalicelib.settings import Role

SESSION_LIFETIME = timedelta(hours=12)
IDLE_LIFETIME = timedelta(hours=2)  #: of an organiser's; the door and the kitchen put telephones down for longer
USE_INTERVAL = timedelta(minutes=5)  #: between two writes of when a session was used
COOKIE_NAME = "organiser"  #: the name of the cookie that holds a token


@dataclass(frozen=True)
class Session:
    """What a token says: a session, its person, and when it expires at the latest (epoch seconds)."""

    id: str
    email: str
    expires_at: int

    @property
    def key(self) -> Key:
        """The key of its item."""
        return keys.session_key(_owner_id(self.email), self.id)


@dataclass(frozen=True)
class OpenSession:
    """A session as its item has it; its id says nothing about the person, and opens nothing."""

    id: str
    started_at: datetime
    used_at: datetime

    def is_open(self, roles: Collection[Role], now: datetime) -> bool:
        """Return whether it has not ended yet, for a person with these roles."""
        idle = IDLE_LIFETIME if "organiser" in roles else SESSION_LIFETIME
        return bool(roles) and now < self.started_at + SESSION_LIFETIME and now < self.used_at + idle


def _owner_id(email: str) -> str:
    return rate_limits.hash_id("sessions-of", email.casefold())


def _build_serializer() -> URLSafeSerializer:
    return URLSafeSerializer(secret_keys.get_session_keys(), salt="session")


def issue_token(email: str, now: datetime) -> str:
    """Start a session for this address, and return its signed token: a bearer token and the cookie's value."""
    token, put = build_session(email, now)
    table.write(put)
    return token


def build_session(email: str, now: datetime) -> tuple[str, Put]:
    """Return the signed token of a new session for this address, and the put that starts it."""
    session = Session(secrets.token_hex(16), email, int((now + SESSION_LIFETIME).timestamp()))
    moment = format_timestamp(now)
    put = Put({**session.key, "started_at": moment, "used_at": moment, "expires_at": session.expires_at})
    return str(_build_serializer().dumps(astuple(session))), put


def read_token(token: str, now: datetime) -> Session:
    """Return what a token says; raises SignInNeeded for a forged token and one that has expired.

    Its session may have ended: `load` tells.
    """
    try:
        session = Session(*_build_serializer().loads(token))
    except (BadSignature, ValueError, TypeError) as error:
        raise SignInNeeded from error
    if session.expires_at <= now.timestamp():
        raise SignInNeeded
    return session


def load(session: Session, roles: Collection[Role], now: datetime) -> OpenSession:
    """Load the session by a consistent read; raises SignInNeeded where it has ended for these roles."""
    item = table.get(session.key)
    if item is None:
        raise SignInNeeded
    found = _deserialize(item)
    if not found.is_open(roles, now):
        raise SignInNeeded
    return found


def record_use(session: Session, found: OpenSession, now: datetime) -> None:
    """Record that the session, as it was found, is used now; written at most once in five minutes.

    No moment replaces a later one, and no write brings a session back: raises SignInNeeded where it was ended
    since it was found.
    """
    if now - found.used_at < USE_INTERVAL:
        return
    used = Update.set(session.key, {"used_at": format_timestamp(now)}, when="#used_at < :used_at")
    try:
        table.write(used)
    except ConditionFailed as failure:
        if not failure.current_items[0]:
            raise SignInNeeded from failure


def list_open(email: str, roles: Collection[Role], now: datetime) -> list[OpenSession]:
    """List the open sessions of the address, the one that began last first."""
    sessions = [each for each in map(_deserialize, _query(email)) if each.is_open(roles, now)]
    return sorted(sessions, key=lambda each: each.started_at, reverse=True)


def end(email: str, session_id: str) -> None:
    """End one session of the address; raises NotFound where it has none of this id."""
    try:
        table.transact(Delete(keys.session_key(_owner_id(email), session_id)))
    except ConditionFailed as failure:
        raise NotFound from failure


def end_all(email: str, current_id: str = "") -> None:
    """End all sessions of the address: its owner signs out everywhere, or has lost the last role.

    The one that asks is ended last, so that it can ask again where something failed on the way.
    """
    for session_id in sorted(map(keys.parse_session_id, _query(email)), key=lambda each: each == current_id):
        with suppress(NotFound):  # lost race: it is ended
            end(email, session_id)


def _query(email: str) -> Iterator[Item]:
    return table.query_partition(keys.sessions_partition(_owner_id(email)), keys.SESSION_PREFIX)


def _deserialize(item: Item) -> OpenSession:
    started_at, used_at = (datetime.fromisoformat(item[name]) for name in ("started_at", "used_at"))
    return OpenSession(keys.parse_session_id(item), started_at, used_at)
