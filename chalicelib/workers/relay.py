"""The relay: derives facts from the table's stream and sends them to the queues of those who must act on them."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType

from chalicelib import facts
from chalicelib.aws import metrics
from chalicelib.aws.items import decode_item
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.metrics import MetricName
from chalicelib.aws.queues import Message, Outbox
from chalicelib.facts import Fact, RegistrationFact
from chalicelib.settings import settings
from chalicelib.workers import batches
from chalicelib.workers.stream import derive_facts
from chalicelib.workers.triggers import Blueprint, LambdaEvent

blueprint = Blueprint(__name__)
_processor = BatchProcessor(event_type=EventType.DynamoDBStreams)

MAIL, WAITLIST, MANIFEST, BROADCASTS = "mail", "waitlist", "manifest", "rounds"

#: The queues of each fact. The waitlist's queue gets Freed, which the places give, whatever flow changed them.
QUEUES_BY_FACT: dict[type[Fact], tuple[str, ...]] = {
    facts.Confirmed: (MAIL,),
    facts.Joined: (MAIL,),
    facts.Promoted: (MAIL,),
    facts.Offered: (MAIL,),
    facts.Accepted: (MAIL,),
    facts.Declined: (MAIL,),
    facts.PlaceKept: (MAIL,),
    facts.Expired: (MAIL,),
    facts.Cancelled: (MAIL,),
    facts.OfferExtended: (),
    facts.Changed: (MAIL,),
    facts.Swapped: (MAIL,),
    facts.PartyChanged: (),
    facts.Prioritised: (),
    facts.MailBounced: (WAITLIST, MAIL),
    facts.MailComplained: (),
    facts.ToldOfChange: (MAIL,),
    facts.Reminded: (MAIL,),
    facts.DetailsAsked: (MAIL,),
    facts.MailAsked: (MAIL,),
    facts.CheckedIn: (),
    facts.CheckInUndone: (),
    facts.Erased: (MANIFEST, MAIL),
    facts.LinkRequested: (MAIL,),
    facts.LinksAsked: (MAIL,),
    facts.MailsDrawnTogether: (MAIL,),
    facts.Freed: (WAITLIST,),
    facts.EventChanged: (BROADCASTS,),
    facts.BroadcastDue: (BROADCASTS,),
    facts.ManifestRequested: (MANIFEST,),
    facts.ManifestReady: (MAIL,),
    facts.SignInRequested: (MAIL,),
}

#: The metrics of each fact; a change that is redelivered (at-least-once) is counted twice.
METRICS_BY_FACT: dict[type[Fact], tuple[MetricName, ...]] = {
    facts.Confirmed: ("Registered",),
    facts.Joined: ("Registered", "Waiting"),
    facts.Offered: ("Offered",),
    facts.Promoted: ("Promoted",),
    facts.Cancelled: ("Cancelled",),
    facts.Declined: ("Cancelled",),
    facts.Expired: ("Cancelled",),
}


@blueprint.on_stream(batch_size=100, name="relay")
def relay(lambda_event: LambdaEvent) -> Any:
    """Send the facts of all records to their queues; a record that fails is retried with those after it."""
    outbox = Outbox()
    unread = batches.process_batch(lambda_event, partial(_enqueue_facts, outbox), _processor)["batchItemFailures"]
    return {"batchItemFailures": [*unread, *({"itemIdentifier": number} for number in sorted(outbox.send()))]}


def _enqueue_facts(outbox: Outbox, record: dict[str, Any]) -> None:
    change = record["dynamodb"]
    old, new = (decode_item(change[image]) if image in change else None for image in ("OldImage", "NewImage"))
    at = format_timestamp(datetime.fromtimestamp(float(change["ApproximateCreationDateTime"]), UTC))
    for fact in derive_facts(old, new, at):
        for queue in QUEUES_BY_FACT[type(fact)]:
            outbox.put(
                _get_queue_url(queue), Message(fact, _choose_group_id(queue, fact), change["SequenceNumber"])
            )
        for metric in METRICS_BY_FACT.get(type(fact), ()):
            metrics.count(metric)


def _get_queue_url(queue: str) -> str:
    return {
        MAIL: settings().mail_queue_url,
        WAITLIST: settings().waitlist_queue_url,
        MANIFEST: settings().manifest_queue_url,
        BROADCASTS: settings().rounds_queue_url,
    }[queue]


def _choose_group_id(queue: str, fact: Fact) -> str | None:
    """Return the message group, in which order is kept: a registration's mails, an event's lines and broadcasts.

    Manifests need no order.
    """
    if queue == MANIFEST:
        return None
    if queue != MAIL:
        return fact.event_id
    return fact.registration_id if isinstance(fact, RegistrationFact | facts.LinkRequested) else fact.key
