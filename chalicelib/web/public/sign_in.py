"""Signing in by a mailed link, and out."""

from collections.abc import Mapping

from chalice import Blueprint
from chalice.app import Request, Response

from chalicelib import clock
from chalicelib.auth import guard, sessions, sign_in_links
from chalicelib.auth.guard import for_roles, from_our_pages
from chalicelib.auth.sessions import COOKIE, SESSION_LASTS, session_token
from chalicelib.aws import table
from chalicelib.aws.table import Refused
from chalicelib.problems import SignInNeeded
from chalicelib.settings import settings
from chalicelib.web.http import requests, responses
from chalicelib.web.http.routing import route
from chalicelib.web.public import pages

blueprint = Blueprint(__name__)

_KEPT_NOWHERE = {"Cache-Control": "no-store"}


@route(blueprint, "/organiser/sessions", "POST")
def ask_for_sign_in(request: Request) -> Response:
    """A sign-in link by mail, only to an address that is listed; answer and work are the same for all."""
    email, now = str(requests.body(request).get("email", "")).strip().casefold(), clock.now()
    by_source, by_address = sign_in_links.limit_from(requests.source(request)), sign_in_links.limit_to(email)
    listed = bool(settings().roles_of(email))
    _, asked = sign_in_links.unsaved_request(email if listed else "", now, by_mail=listed)
    try:
        table.transact(asked, by_source.counted(now), by_address.counted(now))
    except Refused as refused:
        raise by_address.refusal(now) from refused
    if requests.wants_page(request):
        return pages.link_sent(requests.language(request))
    return responses.document({}, status=202)


@route(blueprint, "/organiser/sign-in")
def follow_link(request: Request) -> Response:
    """Trade the link, once, for a session. A browser gets the button that does it: what looks into mails follows
    links as well, but presses nothing. The button works once, also after the link was followed."""
    token = requests.parameters(request).get("token", "")
    if not requests.wants_page(request):
        return _signed_in(token, sign_in_links.FOLLOW)
    sign_in_links.check(sign_in_links.request_id(token), clock.now())
    return pages.sign_in(token, requests.language(request))


@route(blueprint, "/organiser/sign-in", "POST")
def press_button(request: Request) -> Response:
    """The page's form: trades the link. A form on another site does not, lest it sign a visitor in as another."""
    if request.headers.get("origin") and not from_our_pages(request):
        raise SignInNeeded
    return _signed_in(str(requests.fields(request).get("token", "")), sign_in_links.PRESS)


def _signed_in(token: str, how: Mapping[str, str]) -> Response:
    email = sign_in_links.use(sign_in_links.request_id(token), clock.now(), how)
    seconds = int(SESSION_LASTS.total_seconds())
    cookie = _cookie(session_token(email, clock.now()), seconds)
    headers = {"Set-Cookie": cookie, **_KEPT_NOWHERE}
    return responses.see_other(f"{settings().public_url}/organiser", headers=headers)


def _cookie(value: str, seconds: int) -> str:
    secure = "; Secure" if settings().public_url.startswith("https:") else ""
    return f"{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age={seconds}"


@route(blueprint, "/organiser/sign-out", "POST")
@for_roles("organiser", "check_in", "caterer")
def sign_out(request: Request) -> Response:
    """End the session, wherever a copy of it may be, and lead to the page to sign in."""
    sessions.end(guard.session(request))
    home = f"{settings().public_url}/organiser?lang={requests.language(request)}"
    return responses.see_other(home, headers={"Set-Cookie": _cookie("", 0), **_KEPT_NOWHERE})
