"""The service over HTTP, in this process; and what each answer promised."""

import json
from functools import cache
from typing import Any

from chalice.config import Config
from chalice.local import LocalGateway

from app import app
from chalicelib import keys
from chalicelib.items import decode_item
from tests.machine.invariants import told
from tests.memory.client import Client

#: What is refused for a reason of the caller's.
REFUSED = (404, 409, 410, 412, 422, 429)
TRY_AGAIN = (500, 503)


@cache
def _gateway() -> LocalGateway:
    return LocalGateway(app, Config())


def ask(method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]) -> tuple[int, Any]:
    """The status and the document that came back."""
    given = {"Content-Type": "application/json", **headers}
    sent = json.dumps(body).encode() if body is not None else b""
    answer = _gateway().handle_request(method, path, given, sent)
    status: int = answer["statusCode"]
    return status, json.loads(answer["body"]) if answer["body"] else None


def kept(table: Client, event_id: str, answer: dict[str, Any]) -> None:
    """What the answer says of a registration is on record: it stood like that, by the time of the answer."""
    key = keys.registration_key(event_id, answer["id"])
    row = table.table.row((key["PK"], key["SK"]))
    assert row, answer
    history = decode_item(row.item)["history"]
    stood = [told(history[:length])[:2] for length in range(1, len(history) + 1)]
    assert (answer["status"], {*answer["needs"]}) in stood, (answer, history)
