"""The manifest worker: builds each version asked for, and removes participants who were erased from built ones."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType

from chalicelib import clock, facts
from chalicelib.facts import Erased, ManifestRequested, UnknownFact
from chalicelib.retention import unlinking
from chalicelib.travel import flows
from chalicelib.workers import batches
from chalicelib.workers.triggers import Blueprint, LambdaEvent

blueprint = Blueprint(__name__)
_processor = BatchProcessor(event_type=EventType.SQS)

MAX_RECEIVE_COUNT = 5  #: deliveries of a message (the queue's redrive policy) before it becomes a dead letter


@blueprint.on_queue("ManifestQueue", batch_size=1, name="manifest")
def manifest(lambda_event: LambdaEvent) -> Any:
    """Build the version of each message, unless it is built already, or erase the registration that it names."""
    return batches.process_batch(lambda_event, _handle_record, _processor)


def _handle_record(record: dict[str, Any]) -> None:
    fact = facts.decode(record["body"])
    if isinstance(fact, Erased):
        flows.erase(fact)
        unlinking.unlink(fact)
        return
    if not isinstance(fact, ManifestRequested):
        raise UnknownFact(f"{fact.kind} does not ask for a manifest.")
    try:
        flows.build(fact, clock.now())
    except Exception:
        if int(record["attributes"]["ApproximateReceiveCount"]) >= MAX_RECEIVE_COUNT:
            flows.give_up(fact, clock.now())
        raise
