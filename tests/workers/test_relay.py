"""The relay: the stream onto the queues."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib import facts
from chalicelib.aws import queues
from chalicelib.facts import Fact
from chalicelib.settings import settings
from chalicelib.workers import relay
from testing.batches import changes, failed

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
    assert set(relay.QUEUES_BY_FACT) == set(facts.FACTS_BY_KIND.values())


def test_facts_go_to_their_queues_in_their_groups() -> None:
    """Mails are ordered by registration, the waitlist by event; a manifest's request stands alone."""
    new = registration("r", JOINED, CANCELLED)
    manifest = {"PK": "EVENT#e", "SK": "MANIFEST#000001", "version": 1, "status": "building", "requested_at": AT}
    batch = changes((None, new), (None, manifest), (places("e"), freed("e")))
    assert relay.relay(batch, None) == {"batchItemFailures": []}
    joined, cancelled = (facts.from_history_entry("e", "r", n, each) for n, each in enumerate(new["history"], 1))
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
    """A record that is wrong does not hold back the others."""
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


def test_what_is_read_together_is_sent_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten facts go in one call, of one person in their order; a refused one brings its record alone again."""
    sent: list[list[str]] = []

    def send_message_batch(**request: Any) -> dict[str, Any]:
        sent.append([entry["MessageDeduplicationId"] for entry in request["Entries"]])
        return {"Failed": [{"Id": "1"}]} if len(sent) == 2 else {}

    monkeypatch.setattr(queues.client(), "send_message_batch", send_message_batch)
    people = [f"{number:02d}" for number in range(11)]
    batch = changes(*((None, registration(each, JOINED, CANCELLED)) for each in people))
    assert failed(relay.relay(batch, None), batch) == [5]
    assert [len(call) for call in sent] == [10, 10, 2]
    assert [each for call in sent for each in call][:4] == [
        *("e.00.0001.joined", "e.00.0002.cancelled"),
        *("e.01.0001.joined", "e.01.0002.cancelled"),
    ]


def test_facts_too_large_for_one_call_go_in_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """No call holds more than SQS takes at once."""
    sizes: list[int] = []

    def send_message_batch(**request: Any) -> dict[str, Any]:
        sizes.append(sum(len(entry["MessageBody"].encode()) for entry in request["Entries"]))
        return {}

    monkeypatch.setattr(queues.client(), "send_message_batch", send_message_batch)
    long = JOINED | {"waiting_for": ["å" * 10_000]}
    batch = changes(*((None, registration(str(number), long)) for number in range(5)))
    assert failed(relay.relay(batch, None), batch) == []
    assert len(sizes) == 2
    assert max(sizes) < 262_144 < sum(sizes)


def test_a_queue_that_cannot_be_reached_holds_back_what_was_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each record of the call comes again; those for another queue do not."""
    client, real = queues.client(), queues.client().send_message_batch

    def send_message_batch(**request: Any) -> Any:
        if request["QueueUrl"] == settings().mail_queue_url:
            raise EndpointConnectionError(endpoint_url=request["QueueUrl"])
        return real(**request)

    monkeypatch.setattr(client, "send_message_batch", send_message_batch)
    mails = ((None, registration(name, JOINED)) for name in "ab")
    batch = changes(*mails, (places("e"), freed("e")))
    assert failed(relay.relay(batch, None), batch) == [0, 1]
    assert [fact.kind for fact, _ in received(settings().waitlist_queue_url)] == ["freed"]
