"""The feedback worker: records what SES reports about our mails."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType

from chalicelib.aws import metrics
from chalicelib.aws.log import log
from chalicelib.mail.delivery import outcomes, reports
from chalicelib.workers import batches
from chalicelib.workers.triggers import Blueprint, LambdaEvent

blueprint = Blueprint(__name__)
_processor = BatchProcessor(event_type=EventType.SQS)


@blueprint.on_queue("FeedbackQueue", batch_size=10, name="feedback")
def feedback(lambda_event: LambdaEvent) -> Any:
    """Record the report of each message; one about no mail of ours is logged and done."""
    return batches.process_batch(lambda_event, _handle_record, _processor)


def _handle_record(record: dict[str, Any]) -> None:
    report = reports.read(record["body"])
    if report is None:
        log.info("An event that is about no mail of ours", extra={"message_id": record["messageId"]})
    else:
        outcomes.record(report)
        if report.outcome in ("bounced", "soft-bounced"):
            metrics.count("MailsBounced")
