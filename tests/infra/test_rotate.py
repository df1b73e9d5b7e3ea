"""A new key, from its first standing there to its signing."""

from typing import Any

import boto3
import pytest

from chalicelib.auth import link_tokens, sign_in_links
from chalicelib.aws import secret_keys
from infra import rotate
from testing.process import clear_caches

NAME = "/tilmelding/signing-keys"
KMS_KEY = "alias/of-the-stack"


@pytest.fixture
def ssm(aws: None, environment: pytest.MonkeyPatch) -> Any:  # noqa: ARG001 - the account is in it
    """SSM with a key in use, which the settings name."""
    client = boto3.client("ssm")
    client.put_parameter(Name=NAME, Value="former", Type="SecureString", KeyId=KMS_KEY)
    environment.setenv("SIGNING_KEYS", NAME)
    clear_caches()
    return client


def keys() -> list[str]:
    """The keys, as a function reads them that has not done so for a while."""
    secret_keys.clear_cache()
    return secret_keys.get_signing_keys()


def run(*arguments: str) -> int:
    return rotate.main(["signing", *arguments])


@pytest.mark.usefixtures("ssm")
def test_a_new_key_is_read_before_it_signs(capsys: pytest.CaptureFixture[str]) -> None:
    """It stands before the key in use, and then behind it, and no key is printed.

    A link from before and one from after are both good, also while half of the functions know the new key.
    """
    before = link_tokens.build_token("mailed", "an-event", "a" * 26, "generation")
    assert run() == 0
    new, former = keys()
    assert former == "former"
    assert link_tokens.build_token("mailed", "an-event", "a" * 26, "generation") == before
    assert run("--use") == 0
    assert keys() == [former, new]
    after = link_tokens.build_token("mailed", "an-event", "a" * 26, "generation")
    assert after != before
    for token in map(link_tokens.parse_link, (before, after)):
        assert token.is_signed_for("an-event", "generation")
    assert new not in "".join(capsys.readouterr())


def test_the_parameter_stays_encrypted_as_it_was(ssm: Any) -> None:
    """By the same key of KMS, which its readers have the right to use."""
    run()
    run("--use")
    (described,) = ssm.describe_parameters()["Parameters"]
    assert (described["KeyId"], described["Type"], described["Version"]) == (KMS_KEY, "SecureString", 3)


@pytest.mark.usefixtures("ssm")
def test_none_is_used_that_was_not_brought_in(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither where there is one key alone, nor twice: the former would sign again."""
    assert run("--use") == 1
    assert keys() == ["former"]
    run()
    run("--use")
    then = keys()
    assert run("--use") == 1
    assert keys() == then
    assert capsys.readouterr().err.count("Nothing is changed. The last change of") == 2


@pytest.mark.usefixtures("ssm")
def test_a_parameter_that_is_not_there_is_not_made() -> None:
    """There is no second one under a name that no function reads."""
    assert run("--name", "/another/signing-keys") == 1
    assert keys() == ["former"]


def test_session_keys_are_rotated_by_themselves(aws: None, environment: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """Sign-in links from before and after are good, and the key of participants' links is another all along."""
    boto3.client("ssm").put_parameter(Name="/tilmelding/session-keys", Value="former", Type="SecureString")
    environment.setenv("SESSION_KEYS", "/tilmelding/session-keys")
    clear_caches()
    tokens = []
    for arguments in (["session"], ["session", "--use"]):
        assert rotate.main(arguments) == 0
        secret_keys.clear_cache()
        tokens.append(sign_in_links.build_link("a-request").partition("token=")[2])
    assert tokens[0] != tokens[1]
    assert [sign_in_links.read_token(token) for token in tokens] == ["a-request"] * 2
    assert secret_keys.get_signing_keys() == ["test-signing-key"]
