"""Who is an organiser: sign-in by mailed link, sessions, and the guard of the organiser's routes."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from chalice import Blueprint
from chalice.app import Request, Response
from itsdangerous import BadSignature, URLSafeSerializer

from chalicelib import clock, keys, limits, sign_in_links, table
from chalicelib.items import Put, Update
from chalicelib.keys import timestamp
from chalicelib.problems import SignInNeeded
from chalicelib.settings import settings
from chalicelib.table import Refused
from chalicelib.web import answers, pages, reading
from chalicelib.web.routing import View, route

blueprint = Blueprint(__name__)

SESSION_LASTS = timedelta(hours=12)
COOKIE = "organiser"


def _sessions() -> URLSafeSerializer:
    return URLSafeSerializer(list(settings().signing_keys), salt="session")


def session_token(email: str, now: datetime) -> str:
    """A signed session for the organiser, good for twelve hours: a bearer token and the cookie's value."""
    return str(_sessions().dumps([email, int((now + SESSION_LASTS).timestamp())]))


def organiser(request: Request) -> str:
    """The address of the organiser who asks; raises SignInNeeded for everybody else."""
    try:
        email, ends = _sessions().loads(_bearer(request) or _cookie(request))
    except (BadSignature, ValueError, TypeError) as error:
        raise SignInNeeded from error
    if ends <= clock.now().timestamp() or email not in settings().organisers:
        raise SignInNeeded
    return str(email)


def _bearer(request: Request) -> str:
    scheme, _, token = str(request.headers.get("authorization", "")).partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _cookie(request: Request) -> str:
    try:
        cookies = SimpleCookie(request.headers.get("cookie", ""))
    except CookieError as error:
        raise SignInNeeded from error
    return cookies[COOKIE].value if COOKIE in cookies else ""


def for_organisers(view: Callable[..., Response]) -> View:
    """The view, for organisers only. With a cookie alone nothing is changed, unless the request comes from our
    own pages."""

    @wraps(view)
    def guarded(request: Request, **parameters: Any) -> Response:
        organiser(request)
        if request.method != "GET" and not _bearer(request) and not _from_our_pages(request):
            raise SignInNeeded
        return view(request, **parameters)

    return guarded


def _from_our_pages(request: Request) -> bool:
    """Browsers name the origin of every request that is not a GET (Fetch standard, `Origin`); it is ours when
    it is the host that was asked, or the one that people reach us by."""
    origin = urlsplit(str(request.headers.get("origin", ""))).netloc
    return bool(origin) and origin in (request.headers.get("host", ""), urlsplit(settings().public_url).netloc)


@route(blueprint, "/organiser/sessions", "POST")
def ask_for_sign_in(request: Request) -> Response:
    """A sign-in link by mail, only to a listed organiser; answer and work are the same for everybody."""
    email, now = str(reading.body(request).get("email", "")).strip().casefold(), clock.now()
    by_source, by_address = limits.sign_ins_from(reading.source(request)), limits.sign_ins_to(email)
    listed = email in settings().organisers
    _, asked = _new_request(email if listed else "", now, by_mail=listed)
    try:
        table.transact(asked, by_source.counted(now), by_address.counted(now))
    except Refused as refused:
        raise by_address.refusal(now) from refused
    if reading.wants_page(request):
        return pages.link_sent(reading.language(request))
    return answers.document({}, status=202)


def new_request(email: str, now: datetime, *, by_mail: bool) -> str:
    """Write down that the organiser may sign in once; returns the request's id. The stream sends the mail."""
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


@route(blueprint, "/organiser/sign-in")
def sign_in(request: Request) -> Response:
    """Trade the link, once, for a session."""
    email = _use(sign_in_links.request_id(reading.parameters(request).get("token", "")), clock.now())
    secure = "; Secure" if settings().public_url.startswith("https:") else ""
    cookie = f"{COOKIE}={session_token(email, clock.now())}; Path=/; HttpOnly; SameSite=Lax{secure}"
    seconds = int(SESSION_LASTS.total_seconds())
    home = f"{settings().public_url}/organiser"
    return answers.see_other(
        home, headers={"Set-Cookie": f"{cookie}; Max-Age={seconds}", "Cache-Control": "no-store"}
    )


@route(blueprint, "/organiser/sign-out", "POST")
@for_organisers
def sign_out(request: Request) -> Response:
    """End the session in this browser; the way leads to the page to sign in."""
    cookie = f"{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
    home = f"{settings().public_url}/organiser?lang={reading.language(request)}"
    return answers.see_other(home, headers={"Set-Cookie": cookie, "Cache-Control": "no-store"})


def _use(request_id: str, now: datetime) -> str:
    key = keys.sign_in_key(request_id)
    use = Update(
        key=key,
        expression="SET used = :yes",
        condition="used = :no AND expires_at > :now",
        names={},
        values={":yes": True, ":no": False, ":now": int(now.timestamp())},
    )
    try:
        table.write(use)
    except Refused as refused:
        raise SignInNeeded from refused
    item = table.get(key)
    if item is None or item["email"] not in settings().organisers:
        raise SignInNeeded
    return str(item["email"])


def sign_in_link(email: str, now: datetime) -> str:
    """A sign-in link that needs no mail: for whoever runs the system on their own machine."""
    return sign_in_links.sign_in_link(new_request(email, now, by_mail=False))
