"""What people come with: sessions and links of every kind, those that are good and those that are not."""

from collections.abc import Callable

import pytest

from chalicelib import clock
from chalicelib.auth import sign_in_links
from chalicelib.auth.link_tokens import build_token
from chalicelib.auth.sessions import SESSION_LIFETIME, issue_token
from chalicelib.programme.model import Event
from chalicelib.retention import erasure
from chalicelib.settings import settings
from testing import registration_links
from testing.registration_links import participant
from testing.world import register
from tests.web.browser import post

ORGANISER, DOOR, KITCHEN = "organiser@network.example", "door@network.example", "kitchen@network.example"
COLLEAGUE = "colleague@network.example"
OLD, NEW = "an-old-key-still-listed", "the-key-that-signs"
ORIGIN = "https://tilmelding.example"

MakeToken = Callable[[], str]


def make_with_keys(environment: pytest.MonkeyPatch, key: str, make: MakeToken) -> str:
    """What is made while this is the key, of links and of sessions each."""
    return _make_with(environment, make, SIGNING_KEYS=f"links-{key}", SESSION_KEYS=f"sessions-{key}")


def make_with_key_of_links(environment: pytest.MonkeyPatch, make: MakeToken) -> str:
    """What is made while sessions are signed with the key of links, as they once were."""
    return _make_with(environment, make, SESSION_KEYS=settings().signing_keys)


def _make_with(environment: pytest.MonkeyPatch, make: MakeToken, **keys: str) -> str:
    before = {name: getattr(settings(), name.lower()) for name in keys}
    try:
        _set(environment, **keys)
        return make()
    finally:
        _set(environment, **before)


def rotate_keys(environment: pytest.MonkeyPatch) -> None:
    """Have OLD and NEW be the keys from here on, of links and of sessions each."""
    named = {"SIGNING_KEYS": "links", "SESSION_KEYS": "sessions"}
    _set(environment, **{name: f"{whose}-{OLD},{whose}-{NEW}" for name, whose in named.items()})


def _set(environment: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        environment.setenv(name, value)
    settings.cache_clear()


def session_tokens(environment: pytest.MonkeyPatch, event: Event) -> dict[str, str]:
    """Sessions, and what is none, by what they are; the keys are OLD and NEW from here on."""
    rotate_keys(environment)
    _set(environment, ORGANISERS=f"{ORGANISER},{COLLEAGUE}")  # whose session goes on when the other's all end
    now = clock.now()
    good = issue_token(ORGANISER, now)
    return {
        "nothing": "",
        "forged": good[:-4] + "AAAA",
        "expired": issue_token(ORGANISER, now - SESSION_LIFETIME),
        "signed out": _make_signed_out_token(),
        "not listed any more": issue_token("former@network.example", now),
        "participant's link": registration_links.build_token(event.id, register(event, "Eva").id),
        "sign-in link": _extract_token(sign_in_links.create_link_without_mail(ORGANISER, now)),
        "rotated-out key": make_with_keys(environment, "gone", lambda: issue_token(ORGANISER, now)),
        "links' key": make_with_key_of_links(environment, lambda: issue_token(ORGANISER, now)),
        "old key": make_with_keys(environment, OLD, lambda: issue_token(COLLEAGUE, now)),
        "check_in": issue_token(DOOR, now),
        "caterer": issue_token(KITCHEN, now),
        "organiser": good,
    }


def _make_signed_out_token() -> str:
    token = issue_token(ORGANISER, clock.now())
    assert post("/organiser/sign-out", headers={"Authorization": f"Bearer {token}"}).status_code == 303
    return token


def link_tokens(environment: pytest.MonkeyPatch, event: Event, other: Event) -> dict[str, str]:
    """Registrations' links, and what is none; each that is good is of somebody of their own."""
    rotate_keys(environment)
    anna = register(event, "Anna").id
    own = registration_links.build_token(event.id, anna)
    aged = register(event, "Dorte").id
    gone = register(event, "Carl").id
    erased = registration_links.build_token(event.id, gone)
    erasure.erase(participant(event.id, gone), clock.now())
    return {
        "forged": own[:-4] + "AAAA",
        "nobody's": build_token("mailed", event.id, "a" * 26, ""),
        "wrong event": build_token("mailed", other.id, anna, ""),
        "erased": erased,
        "organiser's session": issue_token(ORGANISER, clock.now()),
        "rotated-out key": make_with_keys(
            environment, "gone", lambda: registration_links.build_token(event.id, aged)
        ),
        "old key": make_with_keys(environment, OLD, lambda: registration_links.build_token(event.id, aged)),
        "another's": registration_links.build_token(other.id, register(other, "Bo").id),
        "own": own,
    }


def sign_in_tokens(environment: pytest.MonkeyPatch) -> dict[str, str]:
    """The tokens of sign-in links, and what is none."""
    rotate_keys(environment)
    now = clock.now()
    used = _extract_token(sign_in_links.create_link_without_mail(ORGANISER, now))
    assert post("/organiser/sign-in", {"token": used}).status_code == 303

    def made(email: str = ORGANISER) -> str:
        return _extract_token(sign_in_links.create_link_without_mail(email, now))

    return {
        "nothing": "",
        "forged": made()[:-4] + "AAAA",
        "used": used,
        "expired": _extract_token(sign_in_links.create_link_without_mail(ORGANISER, now - sign_in_links.LIFETIME)),
        "not listed any more": made("former@network.example"),
        "organiser's session": issue_token(ORGANISER, now),
        "rotated-out key": make_with_keys(environment, "gone", made),
        "links' key": make_with_key_of_links(environment, made),
        "old key": make_with_keys(environment, OLD, made),
        "check_in": made(DOOR),
        "caterer": made(KITCHEN),
        "organiser": made(),
    }


def _extract_token(link: str) -> str:
    return link.partition("token=")[2]
