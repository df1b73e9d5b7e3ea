"""The waitlist worker: promotes from the waitlist when units may have become free."""

from typing import Any

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor

from chalicelib import clock, facts
from chalicelib.problems import EventBroken
from chalicelib.programme import store as programme_store
from chalicelib.registration import moving_up, offer_responses
from chalicelib.workers import batches, runs
from chalicelib.workers.triggers import Blueprint, LambdaEvent

blueprint = Blueprint(__name__)
_processor = SqsFifoPartialProcessor(skip_group_on_error=True)


@blueprint.on_queue("WaitlistQueue", batch_size=10, name="waitlist")
def waitlist(lambda_event: LambdaEvent) -> Any:
    """Settle the event of each message; duplicates and late messages find nothing to do."""
    return batches.process_batch(lambda_event, _handle_record, _processor)


def _handle_record(record: dict[str, Any]) -> None:
    fact = facts.decode(record["body"])
    try:
        _act_on(fact)
    except EventBroken as broken:  # the clock settles its lines once it is put right
        runs.log_broken_event(broken.event_id)


def _act_on(fact: facts.Fact) -> None:
    if isinstance(fact, facts.MailBounced):
        offer_responses.extend_after_bounce(programme_store.read_current(fact.event_id).event, fact, clock.now())
    moving_up.settle(fact.event_id, clock.now())
