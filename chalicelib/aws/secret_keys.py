"""The secret keys: those that sign participants' links, those that sign sessions,
the one that derives registration ids, and those that seal data about health.

A setting holds them, or the name of the SSM parameter that does, which begins with a slash. Parameters are cached
for five minutes: so a new key is in use soon, and few requests wait for SSM.
"""

import time
from functools import cache
from typing import TYPE_CHECKING

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.settings import SettingMissing, settings

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

CACHE_SECONDS = 300.0  # seconds


class _CachedParameter(msgspec.Struct, frozen=True):
    value: str
    read_at: float


_cached_parameters: dict[str, _CachedParameter] = {}


@cache
def client() -> "SSMClient":
    """Return the SSM client, made on first use; short timeouts, because a person is waiting."""
    return boto3.client(
        "ssm",
        config=Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4}),
    )


def get_signing_keys() -> list[str]:
    """Return the keys that sign participants' links, oldest first; the last one signs, all verify."""
    return _resolve_list(settings().signing_keys)


def get_session_keys() -> list[str]:
    """Return the keys that sign sessions and sign-in links, oldest first; the last one signs, all verify."""
    return _resolve_list(settings().session_keys)


def get_identity_key() -> str:
    """Return the key that derives registration ids from addresses."""
    return _resolve(settings().identity_key)


def get_sealing_keys() -> list[str]:
    """Return the keys that seal data about health, oldest first; the last one seals, all open.

    Raises SettingMissing in a function that has none.
    """
    if keys := _resolve_list(settings().sealing_keys):
        return keys
    raise SettingMissing("SEALING_KEYS")


def clear_cache() -> None:
    """Forget the parameters, so that the next call reads them."""
    _cached_parameters.clear()


def _resolve_list(setting: str) -> list[str]:
    return [key.strip() for key in _resolve(setting).split(",") if key.strip()]


def _resolve(setting: str) -> str:
    return _read_parameter(setting) if setting.startswith("/") else setting


def _read_parameter(name: str) -> str:
    """Return the parameter's value; the cached one where it cannot be read again."""
    cached = _cached_parameters.get(name)
    if cached and time.monotonic() - cached.read_at < CACHE_SECONDS:
        return cached.value
    try:
        value = client().get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    except (BotoCoreError, ClientError):
        if cached is None:
            raise
        value = cached.value
    _cached_parameters[name] = _CachedParameter(value, time.monotonic())
    return value
