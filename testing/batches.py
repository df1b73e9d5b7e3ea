"""Build what Lambda hands to the workers: batches, and the schedule's ticks."""

import uuid
from collections.abc import Sequence
from typing import Any

from chalicelib import facts
from chalicelib.aws import items
from chalicelib.facts import Fact

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/registrations/stream/2019-11-01T00:00:00.000"
TICK = {
    "version": "0", "account": "1", "region": "eu-west-1", "detail": {}, "detail-type": "Scheduled Event",
    "source": "aws.events", "time": "2019-11-01T07:00:00Z", "id": "1", "resources": [],
}  # fmt: skip


def messages(*bodies: Fact | str) -> dict[str, Any]:
    """Build an SQS batch of facts or raw bodies, each of them one message of a group of its own."""
    return {"Records": [_message(index, body) for index, body in enumerate(bodies)]}


def _message(index: int, body: Fact | str) -> dict[str, Any]:
    return {
        "messageId": str(uuid.uuid4()),
        "receiptHandle": f"handle-{index}",
        "body": facts.encode(body) if isinstance(body, Fact) else body,
        "attributes": {"ApproximateReceiveCount": "1", "MessageGroupId": f"group-{index}"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:queue",
        "awsRegion": "eu-west-1",
    }


def changes(*images: tuple[dict[str, Any] | None, dict[str, Any] | None]) -> dict[str, Any]:
    """Build a stream batch of changes, each from an old item to a new one."""
    return {"Records": [_change(index, old, new) for index, (old, new) in enumerate(images)]}


def _change(index: int, old: dict[str, Any] | None, new: dict[str, Any] | None) -> dict[str, Any]:
    images = {"OldImage": old, "NewImage": new}
    return {
        "eventID": str(uuid.uuid4()),
        "eventName": "MODIFY" if old and new else "INSERT" if new else "REMOVE",
        "awsRegion": "eu-west-1",
        "eventSource": "aws:dynamodb",
        "eventSourceARN": ARN,
        "dynamodb": {
            "ApproximateCreationDateTime": 1572591600.0,
            "SequenceNumber": f"{index:021d}",
            "SizeBytes": 100,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
            **{name: items.encode_item(image) for name, image in images.items() if image},
        },
    }


def failed(answer: dict[str, Any], batch: dict[str, Any]) -> Sequence[int]:
    """Return the indexes of the batch's records that the worker reported as failed."""
    reported = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
    ids = [r.get("messageId") or r["dynamodb"]["SequenceNumber"] for r in batch["Records"]]
    return [ids.index(identifier) for identifier in reported]
