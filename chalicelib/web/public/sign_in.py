"""Signing in by a mailed link, and out."""

from chalicelib import clock
from chalicelib.auth import guard, sessions, sign_in_links
from chalicelib.auth.guard import is_same_origin, require_roles
from chalicelib.auth.sessions import COOKIE_NAME, SESSION_LIFETIME, issue_token
from chalicelib.aws import table
from chalicelib.aws.table import ConditionFailed
from chalicelib.problems import SignInNeeded
from chalicelib.settings import settings
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.routing import route
from chalicelib.web.public import pages

blueprint = Blueprint(__name__)

_NO_STORE = {"Cache-Control": "no-store"}


@route(blueprint, "/organiser/sessions", "POST")
def ask_for_sign_in(request: Request) -> Response:
    """A sign-in link by mail, only to an address that is listed; answer and work are the same for all."""
    email, now = str(requests.parse_body(request).get("email", "")).strip().casefold(), clock.now()
    by_source, by_address = (
        sign_in_links.network_limit(requests.client_network(request)),
        sign_in_links.address_limit(email),
    )
    listed = bool(settings().get_roles(email))
    _, asked = sign_in_links.build_request(email if listed else "", now, by_mail=listed)
    try:
        table.transact(asked, by_source.increment_write(now), by_address.increment_write(now))
    except ConditionFailed as refused:
        raise by_address.error(now) from refused
    if requests.prefers_html(request):
        return pages.render_link_sent(requests.negotiate_language(request))
    return responses.json_response({}, status=202)


@route(blueprint, "/organiser/sign-in")
def follow_link(request: Request) -> Response:
    """Trade the link, once, for a session. A browser gets the button that does it: what looks into mails follows
    links as well, but presses nothing. The button works once, also after the link was followed."""
    token = requests.query_parameters(request).get("token", "")
    if not requests.prefers_html(request):
        return _start_session(token, sign_in_links.REDEEM_BY_LINK)
    sign_in_links.check_redeemable(sign_in_links.read_token(token), clock.now())
    return pages.render_sign_in(token, requests.negotiate_language(request))


@route(blueprint, "/organiser/sign-in", "POST")
def press_button(request: Request) -> Response:
    """The page's form: trades the link. A form on another site does not, lest it sign a visitor in as another."""
    if request.headers.get("origin") and not is_same_origin(request):
        raise SignInNeeded
    return _start_session(str(requests.form_fields(request).get("token", "")), sign_in_links.REDEEM_BY_BUTTON)


def _start_session(token: str, redemption: sign_in_links.Redemption) -> Response:
    email = sign_in_links.redeem(sign_in_links.read_token(token), clock.now(), redemption)
    seconds = int(SESSION_LIFETIME.total_seconds())
    cookie = _build_cookie(issue_token(email, clock.now()), seconds)
    headers = {"Set-Cookie": cookie, **_NO_STORE}
    return responses.see_other(f"{settings().public_url}/organiser", headers=headers)


def _build_cookie(value: str, seconds: int) -> str:
    secure = "; Secure" if settings().public_url.startswith("https:") else ""
    return f"{COOKIE_NAME}={value}; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age={seconds}"


@route(blueprint, "/organiser/sign-out", "POST")
@require_roles("organiser", "check_in", "caterer")
def sign_out(request: Request) -> Response:
    """End the session, wherever a copy of it may be, and lead to the page to sign in."""
    sessions.end_session(guard.read_session(request))
    home = f"{settings().public_url}/organiser?lang={requests.negotiate_language(request)}"
    return responses.see_other(home, headers={"Set-Cookie": _build_cookie("", 0), **_NO_STORE})
