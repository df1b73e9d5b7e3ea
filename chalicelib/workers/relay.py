"""The table's stream onto the queues: what was committed is told to whoever must act on it."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from chalice import Blueprint
from chalice.app import DynamoDBEvent

from chalicelib import facts
from chalicelib.aws import metrics
from chalicelib.aws.items import decode_item
from chalicelib.aws.keys import timestamp
from chalicelib.aws.metrics import Meter
from chalicelib.aws.queues import Message, Outbox
from chalicelib.facts import Fact, RegistrationFact
from chalicelib.settings import settings
from chalicelib.workers import batches
from chalicelib.workers.stream import facts_of

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
    """Send the facts of all records to their queues; a record that fails is retried with those after it."""
    outbox = Outbox()
    unread = batches.work_off(record.to_dict(), partial(_tell, outbox), _batch)["batchItemFailures"]
    return {"batchItemFailures": [*unread, *({"itemIdentifier": number} for number in sorted(outbox.send()))]}


def _tell(outbox: Outbox, record: dict[str, Any]) -> None:
    change = record["dynamodb"]
    old, new = (decode_item(change[image]) if image in change else None for image in ("OldImage", "NewImage"))
    at = timestamp(datetime.fromtimestamp(float(change["ApproximateCreationDateTime"]), UTC))
    for fact in facts_of(old, new, at):
        for queue in GOES_ON[type(fact)]:
            outbox.put(_address(queue), Message(fact, _group(queue, fact), change["SequenceNumber"]))
        for meter in COUNTED.get(type(fact), ()):
            metrics.count(meter)


def _address(queue: str) -> str:
    return {
        MAIL: settings().mail_queue_url,
        WAITLIST: settings().waitlist_queue_url,
        MANIFEST: settings().manifest_queue_url,
        ROUNDS: settings().rounds_queue_url,
    }[queue]


def _group(queue: str, fact: Fact) -> str | None:
    """Mails are told in order to each person, lines and rounds at each event; each manifest stands alone."""
    if queue == MANIFEST:
        return None
    if queue != MAIL:
        return fact.event_id
    return fact.registration_id if isinstance(fact, RegistrationFact | facts.LinkRequested) else fact.key
