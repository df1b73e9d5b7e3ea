"""The site that everything hostile is sent to."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from testing import account
from testing.dynamodb.client import Client
from tests.hostile.site import Site, serving


@pytest.fixture
def site(memory: Client, environment: pytest.MonkeyPatch) -> Iterator[Site]:
    """Yield the service over HTTP, where one network may do as much as it likes."""
    for name in ("REGISTRATIONS_PER_SOURCE", "SIGN_INS_PER_ADDRESS"):
        environment.setenv(name, "1000000")
    with mock_aws(), serving(memory) as there:
        boto3.client("s3").create_bucket(
            Bucket=account.build_settings()["BUCKET_NAME"],
            CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
        )
        environment.setenv("PUBLIC_URL", there.address)
        yield there
