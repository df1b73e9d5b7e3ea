"""The table's stream onto the queues: what was committed is told to whoever must act on it."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from chalice import Blueprint
from chalice.app import DynamoDBEvent

from chalicelib import facts, meters, queues
from chalicelib.facts import Fact, RegistrationFact
from chalicelib.items import decode_item
from chalicelib.keys import timestamp
from chalicelib.meters import Meter
from chalicelib.settings import settings
from chalicelib.stream import facts_of
from chalicelib.workers import batches

blueprint = Blueprint(__name__)
_batch = BatchProcessor(event_type=EventType.DynamoDBStreams)

MAIL, WAITLIST, MANIFEST, ROUNDS = "mail", "waitlist", "manifest", "rounds"

#: Which queues a fact goes on. What may move the waitlist is told by the places, whoever did it.
GOES_ON: dict[type[Fact], tuple[str, ...]] = {
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
    facts.Freed: (WAITLIST,),
    facts.EventChanged: (ROUNDS,),
    facts.RoundDue: (ROUNDS,),
    facts.ManifestRequested: (MANIFEST,),
    facts.ManifestReady: (MAIL,),
    facts.SignInRequested: (MAIL,),
}

#: What is counted; the relay may read a change twice, and counts it twice then.
COUNTED: dict[type[Fact], tuple[Meter, ...]] = {
    facts.Confirmed: ("Registered",),
    facts.Joined: ("Registered", "Waiting"),
    facts.Offered: ("Offered",),
    facts.Promoted: ("Promoted",),
    facts.Cancelled: ("Cancelled",),
    facts.Declined: ("Cancelled",),
    facts.Expired: ("Cancelled",),
}


@blueprint.on_dynamodb_record(
    stream_arn="arn:aws:dynamodb:eu-west-1:000000000000:table/given-by-the-template/stream/latest",
    batch_size=100,
    name="relay",
)
def relay(record: DynamoDBEvent) -> Any:
    """Send the facts of each stream record to their queues; a record that fails is retried with those after it."""
    return batches.work_off(record.to_dict(), _tell, _batch)


def _tell(record: dict[str, Any]) -> None:
    change = record["dynamodb"]
    old, new = (decode_item(change[image]) if image in change else None for image in ("OldImage", "NewImage"))
    at = timestamp(datetime.fromtimestamp(float(change["ApproximateCreationDateTime"]), UTC))
    by_queue: dict[str, list[Fact]] = defaultdict(list)
    told = facts_of(old, new, at)
    for fact in told:
        for queue in GOES_ON[type(fact)]:
            by_queue[queue].append(fact)
    for queue, happened in by_queue.items():
        _send(queue, happened)
    for fact in told:
        for meter in COUNTED.get(type(fact), ()):
            meters.count(meter)


def _send(queue: str, happened: list[Fact]) -> None:
    """All facts of one record are of one registration or one event, so they share a message group."""
    if queue == MAIL:
        first = happened[0]
        group = first.registration_id if isinstance(first, RegistrationFact | facts.LinkRequested) else first.key
        queues.send(settings().mail_queue_url, happened, group=group)
    elif queue == WAITLIST:
        queues.send(settings().waitlist_queue_url, happened, group=happened[0].event_id)
    elif queue == ROUNDS:
        queues.send(settings().rounds_queue_url, happened, group=happened[0].event_id)
    else:
        queues.send(settings().manifest_queue_url, happened)
