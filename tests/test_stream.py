"""What the stream's changes say happened."""

from typing import Any

from chalicelib import facts
from chalicelib.stream import facts_of

AT = "2019-11-01T07:00:00.000000Z"


def registration(*history: dict[str, Any]) -> dict[str, Any]:
    return {"PK": "EVENT#e", "SK": "REG#r", "history": list(history)}


JOINED = {"fact": "joined", "at": AT, "needs": ["place"], "waiting_for": ["place"]}
PROMOTED = {"fact": "promoted", "at": AT, "needs": ["place"]}


def test_a_new_registration_says_its_first_fact() -> None:
    """Nothing before: every entry of the history is new."""
    assert facts_of(None, registration(JOINED), AT) == [
        facts.Joined(
            event_id="e", registration_id="r", revision=1, at=AT, needs=("place",), waiting_for=("place",)
        )
    ]


def test_a_change_says_only_what_is_new() -> None:
    """Entries that the old image had are told already."""
    assert facts_of(registration(JOINED), registration(JOINED, PROMOTED), AT) == [
        facts.Promoted(event_id="e", registration_id="r", revision=2, at=AT, needs=("place",))
    ]
    assert facts_of(registration(JOINED), registration(JOINED), AT) == []


def test_other_items_speak_when_they_appear() -> None:
    """Requests speak once, when they are written; entries of the waitlist and mail records never."""
    asked = {"PK": "EVENT#e", "requested_at": AT}
    link = {**asked, "SK": "LINK#r#2019110107"}
    manifest = {**asked, "SK": "MANIFEST#000003", "version": 3}
    sign_in = {"PK": "SIGNIN#s", "SK": "SIGNIN", "requested_at": AT, "by_mail": True}
    assert facts_of(None, link, AT) == [
        facts.LinkRequested(event_id="e", at=AT, registration_id="r", request_id="2019110107")
    ]
    assert facts_of(None, manifest, AT) == [facts.ManifestRequested(event_id="e", at=AT, version=3)]
    assert facts_of(None, sign_in, AT) == [facts.SignInRequested(event_id="", at=AT, request_id="s")]
    for item in (link, manifest, sign_in):
        assert facts_of(item, item, AT) == []
        assert facts_of(item, None, AT) == []
    assert facts_of(None, sign_in | {"by_mail": False}, AT) == []
    for key in ("WAIT#5#x#r", "MAIL#r.0001.confirmed", "EVENT", "PROGRAMME"):
        assert facts_of(None, {"PK": "EVENT#e", "SK": key}, AT) == []


def test_capacity_speaks_when_it_changes() -> None:
    """Counters that move say nothing; the capacity does."""
    before = {"PK": "EVENT#e", "SK": "PLACES", "capacity": {"place": 1}, "taken": {"place": 0}, "changes": 4}
    taken = {**before, "taken": {"place": 1}, "changes": 5}
    raised = {**taken, "capacity": {"place": 2}, "changes": 6}
    assert facts_of(None, before, AT) == []
    assert facts_of(before, taken, AT) == []
    assert facts_of(taken, raised, AT) == [facts.CapacityChanged(event_id="e", at=AT, version=6)]
