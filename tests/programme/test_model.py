"""The model of an event's document: what an organiser may write, and what was stored."""

from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.programme import store
from chalicelib.programme.flows import create_if_absent
from chalicelib.programme.model import Event
from chalicelib.text import STORED_CONTEXT
from testing import builders
from testing.builders import REGISTERED_AT
from testing.dynamodb.client import Client


def contact(email: str) -> dict[str, Any]:
    """A change of the event's document: whom to write to."""
    return {"contact": {"name": "Netværket", "email": email}}


@pytest.mark.parametrize(
    "email", ["søren@example.org", "a,b@example.org", "a@b", "a b@example.org", "x" * 65 + "@example.org"]
)
def test_the_contact_has_an_address_that_mail_reaches(email: str) -> None:
    """The same check as a participant's address: replies and calendars go there."""
    with pytest.raises(ValidationError):
        builders.event(**contact(email))
    assert builders.event(**contact("\u200bNET@Ærø.example ")).contact.email == "NET@ærø.example"


@pytest.mark.usefixtures("memory")
def test_what_was_stored_stays_readable(memory: Client) -> None:  # noqa: ARG001 - the table must be there
    """An event whose contact passed earlier rules is no reason to fail."""
    document = builders.event_document(**contact("søren@example.org"))
    create_if_absent(Event.model_validate(document, context=STORED_CONTEXT), REGISTERED_AT)
    assert store.read_current(document["id"]).event.contact.email == "søren@example.org"


def test_texts_take_what_word_pastes() -> None:
    """Invisible characters are stripped, and line ends are line feeds."""
    text = "Dag\u00adsorden\u200b 👩\u200d💻"
    event = builders.event(
        title={"da": text, "en": text},
        description={"da": "en\u2028to\vtre", "en": "1.000\u00a0kr."},
        venue={"name": "\ufeffUbbes\u00a0Vinbar", "address": "Ny Vestergade 1"},
    )
    assert event.title.da == "Dagsorden 👩\u200d💻"
    assert (event.description.da, event.description.en) == ("en\nto\ntre", "1.000\u00a0kr.")
    assert event.venue.name == "Ubbes Vinbar"


@pytest.mark.parametrize("text", ["\u200b", "\u00ad \u3164", "a\u202eb"])
def test_a_title_can_be_seen(text: str) -> None:
    """One of invisible characters alone is none."""
    with pytest.raises(ValidationError):
        builders.event(title={"da": text, "en": "x"})
