"""Where the keys come from, and how a new one comes into use."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.auth import link_tokens, sign_in_links
from chalicelib.aws import secret_keys
from chalicelib.settings import SettingMissing
from testing.dynamodb.client import Client
from testing.process import clear_caches

KEYS = {
    "SIGNING_KEYS": "old, new",
    "SESSION_KEYS": "of sessions",
    "IDENTITY_KEY": "identity",
    "SEALING_KEYS": "first, second",
}


@pytest.fixture
def parameters(aws: None, environment: pytest.MonkeyPatch) -> Any:  # noqa: ARG001 - the account is in it
    """SSM with the parameters, which the settings name."""
    client = boto3.client("ssm")
    for setting, value in KEYS.items():
        environment.setenv(setting, f"/stack/{setting}")
        client.put_parameter(Name=f"/stack/{setting}", Value=value, Type="SecureString")
    clear_caches()
    return client


def rotate(client: Any, value: str) -> None:
    client.put_parameter(Name="/stack/SIGNING_KEYS", Value=value, Type="SecureString", Overwrite=True)


def later(patch: pytest.MonkeyPatch) -> None:
    """Five minutes have gone by."""
    patch.setattr(secret_keys, "CACHE_SECONDS", 0.0)


def test_keys_in_the_settings_are_taken_as_they_are(memory: Client, environment: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """Several signing keys, comma-separated; no AWS is asked."""
    environment.setenv("SIGNING_KEYS", "old, new,")
    assert secret_keys.get_signing_keys() == ["old", "new"]
    assert secret_keys.get_identity_key() == "test-identity-key"


def test_keys_in_ssm_are_read_from_there(parameters: Any) -> None:  # noqa: ARG001
    """Decrypted, by the names in the settings."""
    assert secret_keys.get_signing_keys() == ["old", "new"]
    assert secret_keys.get_identity_key() == "identity"
    assert secret_keys.get_session_keys() == ["of sessions"]
    assert secret_keys.get_sealing_keys() == ["first", "second"]


def test_a_new_key_signs_soon_and_old_links_stay_good(parameters: Any, environment: pytest.MonkeyPatch) -> None:
    """After five minutes the last key signs; what the ones before it signed is still read."""
    before = link_tokens.build_token("mailed", "an-event", "a" * 26, "generation")
    rotate(parameters, "old,new,newest")
    assert secret_keys.get_signing_keys() == ["old", "new"]
    later(environment)
    assert secret_keys.get_signing_keys() == ["old", "new", "newest"]
    after = link_tokens.build_token("mailed", "an-event", "a" * 26, "generation")
    assert after != before
    for token in map(link_tokens.parse_link, (before, after)):
        assert token.is_signed_for("an-event", "generation")


def test_keys_that_cannot_be_read_again_stay_what_they_were(
    parameters: Any, environment: pytest.MonkeyPatch
) -> None:
    """No link breaks while SSM cannot be reached."""
    assert secret_keys.get_signing_keys() == ["old", "new"]
    parameters.delete_parameter(Name="/stack/SIGNING_KEYS")
    later(environment)
    assert secret_keys.get_signing_keys() == ["old", "new"]


def test_keys_that_were_never_read_are_an_error(parameters: Any) -> None:
    """Nothing is signed with a made-up key."""
    parameters.delete_parameter(Name="/stack/SIGNING_KEYS")
    with pytest.raises(ClientError):
        secret_keys.get_signing_keys()


def test_a_function_without_sealing_keys_says_so(memory: Client, environment: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """It does without the setting until something is to be sealed or opened."""
    environment.delenv("SEALING_KEYS")
    clear_caches()
    with pytest.raises(SettingMissing, match="SEALING_KEYS"):
        secret_keys.get_sealing_keys()


@pytest.mark.usefixtures("parameters")
def test_what_limits_count_is_hashed_with_the_key_and_not_with_its_name(environment: pytest.MonkeyPatch) -> None:
    """With the parameter's name alone no id can be made; the same key in the setting makes the same."""
    from_parameter = sign_in_links.network_limit("192.0.2.1").id
    environment.setenv("IDENTITY_KEY", "identity")
    clear_caches()
    assert from_parameter == sign_in_links.network_limit("192.0.2.1").id
