"""Facts as messages and as entries of a history."""

import json
from typing import Any

import pytest

from chalicelib import facts
from chalicelib.facts import Fact, RegistrationFact, UnknownFact

AT = "2019-11-01T07:00:00.000000Z"
WHO: dict[str, Any] = {"event_id": "e", "registration_id": "r", "revision": 1, "at": AT}
EVERY: list[Fact] = [
    facts.Confirmed(**WHO, needs=("place",)),
    facts.Joined(**WHO, needs=("place",), waiting_for=("place",)),
    facts.Promoted(**WHO, needs=("place",)),
    facts.Offered(**WHO, needs=("place",), expires_at=AT),
    facts.Accepted(**WHO, needs=("place",)),
    facts.Declined(**WHO, needs=("place",)),
    facts.PlaceKept(**WHO, needs=("place",), waiting_for=("place",)),
    facts.Expired(**WHO, needs=("place",)),
    facts.Cancelled(**WHO, was="waiting", needs=("place",), by="participant"),
    facts.OfferExtended(**WHO, expires_at=AT),
    facts.Changed(**WHO, fields=("phone",), status="confirmed", needs=("place",)),
    facts.Swapped(**WHO, needs=("place", "room"), took=("room",), gave=("bed",)),
    facts.PartyChanged(**WHO, people=2),
    facts.Prioritised(**WHO, priority=1),
    facts.MailBounced(**WHO, mail="r.0001.confirmed", reason="General"),
    facts.MailComplained(**WHO, mail="r.0001.confirmed", reason="abuse"),
    facts.ToldOfChange(
        **WHO,
        version=2,
        was_starts_at=AT,
        was_ends_at=AT,
        was_venue="Hus",
        was_address="Vej 1",
        was_legs={"bus": {"departs": AT}},
        was_stays={"room": {}},
    ),
    facts.Reminded(**WHO, days=3, starts_on="2020-05-05"),
    facts.DetailsAsked(**WHO),
    facts.MailAsked(**WHO, by="organiser"),
    facts.CheckedIn(**WHO),
    facts.CheckInUndone(**WHO),
    facts.Erased(**WHO),
    facts.LinkRequested(event_id="e", at=AT, registration_id="r", request_id="q"),
    facts.Freed(event_id="e", at=AT, version=2),
    facts.EventChanged(
        event_id="e", at=AT, version=2, was_starts_at=AT, was_ends_at=AT, was_venue="Hus", was_address="Vej 1"
    ),
    facts.BroadcastDue(event_id="e", at=AT, round_id="change-000002", after=""),
    facts.ManifestRequested(event_id="e", at=AT, version=2),
    facts.ManifestReady(event_id="e", at=AT, version=2),
    facts.SignInRequested(event_id="", at=AT, request_id="q"),
    facts.LinksAsked(event_id="", at=AT, request_id="q"),
    facts.MailsDrawnTogether(event_id="", at=AT, mailbox="m"),
]


def test_every_kind_is_here() -> None:
    """A new kind of fact is added to these tests."""
    assert {type(fact) for fact in EVERY} == set(facts.FACTS_BY_KIND.values())


@pytest.mark.parametrize("fact", EVERY, ids=lambda fact: fact.kind)
def test_a_fact_survives_the_queue(fact: Fact) -> None:
    """The fact received is the fact sent, and its key is safe in keys and message ids."""
    assert facts.decode(facts.encode(fact)) == fact
    assert fact.key.replace(".", "").replace("-", "").isalnum()
    assert facts.parse_kind(fact.key) == fact.kind


@pytest.mark.parametrize("fact", [f for f in EVERY if isinstance(f, RegistrationFact)], ids=lambda f: f.kind)
def test_a_fact_survives_its_history(fact: RegistrationFact) -> None:
    """An entry of a history is the fact without the ids that the history implies."""
    written = facts.to_history_entry(fact)
    assert not {"event_id", "registration_id", "revision"} & set(written)
    assert facts.from_history_entry("e", "r", 1, json.loads(json.dumps(written))) == fact


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", "7", '{"format": 2, "fact": "confirmed"}', '{"format": 1, "fact": "x"}']
)
def test_anything_else_is_refused(body: str) -> None:
    """A message that is no fact of this version is not guessed at."""
    with pytest.raises(UnknownFact):
        facts.decode(body)


def test_a_message_of_an_earlier_version_is_read() -> None:
    """A message that lay on a queue under the fact's former name is read all the same."""
    left = '{"format": 1, "fact": "capacity-changed", "event_id": "e", "at": "2019-11-01T07:00:00Z", "version": 3}'
    assert facts.decode(left) == facts.Freed(event_id="e", at="2019-11-01T07:00:00Z", version=3)


def test_a_fact_that_lacks_a_field_is_refused() -> None:
    """An incomplete fact is not filled up."""
    with pytest.raises(UnknownFact, match="`at`"):
        facts.decode('{"format": 1, "fact": "confirmed", "event_id": "e"}')
