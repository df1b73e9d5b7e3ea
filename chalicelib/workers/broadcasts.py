"""The rounds queue: what everybody at an event is to be told is put into their histories, page by page."""

from typing import Any

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor
from chalice import Blueprint
from chalice.app import SQSEvent

from chalicelib import clock, facts
from chalicelib.broadcasts import flows
from chalicelib.facts import EventChanged, RoundDue, UnknownFact
from chalicelib.workers import batches

blueprint = Blueprint(__name__)
_batch = SqsFifoPartialProcessor(skip_group_on_error=True)


@blueprint.on_sqs_message(queue="RoundsQueue", batch_size=1, name="rounds")
def rounds(event: SQSEvent) -> Any:
    """Begin the round of each change, and tell the page of each step; a repeated message finds nothing to do."""
    return batches.work_off(event.to_dict(), _go_on, _batch)


def _go_on(record: dict[str, Any]) -> None:
    fact = facts.decode(record["body"])
    if isinstance(fact, EventChanged):
        flows.tell_of_change(fact, clock.now())
    elif isinstance(fact, RoundDue):
        flows.step(fact, clock.now())
    else:
        raise UnknownFact(f"{fact.kind} is told to nobody in rounds.")
