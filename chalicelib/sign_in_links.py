"""A one-time sign-in link: a signed request id with its end."""

from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from chalicelib.problems import SignInNeeded
from chalicelib.settings import settings

LASTS = timedelta(minutes=30)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(list(settings().signing_keys), salt="sign-in")


def sign_in_link(request_id: str) -> str:
    """The address that trades the request, once, for a session."""
    return f"{settings().public_url}/organiser/sign-in?token={_serializer().dumps(request_id)}"


def request_id(signed: str) -> str:
    """The request's id out of a token; raises SignInNeeded for anything not signed by us."""
    try:
        return str(_serializer().loads(signed))
    except BadSignature as error:
        raise SignInNeeded from error


def ends(now: datetime) -> int:
    """When a link asked for now ends, in epoch seconds."""
    return int((now + LASTS).timestamp())
