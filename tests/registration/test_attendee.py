"""The attendee as a participant fills it in."""

from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.registration.attendee import Attendee
from chalicelib.text import STORED_CONTEXT
from testing import builders


def errors(**fields: Any) -> dict[str, str]:
    """The error type of each bad field."""
    document = builders.person(**{"email": "anna@example.org"} | fields)
    del document["privacy_accepted"]
    try:
        Attendee.model_validate(document)
    except ValidationError as error:
        return {".".join(map(str, each["loc"])): each["type"] for each in error.errors()}
    return {}


@pytest.mark.parametrize(
    "name", ["J.R.", "J.R.R. Tolkien", "St. Clair", "J.Robert", "Ph.D.", "d’Åé-Ør", "雷", "7"]
)
def test_names_with_full_stops_are_names(name: str) -> None:
    """Initials, and a full stop with a space behind it."""
    assert errors(given_name=name, family_name=name) == {}


@pytest.mark.parametrize(
    "name",
    [
        "Your parcel is held: pay at http://evil.example/pay",
        "Log ind på evil.dk",
        "evil.example",
        "www.evil",
        "t.co/x",
        "X.COM",
        "пример.рф",
        "evil\u200b.dk",
        "evil．dk",
        "evil․dk",
        "mail@evil.dk",
        "ftp://x",
    ],
)
def test_names_hold_nothing_that_becomes_a_link(name: str) -> None:
    """Mail programs turn a domain into a link, also without its scheme."""
    contact = {"name": name, "phone": "20123456"}
    travel = {"name_on_id": {"given": name, "family": name}, "emergency_contact": contact}
    assert errors(given_name=name, family_name=name, travel=travel) == dict.fromkeys(
        ("given_name", "family_name", "travel.name_on_id.given", "travel.name_on_id.family",
         "travel.emergency_contact.name"), "link",
    )  # fmt: skip


@pytest.mark.parametrize(
    "organisation", ["sundhed.dk", "Müller & Søn A/S", "3F", "Sundhed.dk A/S", "c/o KL", "雷"]
)
def test_an_organisation_may_be_called_as_its_domain(organisation: str) -> None:
    """And have a slash in its name."""
    assert errors(organisation=organisation) == {}


@pytest.mark.parametrize("organisation", ["http://x", "www.evil.dk", "evil.dk/pay", "evil.dk?x=1", "evil.dk:80"])
def test_an_organisation_is_no_url(organisation: str) -> None:
    """No scheme, no www., no path."""
    assert errors(organisation=organisation) == {"organisation": "link"}


@pytest.mark.parametrize("text", ["\u200b", "\u3164", "\u2800", "🎉", "–", "\u200d\ufeff", "\u00ad"])
def test_names_and_organisations_can_be_seen(text: str) -> None:
    """They hold a letter or a digit."""
    assert errors(given_name=text, family_name=text, organisation=text) == dict.fromkeys(
        ("given_name", "family_name", "organisation"), "not_visible"
    )


@pytest.mark.parametrize("left", [{}, {"family_name": ""}, {"family_name": "  "}])
def test_a_person_may_have_a_single_name(left: dict[str, str]) -> None:
    """The family name is left out or empty."""
    who = Attendee.model_validate({"given_name": "Sukarno", "email": "s@example.org", **left})
    assert (who.family_name, who.name, who.sorted_name) == ("", "Sukarno", "Sukarno")


def test_what_was_stored_stays_readable() -> None:
    """Rules hold for what is written from now on."""
    stored = {"given_name": "http://x", "family_name": "\u200b", "email": "søren@example.org", "phone": "12",
              "organisation": "\u200b"}  # fmt: skip
    who = Attendee.model_validate(stored, context=STORED_CONTEXT)
    assert who.model_dump(exclude_none=True).items() >= stored.items()


def test_a_note_takes_what_word_pastes() -> None:
    """No-break spaces, line ends and emoji."""
    pasted = "Spiser\u00a0ikke\vnødder 👩\u200d💻"
    who = builders.attendee(dietary={"note": pasted, "consent": True})
    assert who.dietary
    assert who.dietary.note == "Spiser\u00a0ikke\nnødder 👩\u200d💻"
