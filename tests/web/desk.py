"""The organisers' pages of one event, as a browser asks for them and posts their forms."""

import re

from chalice.test import HTTPResponse

from chalicelib import clock, facts
from chalicelib.auth.sessions import issue_token
from chalicelib.travel import flows as manifests
from tests.web.browser import PAGE, call, post_form
from tests.web.credentials import ORGANISER, ORIGIN

EVENT = "leverandoerernes-oenskeseddel"
EVENT_URL = f"/organiser/events/{EVENT}"


def build_session_headers() -> dict[str, str]:
    """What a signed-in browser sends from our own pages."""
    cookie = f"organiser={issue_token(ORGANISER, clock.now())}"
    return {"Cookie": cookie, "Origin": ORIGIN, "Referer": f"{ORIGIN}/organiser"} | PAGE


def get_page(path: str, language: str = "en") -> str:
    """The page at that path, in that language."""
    answer = call("GET", f"{path}{'&' if '?' in path else '?'}lang={language}", headers=build_session_headers())
    assert answer.status_code == 200, answer.body.decode()
    return answer.body.decode()


def send(path: str, fields: dict[str, str]) -> HTTPResponse:
    return post_form(f"{path}?lang=en", fields, **build_session_headers())


def read_redirect(answer: HTTPResponse) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("Location", "").removeprefix(ORIGIN)


def build_expected_redirect(path: str, what: str) -> tuple[int, str]:
    return 303, f"{path}?lang=en&done={what}"


def extract_text(page: str) -> str:
    """The page's text, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<main>")[2])).strip()


def build_manifest(version: int, at: str) -> None:
    """The lists of that version, asked for at that moment."""
    manifests.build(facts.ManifestRequested(event_id=EVENT, at=at, version=version), clock.now())
