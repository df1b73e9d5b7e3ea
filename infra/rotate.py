"""`python -m infra.rotate`: another key that signs or seals, without a link that breaks or a seal that stays shut.

A new key first stands before the one in use, where it is read and does not sign yet. When every function knows it,
which takes ten minutes, it goes to the end, where it does. The parameter stays encrypted by the key of KMS that it
was encrypted by, and no key is shown to anybody.
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
ROTATABLE_KEYS = ("signing", "sealing")


class NotRotated(Exception):
    """Nothing was written; the message says why, in a sentence."""


def add_key(ssm: "SSMClient", name: str) -> None:
    """Put a new key before the others."""
    _write_keys(ssm, name, [secrets.token_urlsafe(33), *_read_history(ssm, name)[-1]])


def activate_key(ssm: "SSMClient", name: str) -> None:
    """Put the key that was brought in behind the others; raises NotRotated where the last change brought none."""
    *_, former, current = [[], *_read_history(ssm, name)]
    new, *known = current
    if not known or former != known:
        raise NotRotated(f"The last change of {name} brought in no new key: leave USE out to bring one in.")
    _write_keys(ssm, name, [*known, new])


def _read_history(ssm: "SSMClient", name: str) -> list[list[str]]:
    """The keys as they were and, last, as they are."""
    pages = ssm.get_paginator("get_parameter_history").paginate(Name=name, WithDecryption=True)
    found = sorted((each for page in pages for each in page["Parameters"]), key=lambda each: each["Version"])
    return [[key.strip() for key in each["Value"].split(",") if key.strip()] for each in found]


def _write_keys(ssm: "SSMClient", name: str, keys: list[str]) -> None:
    filters = [{"Key": "Name", "Option": "Equals", "Values": [name]}]
    (described,) = ssm.describe_parameters(ParameterFilters=filters)["Parameters"]  # type: ignore[arg-type]
    ssm.put_parameter(
        Name=name, Value=",".join(keys), Type="SecureString", KeyId=described["KeyId"], Overwrite=True
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.rotate", description=__doc__)
    parser.add_argument("keys", choices=ROTATABLE_KEYS, help="which keys")
    parser.add_argument(
        "--use", action="store_true", help="have the key that was brought in sign or seal from now on"
    )
    parser.add_argument("--name", help="the SSM parameter; /tilmelding/signing-keys or sealing-keys if left out")
    asked = parser.parse_args(arguments)
    name = asked.name or f"/tilmelding/{asked.keys}-keys"
    try:
        (activate_key if asked.use else add_key)(boto3.client("ssm"), name)
    except (NotRotated, BotoCoreError, ClientError) as error:
        print(f"Nothing is changed. {error}", file=sys.stderr)
        return 1
    print(_ACTIVATED_MESSAGE if asked.use else _ADDED_MESSAGE)
    return 0


_ADDED_MESSAGE = "The new key is read, and not in use yet: wait ten minutes, and have it used (USE=1)."
_ACTIVATED_MESSAGE = "Within five minutes the new key is in use everywhere. What the former ones made stays good."


if __name__ == "__main__":
    sys.exit(main())
