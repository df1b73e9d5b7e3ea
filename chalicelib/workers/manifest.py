"""The manifest queue: each version asked for is built, and whoever was erased is erased from those that were, and
from the registrations of others."""

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

MAX_RECEIVE_COUNT = 5  #: how often the queue delivers a message (its redrive policy) before it is put aside


@blueprint.on_queue("ManifestQueue", batch_size=1, name="manifest")
def manifest(lambda_event: LambdaEvent) -> Any:
    """Build the version of each message, one that is built already stays as it is; or erase whom it names."""
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
