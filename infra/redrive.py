"""`python -m infra.redrive`: the dead letters of a queue, put back on it.

In the order in which they lie there, each under the message group that it had. Every worker does again only what
was not done, so it may be stopped anywhere and be run again.
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
    """The address of the one queue that the template calls so, whatever the stack's name has been added to it."""
    named = re.compile(rf"(.+-)?{logical_id}(-\w+)?(\.fifo)?")
    pages = sqs.get_paginator("list_queues").paginate()
    found = [url for page in pages for url in page.get("QueueUrls", ()) if named.fullmatch(url.rpartition("/")[2])]
    if len(found) != 1:
        raise NotRedriven(f"There are {len(found)} queues called {logical_id} in this account and region.")
    return found[0]


def count_messages(sqs: "SQSClient", url: str) -> int:
    """How many messages lie there, about."""
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def redrive(sqs: "SQSClient", dead_letters_url: str, target_url: str) -> int:
    """Put back whatever lies there; how many that were."""
    moved = 0
    while found := _receive(sqs, dead_letters_url):
        for letter in found:
            sqs.send_message(QueueUrl=target_url, MessageBody=letter["Body"], **_build_fifo_arguments(letter))
            sqs.delete_message(QueueUrl=dead_letters_url, ReceiptHandle=letter["ReceiptHandle"])
        moved += len(found)
    return moved


def _receive(sqs: "SQSClient", dead_letters_url: str) -> list["MessageTypeDef"]:
    answer = sqs.receive_message(
        QueueUrl=dead_letters_url,
        MaxNumberOfMessages=10,
        WaitTimeSeconds=1,
        MessageSystemAttributeNames=["MessageGroupId"],
    )
    return answer.get("Messages", [])


def _build_fifo_arguments(message: "MessageTypeDef") -> Any:
    """On a FIFO queue it is another message than the one that was set aside, which may have been sent lately."""
    group = message.get("Attributes", {}).get("MessageGroupId")
    return {"MessageGroupId": group, "MessageDeduplicationId": message["MessageId"]} if group else {}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.redrive", description=__doc__)
    parser.add_argument("queue", choices=QUEUES, help="whose dead letters")
    parser.add_argument(
        "--write", action="store_true", help="put them back; without it, only say how many there are"
    )
    asked = parser.parse_args(arguments)
    sqs = boto3.client("sqs")
    try:
        letters, target = (
            find_queue_url(sqs, f"{asked.queue}DeadLetters"),
            find_queue_url(sqs, f"{asked.queue}Queue"),
        )
        said = (
            f"Put back: {redrive(sqs, letters, target)}."
            if asked.write
            else f"There are {count_messages(sqs, letters)}."
        )
    except (NotRedriven, BotoCoreError, ClientError) as error:
        print(f"Not put back. {error}", file=sys.stderr)
        return 1
    print(said)
    return 0


if __name__ == "__main__":
    sys.exit(main())
