"""Signing in with a mailed link."""

from typing_extensions import TypedDict

from chalicelib import clock
from chalicelib.auth import sign_in_links
from chalicelib.auth.guard import is_same_origin
from chalicelib.auth.sessions import COOKIE_NAME, SESSION_LIFETIME
from chalicelib.problems import SignInNeeded
from chalicelib.settings import settings
from chalicelib.web.http import requests, responses
from chalicelib.web.http.framework import Blueprint, Request, Response
from chalicelib.web.http.models import Document
from chalicelib.web.http.operations import HTML, Body
from chalicelib.web.http.responses import PRIVATE_HEADERS
from chalicelib.web.http.routing import route
from chalicelib.web.http.variants import Variants
from chalicelib.web.public import pages

blueprint = Blueprint(__name__, tag="sign-in")


class SignInToken(TypedDict):
    """The token of a mailed link."""

    token: str


@route(
    blueprint,
    "/organiser/sessions",
    "POST",
    answers={202: (Document, HTML)},
    problems=(429,),
    body=Body(Document),
)
def request_sign_in_link(request: Request) -> Variants:
    """Ask for a sign-in link by mail, with `email`.

    Only a listed address gets one; the answer, and how long it takes, are the same for all addresses. So they are
    where an address has had its mails of the day.
    """
    email = str(requests.parse_body(request).get("email", "")).strip().casefold()
    sign_in_links.request_by_mail(email, requests.client_network(request), clock.now())
    return Variants(
        json=lambda: responses.json_response({}, status=202),
        page=lambda: pages.render_link_sent(requests.negotiate_language(request)),
    )


@route(blueprint, "/organiser/sign-in", answers={200: (HTML,), 303: ()}, problems=(401,), query={"token": str})
def follow_sign_in_link(request: Request) -> Variants:
    """Trade the link, once, for a session.

    A browser gets a button that does it, because scanners of mail follow links, too, but press no button. The
    button works once, also after the link was followed.
    """
    token = requests.query_parameters(request).get("token", "")
    return Variants(
        json=lambda: _start_session(token, sign_in_links.REDEEM_BY_LINK),
        page=lambda: _render_button(request, token),
    )


def _render_button(request: Request, token: str) -> Response:
    sign_in_links.check_redeemable(sign_in_links.read_token(token), clock.now())
    return pages.render_sign_in(token, requests.negotiate_language(request))


@route(
    blueprint,
    "/organiser/sign-in",
    "POST",
    answers={303: ()},
    problems=(401,),
    body=Body(SignInToken, form=SignInToken),
)
def press_sign_in_button(request: Request) -> Response:
    """Trade the link for a session, with the page's form.

    A form on another site is refused, so that it cannot sign a visitor in as another person.
    """
    if request.headers.get("origin") and not is_same_origin(request):
        raise SignInNeeded
    return _start_session(str(requests.form_fields(request).get("token", "")), sign_in_links.REDEEM_BY_BUTTON)


def _start_session(token: str, redemption: sign_in_links.Redemption) -> Response:
    session = sign_in_links.redeem(sign_in_links.read_token(token), clock.now(), redemption)
    seconds = int(SESSION_LIFETIME.total_seconds())
    cookie = build_cookie(session, seconds)
    headers = {"Set-Cookie": cookie, **PRIVATE_HEADERS}
    return responses.see_other(f"{settings().public_url}/organiser", headers=headers)


def build_cookie(value: str, seconds: int) -> str:
    """Build the cookie that holds a session's token for so many seconds; none takes it away."""
    secure = "; Secure" if settings().public_url.startswith("https:") else ""
    return f"{COOKIE_NAME}={value}; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age={seconds}"
