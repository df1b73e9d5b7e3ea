"""Build a small AWS account for a test from the project's own template: table, queues, bucket."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import yaml

ROOT = Path(__file__).parent.parent
REGION = "eu-west-1"
TABLE = "registrations"
BUCKET = "manifests"
QUEUES = ("mail", "waitlist", "manifest", "rounds")

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "123456789012",
    "AWS_SECRET_ACCESS_KEY": "test",  # pragma: allowlist secret - moto's
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    "POWERTOOLS_SERVICE_NAME": "tilmelding",
    "POWERTOOLS_METRICS_NAMESPACE": "tilmelding",
    "PUBLIC_URL": "https://tilmelding.example",
    "SENDER": "Tilmelding <tilmelding@network.example>",
    "CONFIGURATION_SET": "test-events",
    "ORGANISERS": "organiser@network.example",
    "CHECK_IN_STAFF": "door@network.example",
    "CATERERS": "kitchen@network.example",
    "SIGNING_KEYS": "test-signing-key",
    "SESSION_KEYS": "test-session-key",
    "IDENTITY_KEY": "test-identity-key",
    "SEALING_KEYS": "test-sealing-key",
    "REGISTRATIONS_PER_SOURCE": "100",
    "SIGN_INS_PER_ADDRESS": "5",
    "MAILS_PER_ADDRESS": "20",
}


class _TemplateLoader(yaml.SafeLoader):
    """A YAML loader that reads CloudFormation's short-form intrinsics as None.

    What they refer to is created by hand here.
    """


_TemplateLoader.add_multi_constructor("!", lambda _loader, _suffix, _node: None)


@cache
def load_resources() -> dict[str, Any]:
    """Return the resources of the template's files by logical id.

    The files are read once, so the answer must not be changed.
    """
    resources: dict[str, Any] = {}
    for name in ("resources", "gateway", "watching"):
        resources |= yaml.load((ROOT / "infra" / f"{name}.yaml").read_text(), _TemplateLoader)["Resources"]
    return resources


def create_resources(
    client_factory: Callable[..., Any] = boto3.client, *, with_sender: bool = True
) -> dict[str, str]:
    """Create table, queues, bucket and the sender's identity, and return the settings that name them."""
    clients = {name: client_factory(name) for name in ("dynamodb", "sqs", "s3", "sesv2")}
    create_table(clients["dynamodb"])
    create_bucket(clients["s3"])
    if with_sender:
        clients["sesv2"].create_email_identity(EmailIdentity="tilmelding@network.example")
    urls = {f"{name.upper()}_QUEUE_URL": _create_queue(clients["sqs"], f"{name.title()}Queue") for name in QUEUES}
    return build_settings() | urls


def build_settings() -> dict[str, str]:
    """Build the settings that name table, bucket and queues, of which no queue exists."""
    urls = {f"{name.upper()}_QUEUE_URL": f"https://sqs.example/{name}" for name in QUEUES}
    return {"TABLE_NAME": TABLE, "BUCKET_NAME": BUCKET, **urls}


def create_table(dynamodb: Any) -> None:
    """Create the table with the keys, indexes and stream of the template."""
    properties = load_resources()["Table"]["Properties"]
    copied = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    stream = {"StreamEnabled": True, **properties["StreamSpecification"]}
    dynamodb.create_table(
        TableName=TABLE, StreamSpecification=stream, **{name: properties[name] for name in copied}
    )


def create_bucket(s3: Any) -> None:
    """Create the bucket, which keeps older versions of its objects where the template says so."""
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    versions = load_resources()["Bucket"]["Properties"]["VersioningConfiguration"]
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration=versions)


def _create_queue(sqs: Any, logical_id: str) -> str:
    properties = load_resources()[logical_id]["Properties"]
    fifo = properties.get("FifoQueue", False)
    attributes = {"VisibilityTimeout": str(properties["VisibilityTimeout"])} | (
        {"FifoQueue": "true"} if fifo else {}
    )
    url: str = sqs.create_queue(QueueName=logical_id + (".fifo" if fifo else ""), Attributes=attributes)[
        "QueueUrl"
    ]
    return url
