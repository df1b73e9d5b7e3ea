"""Batches of messages: each message is handled by itself, and those that fail are reported.

The log has a line for each message, with what was written, never an error's words: they may hold personal data.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, process_partial_response

from chalicelib.aws import write_log
from chalicelib.aws.log import log

Record = dict[str, Any]


def process_batch(lambda_event: Record, handler: Callable[[Record], None], processor: BatchProcessor) -> Any:
    """Run the handler for each message, and report those that failed, so that they alone are redelivered.

    Nothing is raised where all fail, because Lambda would write the exceptions' words into the log.
    """
    processor.raise_on_entire_batch_failure = False
    return process_partial_response(
        event=lambda_event, record_handler=partial(_logged, handler), processor=processor
    )


def _logged(handler: Callable[[Record], None], record: Record) -> None:
    written = write_log.begin()
    message_id = record.get("messageId") or record["dynamodb"]["SequenceNumber"]
    try:
        handler(record)
    except Exception:
        log.exception("A message could not be worked off", extra={"message_id": message_id, "written": written})
        raise
    if written:
        log.info("A message was worked off", extra={"message_id": message_id, "written": written})
