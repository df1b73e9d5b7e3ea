"""One-time sign-in links: a signed request id, and the item that records its use."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from chalicelib.auth import sessions
from chalicelib.aws import keys, secret_keys, table
from chalicelib.aws.items import Item, Put, Update
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.rate_limits import RateLimit, hash_id
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import LimitReached, SignInLinkNotValid, TooManySignIns
from chalicelib.settings import settings

LIFETIME = timedelta(minutes=30)
_ORGANISERS_AT_ONE_SOURCE = 10


@dataclass(frozen=True)
class Redemption:
    """A way to redeem a link: the attribute that records it, and the condition that still allows it."""

    attribute: str
    condition: str


#: A program (a mail scanner, a preview) may follow the link once, and the button works once after that.
REDEEM_BY_LINK = Redemption("followed", "#used = :no AND attribute_not_exists(#followed)")
REDEEM_BY_BUTTON = Redemption("used", "#used = :no")


def _build_serializer() -> URLSafeSerializer:
    return URLSafeSerializer(secret_keys.get_session_keys(), salt="sign-in")


def build_link(request_id: str) -> str:
    """Return the URL that trades the request, once, for a session."""
    return f"{settings().public_url}/organiser/sign-in?token={_build_serializer().dumps(request_id)}"


def read_token(token: str) -> str:
    """Return the request's id from a token; raises SignInLinkNotValid for anything not signed by us."""
    try:
        return str(_build_serializer().loads(token))
    except BadSignature as error:
        raise SignInLinkNotValid from error


def compute_expiry(now: datetime) -> int:
    """Return when a link asked for now expires, in epoch seconds."""
    return int((now + LIFETIME).timestamp())


def create_request(email: str, now: datetime, *, by_mail: bool) -> str:
    """Write a request for a link and return its id; the stream leads to the mail."""
    request_id, put = build_request(email, now, by_mail=by_mail)
    table.write(put)
    return request_id


def request_by_mail(email: str, network: str, now: datetime) -> None:
    """Write a request for a link by mail, which only a listed address gets; all others cost and cause the same.

    Raises TooManySignIns where this network or this address asked too often of late. Above the mails of a day the
    request is written and no mail is sent.
    """
    limits = network_limit(network), address_limit(email)
    of_the_day, is_listed = mailbox_limit(email), bool(settings().get_roles(email))
    counted = [limit.increment_write(now) for limit in limits]
    _, asked = build_request(email if is_listed else "", now, by_mail=is_listed)
    _, withheld = build_request("", now, by_mail=False)
    try:
        table.transact(asked, *counted, of_the_day.increment_write(now))
    except ConditionFailed as refused:
        if not of_the_day.caused(refused, now):
            raise limits[1].error(now) from refused
        _write_withheld(withheld, counted, limits[1].error(now))


def _write_withheld(withheld: Put, counted: Sequence[Update], error: LimitReached) -> None:
    try:
        table.transact(withheld, *counted)
    except ConditionFailed as refused:
        raise error from refused


def build_request(email: str, now: datetime, *, by_mail: bool) -> tuple[str, Put]:
    """Return the request's id, and its put. With an empty address the link is good for nothing."""
    request_id = secrets.token_hex(16)
    attributes = {
        "email": email,
        "by_mail": by_mail,
        "requested_at": format_timestamp(now),
        "expires_at": compute_expiry(now),
        "used": False,
    }
    return request_id, Put({**keys.sign_in_key(request_id), **attributes})


def create_link_without_mail(email: str, now: datetime) -> str:
    """Return a sign-in link that needs no mail: for the operator of the system on their own machine."""
    return build_link(create_request(email, now, by_mail=False))


def check_redeemable(request_id: str, now: datetime) -> None:
    """Raise SignInLinkNotValid for a link that no longer signs in."""
    item = _read_request(request_id)
    if item["used"] or item["expires_at"] <= now.timestamp():
        raise SignInLinkNotValid


def _read_request(request_id: str) -> Item:
    """Return the request's item; raises SignInLinkNotValid where it is for no listed address, or no longer."""
    item = table.get(keys.sign_in_key(request_id))
    if item is None or not settings().get_roles(item["email"]):
        raise SignInLinkNotValid
    return item


def redeem(request_id: str, now: datetime, redemption: Redemption) -> str:
    """Redeem the link and start a session of its owner, in one transaction; return the session's token.

    Raises SignInLinkNotValid where it was redeemed before in that way, has expired, or is for an address that is
    no longer listed.
    """
    token, started = sessions.build_session(_read_request(request_id)["email"], now)
    redeemed = Update.set(
        keys.sign_in_key(request_id),
        {redemption.attribute: True},
        when=f"{redemption.condition} AND #expires_at > :now",
        values={":no": False, ":now": int(now.timestamp())},
    )
    try:
        table.transact(redeemed, started)
    except ConditionFailed as failure:
        raise SignInLinkNotValid from failure
    return token


def network_limit(client_network: str) -> RateLimit:
    """Return the rate limit of sign-in links asked for from one network."""
    most = settings().sign_ins_per_address * _ORGANISERS_AT_ONE_SOURCE
    return RateLimit(hash_id("sign-ins-from", client_network), most, LIFETIME, TooManySignIns)


def address_limit(address: str) -> RateLimit:
    """Return the rate limit of sign-in links for one address, an organiser's or not.

    The window is as long as a link lasts: when no more are sent, one that was sent still works.
    """
    return RateLimit(hash_id("sign-ins-to", address), settings().sign_ins_per_address, LIFETIME, TooManySignIns)


def mailbox_limit(address: str) -> RateLimit:
    """Return the rate limit of mails with sign-in links to one address over the day, an organiser's or not.

    It is counted apart from the mails that registering causes, so that neither uses up the other. What is asked
    for above it is answered as ever, and no mail is sent: a stranger can neither flood a mailbox nor learn of it.
    """
    return RateLimit(hash_id("sign-in-mails-to", address), settings().mails_per_address, timedelta(days=1))
