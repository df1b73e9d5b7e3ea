"""The keys in the local AWS's Parameter Store."""

from collections.abc import Iterator

import boto3
import pytest

from chalicelib.aws import secret_keys
from infra.local import keys

MADE = {"SigningKeys": "signing", "SessionKeys": "session", "IdentityKey": "identity", "SealingKeys": "sealing"}


@pytest.fixture(autouse=True)
def _client(local_aws: str) -> Iterator[None]:  # noqa: ARG001 - the client is to reach it
    secret_keys.client.cache_clear()
    yield
    secret_keys.client.cache_clear()


def held() -> dict[str, str]:
    found = boto3.client("ssm").get_parameters_by_path(Path="/tilmelding", WithDecryption=True)["Parameters"]
    return {each["Name"]: each["Value"] for each in found}


def test_keys_are_where_the_template_says() -> None:
    """Each under the name that its stack parameter has unless told otherwise."""
    names = keys.put_missing(MADE)
    assert names == {
        "SigningKeys": "/tilmelding/signing-keys",
        "SessionKeys": "/tilmelding/session-keys",
        "IdentityKey": "/tilmelding/identity-key",
        "SealingKeys": "/tilmelding/sealing-keys",
    }
    assert held() == {names[each]: key for each, key in MADE.items()}


def test_keys_that_were_changed_stay_so() -> None:
    """The next run finds them as the last one left them."""
    names = keys.put_missing(MADE)
    boto3.client("ssm").put_parameter(Name=names["SigningKeys"], Value="signing,new", Overwrite=True)
    assert keys.put_missing(MADE) == names
    assert held()[names["SigningKeys"]] == "signing,new"
