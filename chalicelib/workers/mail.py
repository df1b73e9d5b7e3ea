"""The mail worker: sends one mail for each fact, and deletes the records of mails to erased participants."""

from typing import Any

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor

from chalicelib import clock, facts
from chalicelib.facts import Erased
from chalicelib.mail.delivery import erasure, send
from chalicelib.workers import batches
from chalicelib.workers.triggers import Blueprint, LambdaEvent

blueprint = Blueprint(__name__)
_processor = SqsFifoPartialProcessor(skip_group_on_error=True)


@blueprint.on_queue("MailQueue", batch_size=5, name="mail")
def mail(lambda_event: LambdaEvent) -> Any:
    """Send the mail of each message, or erase the records that it names.

    A failure holds back only later messages of the same registration.
    """
    return batches.process_batch(lambda_event, _handle_record, _processor)


def _handle_record(record: dict[str, Any]) -> None:
    fact = facts.decode(record["body"])
    if isinstance(fact, Erased):
        erasure.erase(fact)
    else:
        send.send_mail_for(fact, clock.now())
