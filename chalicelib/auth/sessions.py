"""Sessions: signed tokens with an address and an expiry, and the record of sessions that were ended early."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from chalicelib.aws import keys, secret_keys, table
from chalicelib.aws.items import Put
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import SignInNeeded

SESSION_LIFETIME = timedelta(hours=12)
COOKIE_NAME = "organiser"  #: the name of the cookie that holds a token


@dataclass(frozen=True)
class Session:
    """A session; it expires at `expires_at` (epoch seconds), and its id says nothing about the person."""

    id: str
    email: str
    expires_at: int


def _build_serializer() -> URLSafeSerializer:
    return URLSafeSerializer(secret_keys.get_session_keys(), salt="session")


def issue_token(email: str, now: datetime) -> str:
    """Return a signed session for this address, valid for twelve hours: a bearer token and the cookie's value."""
    return str(
        _build_serializer().dumps([secrets.token_hex(16), email, int((now + SESSION_LIFETIME).timestamp())])
    )


def read_token(token: str, now: datetime) -> Session:
    """Return the session of a token; raises SignInNeeded for a forged token and one that has expired.

    It may have been ended early.
    """
    try:
        session = Session(*_build_serializer().loads(token))
    except (BadSignature, ValueError, TypeError) as error:
        raise SignInNeeded from error
    if session.expires_at <= now.timestamp():
        raise SignInNeeded
    return session


def end_session(session: Session) -> None:
    """End the session before it expires; idempotent. The record is kept until it would have expired."""
    try:
        table.write(Put({**keys.ended_session_key(session.id), "expires_at": session.expires_at}))
    except ConditionFailed:
        return  # lost race: it is ended


def has_ended(session: Session) -> bool:
    """Return True if its owner has signed out of the session."""
    return table.get(keys.ended_session_key(session.id)) is not None
