"""What is set aside of messages that cannot be worked off is about no one: ids, states and moments."""

import json
from typing import Any

import boto3
import pytest

from chalicelib import clock, facts
from chalicelib.audit.audit_log import Actor
from chalicelib.aws import table
from chalicelib.links import mail_requests
from chalicelib.programme import flows as programme
from chalicelib.programme import store as programme_store
from chalicelib.registration import changing, flows
from chalicelib.registration.access import Access
from chalicelib.registration.changing import ChangeRequest
from chalicelib.retention import erasure
from chalicelib.workers import relay
from testing import bornholm
from testing.account import load_resources
from testing.bornholm import ALL_THE_WAY, EVENT_ID, SHARED
from testing.dynamodb.client import Client
from testing.registration_links import participant
from testing.world import register
from tests.mail import ses_events
from tests.mail.samples import confirmed
from tests.retention.marked import ALL, DETAILS, found, meeting, messages

pytestmark = pytest.mark.usefixtures("quick_aws")

WORD = Actor("organiser@network.example", "MARKREASON")
#: Which queues there are, and how they are described.
QUEUES: dict[str, dict[str, Any]] = {
    name: described["Properties"]
    for name, described in load_resources().items()
    if "RedrivePolicy" in described.get("Properties", {})
}


def live() -> None:
    """A marked person does what can be done, and so do organisers to them, with reasons that are marked."""
    event = meeting()
    marked = DETAILS | {"email": "mark2@example.org"}
    mark = register(event, "MARKANNA", (SHARED, *ALL_THE_WAY), family_name="MARKHOLM", **marked)
    told = ChangeRequest(details={"organisation": "MARKORG"}, needs=(SHARED,))
    changing.change(event, participant(event.id, mark.id), told, clock.now())
    mail_requests.request_mail(Access(EVENT_ID, mark.id), clock.now(), WORD)
    flows.cancel(Access(EVENT_ID, mark.id), clock.now(), WORD.audit_fields)
    erasure.erase(Access(EVENT_ID, mark.id), clock.now(), WORD)
    moved = bornholm.event(starts_at="2020-09-25T09:30", ends_at="2020-09-26T12:00")
    programme.put(moved, programme_store.read_current(EVENT_ID).version, clock.now())


def send_all() -> None:
    """What the stream says, and what SES reports of a marked address, onto the queues."""
    client = table.client()
    assert isinstance(client, Client)
    assert relay.relay({"Records": client.stream[:]}, None) == {"batchItemFailures": []}
    report = ses_events.bounce(confirmed(bornholm.guest("Anna", "Holm")))
    marked = report.replace(ses_events.ADDRESS, "MARKANNA MARKHOLM <mark@example.org>")
    boto3.client("sqs").send_message(QueueUrl=_url("FeedbackQueue"), MessageBody=ses_events.queued(marked))


def set_all_aside() -> None:
    """Each message is given out as often as its queue does that, and done by no one."""
    sqs = boto3.client("sqs")
    for name, described in QUEUES.items():
        most, url = described["RedrivePolicy"]["maxReceiveCount"], _url(name)
        letters = sqs.get_queue_attributes(QueueUrl=_url(_letters(name)), AttributeNames=["QueueArn"])
        redrive = {"deadLetterTargetArn": letters["Attributes"]["QueueArn"], "maxReceiveCount": most}
        sqs.set_queue_attributes(
            QueueUrl=url, Attributes={"RedrivePolicy": json.dumps(redrive), "DelaySeconds": "0"}
        )
        for _ in range(len(messages()[url.rpartition("/")[2]]) * (most + 1)):
            sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)


def _letters(queue: str) -> str:
    return queue.replace("Queue", "DeadLetters")


def _url(name: str) -> str:
    """The queue's address; it is made where the account has not got it."""
    fifo = load_resources()[name]["Properties"].get("FifoQueue", False)
    attributes: Any = {"FifoQueue": "true"} if fifo else {}
    sqs = boto3.client("sqs")
    name += ".fifo" if fifo else ""
    known = [url for url in sqs.list_queues().get("QueueUrls", []) if url.rpartition("/")[2] == name]
    return known[0] if known else sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def test_dead_letters_name_nobody() -> None:
    """On every queue there was something, all of it ends among its dead letters, and no marked value is there."""
    live()
    send_all()
    set_all_aside()
    held = {name.removesuffix(".fifo"): bodies for name, bodies in messages().items()}
    assert {name for name in QUEUES if held[name]} == set()
    assert {name for name in QUEUES if not held[_letters(name)]} == set()
    assert found(ALL)["queues"] == set()
    assert [body for bodies in held.values() for body in bodies if "@" in body or "MARK" in body.upper()] == []


def test_there_is_no_other_queue() -> None:
    """But the one for places in the stream, which Lambda writes: it says which records, and not what they hold."""
    made = {name for name, described in load_resources().items() if described["Type"] == "AWS::SQS::Queue"}
    assert made == {*QUEUES, *map(_letters, QUEUES), "RelayDeadLetters"}


def test_no_kind_of_message_has_room_for_a_person() -> None:
    """Facts have no field for a name, an address, or what a participant wrote."""
    fields = {name for fact in facts.FACTS_BY_KIND.values() for name in fact.__struct_fields__}
    assert fields & {"attendee", "name", "email", "phone", "organiser", "said", "note"} == set()
