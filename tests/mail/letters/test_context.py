"""The parts that letters about a registration share."""

from dataclasses import replace

import pytest

from chalicelib.mail.letters.context import LetterContext, build_base_letter
from chalicelib.mail.letters.letter import render_html, render_text
from testing import builders
from tests.mail.samples import FACT_LETTERS, LINKS, letter_about, meeting_for, registration_for


@pytest.mark.parametrize(
    ("given_name", "greeting"),
    [
        ("Søren", "Kære Søren"),
        ("Your parcel is held pay now at the counter of the post office", "Kære Your parcel is held pay now"),
        ("x" * 300, f"Kære {'x' * 29}…"),
        ("Anne-Marie Louise Charlotte El", "Kære Anne-Marie Louise Charlotte El"),
    ],
)
def test_a_greeting_is_short(given_name: str, greeting: str) -> None:
    """A message that a stranger wrote into a name is not delivered."""
    who = builders.registration(builders.attendee(given_name, email="a@example.org"))
    assert build_base_letter(LetterContext(builders.event(), who, LINKS)).greeting == greeting


@pytest.mark.parametrize("name", FACT_LETTERS)
def test_no_mail_shows_an_organisation(name: str) -> None:
    """A stranger may have written it."""
    meeting, who = meeting_for(name), registration_for(name, "da")
    named = who.attendee.model_copy(update={"organisation": "Uægte Organisation"})
    letter = letter_about(name, meeting, replace(who, attendee=named), "da")
    assert "Uægte" not in render_text(letter) + render_html(letter)


@pytest.mark.parametrize("name", ["confirmed", "joined"])
def test_a_companion_is_asked_for_what_only_they_can_tell(name: str) -> None:
    """A colleague who was registered with a party; not its leader, nor where no form asks for such things."""
    sentence, meeting, who = "ting, som kun du kan fortælle", meeting_for(name), registration_for(name, "da")
    companion, leader = replace(who, leader_id="another"), replace(who, leader_id=who.id)
    assert sentence in render_text(letter_about(name, meeting, companion, "da"))
    assert sentence not in render_text(letter_about(name, meeting, leader, "da"))
    plain = meeting.model_copy(update={"meals": (), "legs": ()})
    assert sentence not in render_text(letter_about(name, plain, companion, "da"))
