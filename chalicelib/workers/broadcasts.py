"""The broadcasts worker: appends what is broadcast to histories, page by page."""

from typing import Any

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor

from chalicelib import clock, facts
from chalicelib.broadcasts import flows
from chalicelib.facts import BroadcastDue, EventChanged, UnknownFact
from chalicelib.problems import EventBroken
from chalicelib.workers import batches, runs
from chalicelib.workers.triggers import Blueprint, LambdaEvent

blueprint = Blueprint(__name__)
_processor = SqsFifoPartialProcessor(skip_group_on_error=True)


@blueprint.on_queue("RoundsQueue", batch_size=1, name="rounds")
def rounds(lambda_event: LambdaEvent) -> Any:
    """Begin the broadcast of each change, and process the page of each step; duplicates find nothing to do."""
    return batches.process_batch(lambda_event, _handle_record, _processor)


def _handle_record(record: dict[str, Any]) -> None:
    fact = facts.decode(record["body"])
    if isinstance(fact, EventChanged):
        flows.begin_change_broadcast(fact, clock.now())
    elif isinstance(fact, BroadcastDue):
        _process_page(fact)
    else:
        raise UnknownFact(f"{fact.kind} is told to nobody in rounds.")


def _process_page(fact: BroadcastDue) -> None:
    try:
        flows.process_page(fact, clock.now())
    except EventBroken as broken:  # the clock resumes it once the event is put right
        runs.log_broken_event(broken.event_id)
