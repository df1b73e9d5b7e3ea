"""Batches of messages: each is worked off by itself, and what fails is reported, so that it alone comes again."""

from collections.abc import Callable
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, process_partial_response

from chalicelib.aws import write_log
from chalicelib.aws.log import log

Record = dict[str, Any]


def process_batch(lambda_event: Record, handler: Callable[[Record], None], processor: BatchProcessor) -> Any:
    """Act on each message, and report those that failed. Nothing is raised where all fail, because Lambda would
    write into the log what the exceptions say."""
    processor.raise_on_entire_batch_failure = False
    return process_partial_response(
        event=lambda_event, record_handler=partial(_logged, handler), processor=processor
    )


def _logged(handler: Callable[[Record], None], record: Record) -> None:
    written = write_log.begin()
    which = record.get("messageId") or record["dynamodb"]["SequenceNumber"]
    try:
        handler(record)
    except Exception:
        log.exception("A message could not be worked off", extra={"message_id": which, "written": written})
        raise
    if written:
        log.info("A message was worked off", extra={"message_id": which, "written": written})
