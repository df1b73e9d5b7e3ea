"""`python -m infra.redrive`: put the dead letters of a queue back on it.

They keep their order and their message groups. Every worker is idempotent, so this may be stopped anywhere and run
again.
"""

import argparse
import re
import sys
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

QUEUES = ("Mail", "Waitlist", "Rounds", "Manifest", "Feedback")


class NotRedriven(Exception):
    """Nothing was put back; the message says why, in a sentence."""


def find_queue_url(sqs: "SQSClient", logical_id: str) -> str:
    """Return the URL of the one queue with the logical id, whatever the stack's name has added to it.

    Raises NotRedriven where there is none, or more than one.
    """
    queue_name = re.compile(rf"(.+-)?{logical_id}(-\w+)?(\.fifo)?")
    pages = sqs.get_paginator("list_queues").paginate()
    urls = [
        url for page in pages for url in page.get("QueueUrls", ()) if queue_name.fullmatch(url.rpartition("/")[2])
    ]
    if len(urls) != 1:
        raise NotRedriven(f"There are {len(urls)} queues called {logical_id} in this account and region.")
    return urls[0]


def count_messages(sqs: "SQSClient", url: str) -> int:
    """Return the approximate number of messages on the queue."""
    response = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(response["Attributes"]["ApproximateNumberOfMessages"])


def redrive(sqs: "SQSClient", dead_letters_url: str, target_url: str) -> int:
    """Put all dead letters back; return their number."""
    moved = 0
    while letters := _receive(sqs, dead_letters_url):
        for letter in letters:
            sqs.send_message(QueueUrl=target_url, MessageBody=letter["Body"], **_build_fifo_arguments(letter))
            sqs.delete_message(QueueUrl=dead_letters_url, ReceiptHandle=letter["ReceiptHandle"])
        moved += len(letters)
    return moved


def _receive(sqs: "SQSClient", dead_letters_url: str) -> list["MessageTypeDef"]:
    response = sqs.receive_message(
        QueueUrl=dead_letters_url,
        MaxNumberOfMessages=10,
        WaitTimeSeconds=1,
        MessageSystemAttributeNames=["MessageGroupId"],
    )
    return response.get("Messages", [])


def _build_fifo_arguments(message: "MessageTypeDef") -> Any:
    """Build the arguments of a message to a FIFO queue; empty for other queues.

    The deduplication id is new: the first message with the former one may have been sent within the last minutes.
    """
    group = message.get("Attributes", {}).get("MessageGroupId")
    return {"MessageGroupId": group, "MessageDeduplicationId": message["MessageId"]} if group else {}


def main(arguments: list[str] | None = None) -> int:
    """Put the dead letters back, or count them; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m infra.redrive", description=__doc__)
    parser.add_argument("queue", choices=QUEUES, help="whose dead letters")
    parser.add_argument(
        "--write", action="store_true", help="put them back; without it, only say how many there are"
    )
    options = parser.parse_args(arguments)
    sqs = boto3.client("sqs")
    try:
        letters, target = (
            find_queue_url(sqs, f"{options.queue}DeadLetters"),
            find_queue_url(sqs, f"{options.queue}Queue"),
        )
        report = (
            f"Put back: {redrive(sqs, letters, target)}."
            if options.write
            else f"There are {count_messages(sqs, letters)}."
        )
    except (NotRedriven, BotoCoreError, ClientError) as error:
        print(f"Not put back. {error}", file=sys.stderr)
        return 1
    print(report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
