"""The stack in the local AWS."""

import json
from pathlib import Path

import boto3
import pytest

from infra.local import stack
from infra.local.data_folder import DataFolder
from infra.local.options import CannotStart
from infra.local.stack import Stack


def test_settings_are_those_of_the_template(made: Stack) -> None:
    """References become names and addresses of what was made; parameters are given."""
    parameters = {
        "PublicUrl": "http://127.0.0.1:8000",
        "Sender": "sender@example.org",
        "Organisers": "organiser@example.org",
        "CheckInStaff": "door@example.org",
        "Caterers": "kitchen@example.org",
        "SigningKeys": "signing",
        "SessionKeys": "session",
        "IdentityKey": "identity",
        "SealingKeys": "sealing",
        "RegistrationsPerSource": "100",
        "SignInsPerAddress": "5",
        "MailsPerAddress": "20",
    }

    settings = made.build_environment(parameters)

    wanted = {
        "TABLE_NAME": made.table_name,
        "BUCKET_NAME": made.bucket_name,
        "MAIL_QUEUE_URL": made.queue_urls["MailQueue"],
        "WAITLIST_QUEUE_URL": made.queue_urls["WaitlistQueue"],
        "MANIFEST_QUEUE_URL": made.queue_urls["ManifestQueue"],
        "ROUNDS_QUEUE_URL": made.queue_urls["RoundsQueue"],
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "SENDER": "sender@example.org",
        "CONFIGURATION_SET": "tilmelding",
        "ORGANISERS": "organiser@example.org",
        "CHECK_IN_STAFF": "door@example.org",
        "CATERERS": "kitchen@example.org",
        "SIGNING_KEYS": "signing",
        "SESSION_KEYS": "session",
        "IDENTITY_KEY": "identity",
        "SEALING_KEYS": "sealing",
        "REGISTRATIONS_PER_SOURCE": "100",
        "SIGN_INS_PER_ADDRESS": "5",
        "MAILS_PER_ADDRESS": "20",
    }
    assert {name: settings[name] for name in wanted} == wanted


def test_queues_are_as_described(made: Stack) -> None:
    """Order, visibility timeout and dead letters come from the template."""
    attributes = boto3.client("sqs").get_queue_attributes(
        QueueUrl=made.queue_urls["MailQueue"], AttributeNames=["All"]
    )["Attributes"]

    taken = {name: attributes[name] for name in ("FifoQueue", "VisibilityTimeout")}
    assert taken == {"FifoQueue": "true", "VisibilityTimeout": "360"}
    assert json.loads(attributes["RedrivePolicy"]) == {
        "deadLetterTargetArn": "arn:aws:sqs:eu-west-1:000000000001:MailDeadLetters.fifo",
        "maxReceiveCount": 5,
    }


def test_made_again_everything_is_left(made: Stack, tmp_path: Path) -> None:
    """Items, messages and files of an earlier run stay."""
    table, sqs = boto3.client("dynamodb"), boto3.client("sqs")
    table.put_item(TableName=made.table_name, Item={"PK": {"S": "a"}, "SK": {"S": "b"}})
    sqs.send_message(QueueUrl=made.queue_urls["FeedbackQueue"], MessageBody="kept")

    assert stack.ensure(DataFolder(tmp_path)) == made

    assert table.scan(TableName=made.table_name)["Count"] == 1
    assert sqs.receive_message(QueueUrl=made.queue_urls["FeedbackQueue"])["Messages"][0]["Body"] == "kept"


def test_data_without_its_table_is_damaged(local_aws: str, tmp_path: Path) -> None:  # noqa: ARG001
    """Something was saved earlier, but the table is gone: that is not a first start."""
    folder = DataFolder.open(tmp_path)
    folder.load_or_create_keys()
    (folder.aws / "sqs.json").write_text("{}")

    with pytest.raises(CannotStart, match="the table cannot be read"):
        stack.ensure(folder)

    folder.close()
