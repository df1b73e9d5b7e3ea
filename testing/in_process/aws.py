"""Answer the AWS clients of the code in this process, and count what goes over the wire.

The time of the responses is kept apart from the code's own.
"""

import base64
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from botocore import xform_name
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ClientError

from testing.dynamodb.capacity import sum_consumed_units
from testing.dynamodb.client import Client
from testing.dynamodb.sizes import WRITE_UNIT, count_units
from testing.dynamodb.writes import Write

_WRITES = ("TransactWriteItems", "PutItem", "UpdateItem")


class InProcessAws:
    """The AWS services in this process, with the usage since it was last cleared.

    `usage` has the requests and units; `queues` the messages sent and not yet taken, by the queue's name,
    `sent_messages` all of them; `mails` the mails that SES took, as sent; `ses_error` is the error that SES gives
    instead of taking a mail; `answering_seconds` the processor time of the responses.
    """

    def __init__(self, table: Client) -> None:
        self.table = table
        self.usage: Counter[str] = Counter()
        self.queues: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.sent_messages: list[str] = []
        self.mails: list[bytes] = []
        self.ses_error: Mapping[str, Any] = {}
        self.answering_seconds = 0.0

    def connect(self, *clients: Any) -> None:
        """Connect the clients to this object."""
        for client in clients:
            client.meta.events.register("before-send", self._answer)

    def _answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        started_at = time.process_time()
        service, _separator, operation = _decode(request.headers.get("X-Amz-Target", b"")).partition(".")
        assert isinstance(request.body, str | bytes)
        body = json.loads(request.body, object_hook=_decode_bytes)
        if service.startswith("DynamoDB"):
            status, answer = self._dynamodb(operation, body)
        elif service == "AmazonSQS":
            status, answer = 200, self._sqs(body)
        else:
            status, answer = self._ses(body)
        headers: Any = {"Content-Type": "application/json"}  # any mapping will do
        response = AWSResponse(request.url, status, headers, _Raw(answer))
        self.answering_seconds += time.process_time() - started_at
        return response

    def _dynamodb(self, operation: str, request: dict[str, Any]) -> tuple[int, Mapping[str, Any]]:
        self.usage["dynamodb_calls"] += 1
        request.pop("ClientRequestToken", None)
        try:
            answer = getattr(self.table, xform_name(operation))(**request, ReturnConsumedCapacity="TOTAL")
        except ClientError as error:
            self.usage["write_units"] += self._count_refused_units(operation, request)
            return 400, _serialize_error(error)
        self.usage["write_units" if operation in _WRITES else "read_units"] += sum_consumed_units(answer)
        return 200, {name: part for name, part in answer.items() if name != "ConsumedCapacity"}

    def _count_refused_units(self, operation: str, request: dict[str, Any]) -> int:
        """Count the units of a refused write: as many as the item there would cost."""
        is_transaction = operation == "TransactWriteItems"
        writes = request["TransactItems"] if is_transaction else [{operation.removesuffix("Item"): request}]
        keys = [Write(self.table.table.schema, *next(iter(write.items()))).key for write in writes]
        rows = [self.table.table.get_row(key) for key in keys]
        return sum(count_units(row.size if row else 0, WRITE_UNIT) for row in rows) * (2 if is_transaction else 1)

    def _sqs(self, request: dict[str, Any]) -> Mapping[str, Any]:
        name = request["QueueUrl"].rpartition("/")[2]
        self.queues[name] += request["Entries"]
        self.sent_messages += [json.dumps(each) for each in request["Entries"]]
        fifo = "MessageGroupId" in request["Entries"][0]
        self.usage["fifo_queue_requests" if fifo else "queue_requests"] += 1
        return {"Successful": [{"Id": each["Id"], "MessageId": each["Id"]} for each in request["Entries"]]}

    def _ses(self, request: dict[str, Any]) -> tuple[int, Mapping[str, Any]]:
        if self.ses_error:
            return 400, self.ses_error
        self.mails.append(base64.b64decode(request["Content"]["Raw"]["Data"]))
        self.usage["mails"] += 1
        self.usage["mail_bytes"] += len(self.mails[-1])
        return 200, {"MessageId": "taken"}


def _serialize_error(error: ClientError) -> Mapping[str, Any]:
    response: Any = error.response
    more = {name: response[name] for name in ("CancellationReasons", "Item") if name in response}
    return {"__type": response["Error"]["Code"], "message": response["Error"]["Message"], **more}


def _decode(header: str | bytes) -> str:
    return header.decode() if isinstance(header, bytes) else header


def _decode_bytes(part: dict[str, Any]) -> dict[str, Any]:
    """Decode binary values, which are base64 on the wire."""
    return {"B": base64.b64decode(part["B"])} if part.keys() == {"B"} else part


def _encode_bytes(content: bytes) -> str:
    return base64.b64encode(content).decode()


class _Raw:
    def __init__(self, answer: Mapping[str, Any]) -> None:
        document = {name: part for name, part in answer.items() if name != "ResponseMetadata"}
        self._content = json.dumps(document, default=_encode_bytes).encode()

    def stream(self) -> Iterator[bytes]:
        yield self._content
