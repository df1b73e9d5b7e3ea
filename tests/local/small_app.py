"""An app of a few lines with the wiring of the real one: what is posted is committed, relayed and mailed.

Run as `python -m tests.local.small_app`, it is what the local runner drives.
"""

import os
import sys
import time
from types import ModuleType
from typing import Any

import boto3
from chalice import Chalice
from chalice.app import CloudWatchEvent, DynamoDBEvent, SQSEvent

from chalicelib import clock
from chalicelib.aws import items, table
from chalicelib.settings import settings

_MAIL = (
    "From: sender@example.org\r\nTo: {name}@example.org\r\nSubject: Hello {name}\r\nDate: {date}\r\n"
    "Content-Type: text/html; charset=utf-8\r\n\r\n<script>alert(1)</script><p>Hello {name}</p>\r\n"
)

app = Chalice(app_name="small")


@app.route("/things/{name}", methods=["POST"])
def put(name: str) -> dict[str, str]:
    table.write(items.Put({"PK": f"THING#{name}", "SK": "THING"}))
    return {"name": name}


@app.on_dynamodb_record(stream_arn="arn:aws:dynamodb:eu-west-1:0:table/x/stream/y", name="relay")
def relay(record: DynamoDBEvent) -> None:
    if os.environ.get("RELAY_HANGS"):
        time.sleep(3600)
    for one in record:
        name = one.keys["PK"]["S"].removeprefix("THING#")
        if one.keys["SK"]["S"] == "THING":
            boto3.client("sqs").send_message(
                QueueUrl=settings().mail_queue_url,
                MessageBody=name,
                MessageGroupId=name,
                MessageDeduplicationId=name,
            )


@app.on_sqs_message(queue="MailQueue", batch_size=10, name="mail")
def mail(event: SQSEvent) -> None:
    for one in event:
        date = f"{clock.now():%a, %d %b %Y %H:%M:%S} +0000"
        raw: Any = _MAIL.format(name=one.body, date=date).encode()
        boto3.client("sesv2").send_email(Content={"Raw": {"Data": raw}})


@app.schedule("rate(5 minutes)", name="clock")
def tick(_event: CloudWatchEvent) -> None:
    """Nothing is ever due here."""


if __name__ == "__main__":
    module = ModuleType("app")
    module.app = app  # type: ignore[attr-defined]
    sys.modules["app"] = module
    from infra.local.__main__ import main

    sys.exit(main())
