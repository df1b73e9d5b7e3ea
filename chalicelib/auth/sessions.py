"""Sessions: signed tokens that say who is signed in until when, and the record of those that were ended early."""

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
    """Whose it is, and when it ends by itself (epoch seconds); the id says nothing about the person."""

    id: str
    email: str
    expires_at: int


def _build_serializer() -> URLSafeSerializer:
    return URLSafeSerializer(secret_keys.get_signing_keys(), salt="session")


def issue_token(email: str, now: datetime) -> str:
    """A signed session for this address, good for twelve hours: a bearer token and the cookie's value."""
    return str(
        _build_serializer().dumps([secrets.token_hex(16), email, int((now + SESSION_LIFETIME).timestamp())])
    )


def read_token(token: str, now: datetime) -> Session:
    """The session of a token; raises SignInNeeded for a forged token and one that has expired. Whether it was
    ended early is not asked."""
    try:
        found = Session(*_build_serializer().loads(token))
    except (BadSignature, ValueError, TypeError) as error:
        raise SignInNeeded from error
    if found.expires_at <= now.timestamp():
        raise SignInNeeded
    return found


def end_session(session: Session) -> None:
    """End the session before its time. The record is kept until it would have ended by itself; idempotent."""
    try:
        table.write(Put({**keys.ended_session_key(session.id), "expires_at": session.expires_at}))
    except ConditionFailed:
        return  # a second click


def has_ended(session: Session) -> bool:
    """Whether its owner has signed out of it."""
    return table.get(keys.ended_session_key(session.id)) is not None
