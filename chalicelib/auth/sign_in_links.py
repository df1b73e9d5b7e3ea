"""One-time sign-in links: a signed request id, and the item that says whether it was used."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from chalicelib.aws import keys, secret_keys, table
from chalicelib.aws.items import Put, Update
from chalicelib.aws.keys import timestamp
from chalicelib.aws.rate_limits import Limit, limit_id
from chalicelib.aws.table import Refused
from chalicelib.problems import SignInNeeded, TooManySignIns
from chalicelib.settings import settings

LASTS = timedelta(minutes=30)
_ORGANISERS_AT_ONE_SOURCE = 10

#: What is written down when a program follows the link, and when the button is pressed; and while it may be.
FOLLOW = {"expression": "SET followed = :yes", "condition": "used = :no AND attribute_not_exists(followed)"}
PRESS = {"expression": "SET used = :yes", "condition": "used = :no"}


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(secret_keys.signing(), salt="sign-in")


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


def new_request(email: str, now: datetime, *, by_mail: bool) -> str:
    """Write down that the owner of this address may sign in once; returns the request's id. The stream sends the
    mail."""
    request_id, asked = unsaved_request(email, now, by_mail=by_mail)
    table.write(asked)
    return request_id


def unsaved_request(email: str, now: datetime, *, by_mail: bool) -> tuple[str, Put]:
    """The request's id, and its item; without an address it is good for nothing."""
    request_id = secrets.token_hex(16)
    asked = {
        "email": email,
        "by_mail": by_mail,
        "requested_at": timestamp(now),
        "expires_at": ends(now),
        "used": False,
    }
    return request_id, Put({**keys.sign_in_key(request_id), **asked})


def unmailed_link(email: str, now: datetime) -> str:
    """A sign-in link that needs no mail: for the operator of the system on their own machine."""
    return sign_in_link(new_request(email, now, by_mail=False))


def check(request_id: str, now: datetime) -> None:
    """Raises SignInNeeded for a link that no longer signs in."""
    item = table.get(keys.sign_in_key(request_id))
    if not item or item["used"] or item["expires_at"] <= now.timestamp() or not settings().roles_of(item["email"]):
        raise SignInNeeded


def use(request_id: str, now: datetime, how: Mapping[str, str]) -> str:
    """Use the link up in the way of `how` (FOLLOW or PRESS) and return its owner's address; raises SignInNeeded
    where it was used before, has expired, or is for an address that is no longer listed."""
    key = keys.sign_in_key(request_id)
    used = Update(
        key=key,
        expression=how["expression"],
        condition=f"{how['condition']} AND expires_at > :now",
        names={},
        values={":yes": True, ":no": False, ":now": int(now.timestamp())},
    )
    try:
        table.write(used)
    except Refused as refused:
        raise SignInNeeded from refused
    item = table.get(key)
    if item is None or not settings().roles_of(item["email"]):
        raise SignInNeeded
    return str(item["email"])


def limit_from(source: str) -> Limit:
    """The rate limit of sign-in links asked for from one network."""
    most = settings().sign_ins_per_address * _ORGANISERS_AT_ONE_SOURCE
    return Limit(limit_id("sign-ins-from", source), most, LASTS, TooManySignIns)


def limit_to(address: str) -> Limit:
    """The rate limit of sign-in links for one address, an organiser's or not. The window is as long as a link
    lasts: when no more are sent, one that was sent still works."""
    return Limit(limit_id("sign-ins-to", address), settings().sign_ins_per_address, LASTS, TooManySignIns)
