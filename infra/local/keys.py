"""Store the local keys in SSM, as in AWS, so that they can be rotated while the service runs."""

from collections.abc import Mapping
from contextlib import suppress

from chalicelib.aws import secret_keys
from infra.local.stack import load_template


def put_missing(keys: Mapping[str, str]) -> dict[str, str]:
    """Store keys where there are none yet; return the SSM parameters by the names of the stack's parameters."""
    ssm = secret_keys.client()
    names: dict[str, str] = {parameter: load_template()["Parameters"][parameter]["Default"] for parameter in keys}
    for parameter, key in keys.items():
        with suppress(ssm.exceptions.ParameterAlreadyExists):
            ssm.put_parameter(Name=names[parameter], Value=key, Type="SecureString")
    return names
