"""The event source mapping of a queue: it invokes the function with batches, as Lambda does."""

import base64
from typing import Any

import boto3

from infra.local.aws import REGION
from infra.local.functions import FunctionFailed, Functions, read_failed_ids
from infra.local.poller import Poller

_MAX_MESSAGES_PER_CALL = 10  # SQS gives no more in one call
_WAIT_SECONDS = 1  # long polling; stopping takes as long


class QueueMapping(Poller):
    """Gives batches of the queue to the function and deletes the messages that are done.

    The others are left on the queue: visible again after its timeout, dead letters in the end.
    """

    def __init__(self, functions: Functions, function: str, queue_url: str, batch_size: int) -> None:
        super().__init__(function)
        self._functions, self._function = functions, function
        self._queue_url, self._batch_size = queue_url, batch_size
        self._sqs: Any = boto3.client("sqs")
        answer = self._sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
        self._arn: str = answer["Attributes"]["QueueArn"]

    def poll(self) -> None:
        """Receive one batch, let the function handle it, and delete what is done."""
        messages = self._receive()
        if messages:
            self._delete(self._process(messages))

    def _receive(self) -> list[Any]:
        messages = self._receive_once(self._batch_size, _WAIT_SECONDS)
        while messages and len(messages) < self._batch_size:
            more = self._receive_once(self._batch_size - len(messages), 0)
            if not more:
                break
            messages += more
        return messages

    def _receive_once(self, limit: int, seconds: int) -> list[Any]:
        response = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=min(limit, _MAX_MESSAGES_PER_CALL),
            WaitTimeSeconds=seconds,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return list(response.get("Messages", []))

    def _process(self, messages: list[Any]) -> list[Any]:
        try:
            response = self._functions.invoke(self._function, self._build_event(messages))
        except FunctionFailed:
            return []
        failed_ids = read_failed_ids(response)
        sent_ids = {message["MessageId"] for message in messages}
        if failed_ids is None or not failed_ids <= sent_ids:  # then Lambda counts the whole batch as failed
            return []
        return [message for message in messages if message["MessageId"] not in failed_ids]

    def _build_event(self, messages: list[Any]) -> dict[str, Any]:
        return {"Records": [self._build_record(message) for message in messages]}

    def _build_record(self, message: Any) -> dict[str, Any]:
        attributes = message.get("MessageAttributes", {})
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {name: _convert_attribute(value) for name, value in attributes.items()},
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": REGION,
        }

    def _delete(self, messages: list[Any]) -> None:
        for start in range(0, len(messages), _MAX_MESSAGES_PER_CALL):
            entries = [
                {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                for index, message in enumerate(messages[start : start + _MAX_MESSAGES_PER_CALL])
            ]
            self._sqs.delete_message_batch(QueueUrl=self._queue_url, Entries=entries)


def _convert_attribute(value: Any) -> dict[str, Any]:
    """Convert a message attribute to Lambda's spelling."""
    converted: dict[str, Any] = {"stringListValues": [], "binaryListValues": [], "dataType": value["DataType"]}
    if "StringValue" in value:
        converted["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        converted["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return converted
