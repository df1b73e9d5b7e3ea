"""`python -m infra.rotate`: rotate a signing, session or sealing key, without breaking a link,
ending a session or losing a seal.

A new key first stands before the one in use, where it is read but does not sign yet. Once every function knows it,
which takes ten minutes, it moves to the end and is used. The SSM parameter stays encrypted with the KMS key that
it had, and no key is shown.
"""

import argparse
import secrets
import sys
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

#: The keys that may be changed; that of the ids never is.
ROTATABLE_KEYS = ("signing", "session", "sealing")


class NotRotated(Exception):
    """Nothing was written; the message says why, in a sentence."""


def add_key(ssm: "SSMClient", name: str) -> None:
    """Put a new key before the others."""
    _write_keys(ssm, name, [secrets.token_urlsafe(33), *_read_history(ssm, name)[-1]])


def activate_key(ssm: "SSMClient", name: str) -> None:
    """Move the key that was added behind the others; raises NotRotated where the last change added none."""
    *_, former, current = [[], *_read_history(ssm, name)]
    new, *others = current
    if not others or former != others:
        raise NotRotated(f"The last change of {name} brought in no new key: leave USE out to bring one in.")
    _write_keys(ssm, name, [*others, new])


def _read_history(ssm: "SSMClient", name: str) -> list[list[str]]:
    """Return the keys of each version of the parameter, the current one last."""
    pages = ssm.get_paginator("get_parameter_history").paginate(Name=name, WithDecryption=True)
    versions = sorted(
        (version for page in pages for version in page["Parameters"]), key=lambda version: version["Version"]
    )
    return [[key.strip() for key in version["Value"].split(",") if key.strip()] for version in versions]


def _write_keys(ssm: "SSMClient", name: str, keys: list[str]) -> None:
    filters = [{"Key": "Name", "Option": "Equals", "Values": [name]}]
    (described,) = ssm.describe_parameters(ParameterFilters=filters)["Parameters"]  # type: ignore[arg-type]
    ssm.put_parameter(
        Name=name, Value=",".join(keys), Type="SecureString", KeyId=described["KeyId"], Overwrite=True
    )


def main(arguments: list[str] | None = None) -> int:
    """Add a key or activate it; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m infra.rotate", description=__doc__)
    parser.add_argument("keys", choices=ROTATABLE_KEYS, help="which keys")
    parser.add_argument(
        "--use", action="store_true", help="have the key that was brought in sign or seal from now on"
    )
    parser.add_argument(
        "--name", help="the SSM parameter; /tilmelding/signing-keys, session-keys or sealing-keys if left out"
    )
    options = parser.parse_args(arguments)
    name = options.name or f"/tilmelding/{options.keys}-keys"
    try:
        (activate_key if options.use else add_key)(boto3.client("ssm"), name)
    except (NotRotated, BotoCoreError, ClientError) as error:
        print(f"Nothing is changed. {error}", file=sys.stderr)
        return 1
    print(_ACTIVATED_MESSAGE if options.use else _ADDED_MESSAGE)
    return 0


_ADDED_MESSAGE = "The new key is read, and not in use yet: wait ten minutes, and have it used (USE=1)."
_ACTIVATED_MESSAGE = "Within five minutes the new key is in use everywhere. What the former ones made stays good."


if __name__ == "__main__":
    sys.exit(main())
