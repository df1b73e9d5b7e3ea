"""Searching an event's registrations, as JSON and on the page."""

from typing import Any

import pytest

from testing import builders
from testing.world import publish, register
from tests.web.browser import PAGE, as_organiser
from tests.web.desk import EVENT_URL

pytestmark = pytest.mark.usefixtures("memory")

LIST = f"{EVENT_URL}/registrations"


def found(q: str) -> list[str]:
    """The given names that a search finds, which the page shows too."""
    listed = as_organiser("GET", f"{LIST}?q={q}").json_body["registrations"]
    page = as_organiser("GET", f"{LIST}?q={q}", **PAGE).body.decode()
    names = sorted(each["given_name"] for each in listed)
    assert sorted(name for name in ("Søren", "Ida", "雷", "Sukarno") if f"{name}</a>" in page) == names
    return names


def test_registrations_are_found_by_any_spelling() -> None:
    """Of name, name as on the card, mail address and organisation; each word in any of them."""
    event = publish(builders.event())
    card: dict[str, Any] = {"travel": {"name_on_id": {"given": "Lei", "family": "Li"}}}
    register(event, "Søren", family_name="Østergård", email="so@example.org", organisation="Ærø Kommune")
    register(event, "Ida", family_name="Anne-Marie", email="ida.m@example.org")
    register(event, "雷", family_name="李", email="x@example.org", **card)
    register(event, "Sukarno", family_name="", email="s@example.org")
    assert found("ostergard") == found("Oestergaard+soren") == found("soren+aeroe") == ["Søren"]
    assert found("anne+marie+ida") == found("annemarie") == found("ida.m@example.org") == ["Ida"]
    assert found("lei+li") == found("%E6%9D%8E") == ["雷"]
    assert found("sukarno") == ["Sukarno"]
    assert found("nobody") == []


def test_a_domain_that_mixes_scripts_shows_its_punycode() -> None:
    """On the list and on the person's page."""
    event = publish(builders.event())
    person = register(event, "Anna", email="anna@exаmple.org")  # a Cyrillic а
    for url in (LIST, f"{LIST}/{person.id}"):
        assert "anna@exаmple.org (anna@xn--exmple-4nf.org)" in as_organiser("GET", url, **PAGE).body.decode()
