"""Signing in by a mailed link, and out."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from chalice import Blueprint
from chalice.app import Request, Response

from chalicelib import clock, keys, limits, sign_in_links, table
from chalicelib.items import Put, Update
from chalicelib.keys import timestamp
from chalicelib.problems import SignInNeeded
from chalicelib.settings import settings
from chalicelib.table import Refused
from chalicelib.web import answers, pages, reading, sign_in
from chalicelib.web.routing import route
from chalicelib.web.sign_in import COOKIE, SESSION_LASTS, for_roles, from_our_pages, session_token

blueprint = Blueprint(__name__)

_KEPT_NOWHERE = {"Cache-Control": "no-store"}


@route(blueprint, "/organiser/sessions", "POST")
def ask_for_sign_in(request: Request) -> Response:
    """A sign-in link by mail, only to an address that is listed; answer and work are the same for everybody."""
    email, now = str(reading.body(request).get("email", "")).strip().casefold(), clock.now()
    by_source, by_address = limits.sign_ins_from(reading.source(request)), limits.sign_ins_to(email)
    listed = bool(settings().roles_of(email))
    _, asked = _new_request(email if listed else "", now, by_mail=listed)
    try:
        table.transact(asked, by_source.counted(now), by_address.counted(now))
    except Refused as refused:
        raise by_address.refusal(now) from refused
    if reading.wants_page(request):
        return pages.link_sent(reading.language(request))
    return answers.document({}, status=202)


def new_request(email: str, now: datetime, *, by_mail: bool) -> str:
    """Write down that whoever has this address may sign in once; returns the request's id. The stream sends the
    mail."""
    request_id, asked = _new_request(email, now, by_mail=by_mail)
    table.write(asked)
    return request_id


def _new_request(email: str, now: datetime, *, by_mail: bool) -> tuple[str, Put]:
    """The request's id, and its item; without an address it is good for nothing."""
    request_id = secrets.token_hex(16)
    asked = {
        "email": email,
        "by_mail": by_mail,
        "requested_at": timestamp(now),
        "expires_at": sign_in_links.ends(now),
        "used": False,
    }
    return request_id, Put({**keys.sign_in_key(request_id), **asked})


def sign_in_link(email: str, now: datetime) -> str:
    """A sign-in link that needs no mail: for whoever runs the system on their own machine."""
    return sign_in_links.sign_in_link(new_request(email, now, by_mail=False))


#: What is written down when a program follows the link, and when the button is pressed; and while it may be.
_FOLLOW = {"expression": "SET followed = :yes", "condition": "used = :no AND attribute_not_exists(followed)"}
_PRESS = {"expression": "SET used = :yes", "condition": "used = :no"}


@route(blueprint, "/organiser/sign-in")
def follow_link(request: Request) -> Response:
    """Trade the link, once, for a session. A browser gets the button that does it: what looks into mails follows
    links as well, but presses nothing. The button is good for its one time whoever has followed the link."""
    token = reading.parameters(request).get("token", "")
    if not reading.wants_page(request):
        return _signed_in(token, _FOLLOW)
    _check(sign_in_links.request_id(token), clock.now())
    return pages.sign_in(token, reading.language(request))


@route(blueprint, "/organiser/sign-in", "POST")
def press_button(request: Request) -> Response:
    """The page's form: trades the link. A form on another site does not, lest it sign somebody in as another."""
    if request.headers.get("origin") and not from_our_pages(request):
        raise SignInNeeded
    return _signed_in(str(reading.fields(request).get("token", "")), _PRESS)


def _signed_in(token: str, how: Mapping[str, str]) -> Response:
    email = _use(sign_in_links.request_id(token), clock.now(), how)
    seconds = int(SESSION_LASTS.total_seconds())
    cookie = _cookie(session_token(email, clock.now()), seconds)
    return answers.see_other(f"{settings().public_url}/organiser", headers={"Set-Cookie": cookie, **_KEPT_NOWHERE})


def _cookie(value: str, seconds: int) -> str:
    secure = "; Secure" if settings().public_url.startswith("https:") else ""
    return f"{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age={seconds}"


def _check(request_id: str, now: datetime) -> None:
    """Raises SignInNeeded for a link that signs nobody in any more."""
    item = table.get(keys.sign_in_key(request_id))
    if not item or item["used"] or item["expires_at"] <= now.timestamp() or not settings().roles_of(item["email"]):
        raise SignInNeeded


def _use(request_id: str, now: datetime, how: Mapping[str, str]) -> str:
    key = keys.sign_in_key(request_id)
    use = Update(
        key=key,
        expression=how["expression"],
        condition=f"{how['condition']} AND expires_at > :now",
        names={},
        values={":yes": True, ":no": False, ":now": int(now.timestamp())},
    )
    try:
        table.write(use)
    except Refused as refused:
        raise SignInNeeded from refused
    item = table.get(key)
    if item is None or not settings().roles_of(item["email"]):
        raise SignInNeeded
    return str(item["email"])


@route(blueprint, "/organiser/sign-out", "POST")
@for_roles("organiser", "check_in", "caterer")
def sign_out(request: Request) -> Response:
    """End the session, wherever a copy of it may be; the way leads to the page to sign in."""
    sign_in.end(sign_in.session(request))
    home = f"{settings().public_url}/organiser?lang={reading.language(request)}"
    return answers.see_other(home, headers={"Set-Cookie": _cookie("", 0), **_KEPT_NOWHERE})
