"""The keys in the local AWS, where they are in AWS, so that they may be changed while all runs."""

from collections.abc import Mapping
from contextlib import suppress

from chalicelib.aws import secret_keys
from infra.local.stack import load_template


def put_missing(keys: Mapping[str, str]) -> dict[str, str]:
    """Put keys where there are none yet; the SSM parameters that hold them, by the stack's parameters."""
    ssm = secret_keys.client()
    names: dict[str, str] = {each: load_template()["Parameters"][each]["Default"] for each in keys}
    for each, key in keys.items():
        with suppress(ssm.exceptions.ParameterAlreadyExists):
            ssm.put_parameter(Name=names[each], Value=key, Type="SecureString")
    return names
