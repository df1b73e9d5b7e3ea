"""The relay: the stream onto the queues."""

from typing import Any

import pytest

from chalicelib import facts, queues
from chalicelib.facts import Fact
from chalicelib.settings import settings
from chalicelib.workers import relay
from tests.workers.batches import changes, failed

pytestmark = pytest.mark.usefixtures("aws")

AT = "2019-11-01T07:00:00.000000Z"
JOINED = {"fact": "joined", "at": AT, "needs": ["place"], "waiting_for": ["place"]}
CANCELLED = {"fact": "cancelled", "at": AT, "was": "waiting", "needs": ["place"], "by": "participant"}


def registration(name: str, *history: dict[str, Any]) -> dict[str, Any]:
    return {"PK": "EVENT#e", "SK": f"REG#{name}", "history": list(history)}


def places(event_id: str) -> dict[str, Any]:
    """One person waits, and the lines rest."""
    return {"PK": f"EVENT#{event_id}", "SK": "PLACES", "changes": 7, "line_length": 1, "freed": 2, "rested": 2}


def freed(event_id: str) -> dict[str, Any]:
    return places(event_id) | {"changes": 8, "freed": 3}


def received(url: str) -> list[tuple[Fact, str | None]]:
    answer = queues.client().receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["MessageGroupId"]
    )
    return [
        (facts.decode(message["Body"]), message.get("Attributes", {}).get("MessageGroupId"))
        for message in answer.get("Messages", [])
    ]


def test_every_fact_has_its_queues() -> None:
    """No kind of fact is forgotten."""
    assert set(relay.GOES_ON) == set(facts.KINDS.values())


def test_facts_go_to_their_queues_in_their_groups() -> None:
    """Mails are ordered by registration, the waitlist by event; a manifest's request stands alone."""
    new = registration("r", JOINED, CANCELLED)
    manifest = {"PK": "EVENT#e", "SK": "MANIFEST#000001", "version": 1, "status": "building", "requested_at": AT}
    batch = changes((None, new), (None, manifest), (places("e"), freed("e")))
    assert relay.relay(batch, None) == {"batchItemFailures": []}
    joined, cancelled = (facts.from_entry("e", "r", n, each) for n, each in enumerate(new["history"], 1))
    assert received(settings().mail_queue_url)[0] == (joined, "r")
    [(told, group)] = received(settings().waitlist_queue_url)
    assert (told.key, group) == ("000008.freed", "e")
    assert received(settings().manifest_queue_url) == [
        (facts.ManifestRequested(event_id="e", at=AT, version=1), None)
    ]
    assert cancelled.key == "r.0002.cancelled"


def test_facts_of_two_events_are_never_taken_for_one() -> None:
    """Two events at which something is freed with the same version: both lines are looked at."""
    batch = changes(*((places(event_id), freed(event_id)) for event_id in ("a", "b")))
    assert relay.relay(batch, None) == {"batchItemFailures": []}
    assert {fact.event_id for fact, _ in received(settings().waitlist_queue_url)} == {"a", "b"}


def test_a_record_that_cannot_be_read_is_reported_alone() -> None:
    """What is wrong with one record does not hold back the others."""
    poison = registration("p", {"fact": "exploded", "at": AT})
    batch = changes((None, registration("a", JOINED)), (None, poison))
    assert failed(relay.relay(batch, None), batch) == [1]
    assert [fact.key for fact, _ in received(settings().mail_queue_url)] == ["a.0001.joined"]


def test_a_queue_that_takes_nothing_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts that a queue refused are sent again with the record."""
    refusal = {"Failed": [{"Id": "0", "SenderFault": False, "Code": "InternalError"}]}
    client = queues.client()
    monkeypatch.setattr(client, "send_message_batch", lambda **_: refusal)
    batch = changes((None, registration("a", JOINED)), (None, {"PK": "EVENT#e", "SK": "EVENT"}))
    assert failed(relay.relay(batch, None), batch) == [0]
