"""Requests for the links of all that an address has: the same write for every address, whatever it has.

The stream leads to the mail. The request holds the address until the mail worker has looked it up.
"""

import secrets
from datetime import datetime, timedelta

from chalicelib.aws import keys, table
from chalicelib.aws.items import Delete, Put
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.rate_limits import RateLimit, hash_id
from chalicelib.aws.table import ConditionFailed
from chalicelib.settings import settings

_LIFETIME = timedelta(days=1)


def request_links(email: str, client_network: str, now: datetime) -> None:
    """Request the mail; an empty address asks for none. Raises LimitReached for a network that asks too often."""
    request = {
        **keys.links_request_key(secrets.token_hex(16)),
        "email": email,
        "requested_at": format_timestamp(now),
        "expires_at": int((now + _LIFETIME).timestamp()),
    }
    limit = _build_network_limit(client_network)
    try:
        table.transact(Put(request), limit.increment_write(now))
    except ConditionFailed as refused:
        raise limit.error(now) from refused


def _build_network_limit(client_network: str) -> RateLimit:
    """Build the limit of requests from one network: as many as may register from there."""
    return RateLimit(
        hash_id("links-from", client_network), settings().registrations_per_source, timedelta(hours=1)
    )


def read_address(request_id: str) -> str:
    """Read the address that the request is about; empty once it is answered."""
    request = table.get(keys.links_request_key(request_id))
    return str(request["email"]) if request else ""


def build_ending(request_id: str) -> Delete:
    """Build the delete of the request, which is answered."""
    return Delete(keys.links_request_key(request_id))
