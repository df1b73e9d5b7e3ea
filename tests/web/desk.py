"""The organisers' pages of one event, as a browser asks for them and posts their forms."""

import re

from chalice.test import HTTPResponse

from chalicelib import clock, facts
from chalicelib.auth.sessions import session_token
from chalicelib.travel import flows as manifests
from tests.web.browser import PAGE, call, post_form
from tests.web.credentials import HOME, ORGANISER

EVENT = "leverandoerernes-oenskeseddel"
HERE = f"/organiser/events/{EVENT}"


def session() -> dict[str, str]:
    """What a signed-in browser sends from our own pages."""
    cookie = f"organiser={session_token(ORGANISER, clock.now())}"
    return {"Cookie": cookie, "Origin": HOME, "Referer": f"{HOME}/organiser"} | PAGE


def look(path: str, language: str = "en") -> str:
    """The page at that path, in that language."""
    answer = call("GET", f"{path}{'&' if '?' in path else '?'}lang={language}", headers=session())
    assert answer.status_code == 200, answer.body.decode()
    return answer.body.decode()


def send(path: str, fields: dict[str, str]) -> HTTPResponse:
    return post_form(f"{path}?lang=en", fields, **session())


def went_to(answer: HTTPResponse) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("Location", "").removeprefix(HOME)


def done(path: str, what: str) -> tuple[int, str]:
    return 303, f"{path}?lang=en&done={what}"


def words(page: str) -> str:
    """The page's text, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<main>")[2])).strip()


def build(version: int, at: str) -> None:
    """The lists of that version, asked for at that moment."""
    manifests.build(facts.ManifestRequested(event_id=EVENT, at=at, version=version), clock.now())
