"""Call the service over HTTP in this process, and check the promise of each response."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from chalice.config import Config
from chalice.local import LambdaEventConverter, LocalGateway, RouteMatcher

from app import app
from chalicelib.auth import link_tokens
from chalicelib.auth.link_tokens import LinkKind
from chalicelib.auth.sessions import issue_token
from chalicelib.aws import keys
from chalicelib.facts import CheckedIn
from chalicelib.web.forms.new_registration import derive_request_id
from testing.dynamodb.client import Client
from testing.faulty_aws.stream import StreamReader
from testing.faulty_aws.tasks import Task, Tasks
from testing.invariants.checks import replay_history

DONE = (200, 201, 202, 204)
#: What is refused for a reason of the caller's.
REFUSED = (403, 404, 405, 409, 410, 412, 422, 429)
#: The sources of calls by the link in a registration's mails, and by an organiser. That of a call by another link
#: is the idempotency key of the registering that was answered with it.
MAILED, ORGANISER = "mailed", "organiser"
_LOOKS = ("GET", "HEAD")
TRY_AGAIN = (500, 503)


@dataclass(frozen=True)
class Call:
    """A call; `label` is its name in the story.

    `source` says by what way it reaches a registration, `address` from where on the network it comes.
    """

    method: str
    path: str
    body: dict[str, Any] | None
    label: str
    headers: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    address: str = LambdaEventConverter.LOCAL_SOURCE_IP

    def __str__(self) -> str:
        return self.label


@cache
def _gateway(address: str = LambdaEventConverter.LOCAL_SOURCE_IP) -> LocalGateway:
    gateway = LocalGateway(app, Config())
    gateway.event_converter.LOCAL_SOURCE_IP = address
    return gateway


def send(call: Call, tasks: Tasks, say: Callable[[str], None]) -> tuple[int, Any]:
    """Send the call, and return status and document.

    Fails on a server error that no fault explains, and on a look that changed something.
    """
    task = tasks.current
    headers = {"Content-Type": "application/json", **call.headers}
    body = json.dumps(call.body).encode() if call.body is not None else b""
    with _attributed(task, call):
        response = _gateway(call.address).handle_request(call.method, call.path, headers, body)
    status, answer = response["statusCode"], json.loads(response["body"] or "{}")
    say(f"{call} → {status} {_summarize(answer)}")
    assert status in (*DONE, *REFUSED, *TRY_AGAIN), answer
    assert status != 500 or (task and task.fault_count), "an error without a fault"
    return status, answer


@contextmanager
def _attributed(task: Task | None, call: Call) -> Iterator[None]:
    """Attribute to the call what the task writes, which must be nothing if it only looks."""
    if task is None:
        yield
        return
    before, task.source = task.record_count, call.source
    try:
        yield
    finally:
        task.source = ""
        assert call.method not in _LOOKS or task.record_count == before, f"{call} changed something"


def post_form(path: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> int:
    """Send a form, and return the status."""
    all_headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    return int(_gateway().handle_request("POST", path, all_headers, urlencode(fields).encode())["statusCode"])


def find_route(method: str, path: str) -> str:
    """Return the call's route as it is declared."""
    return f"{method} {RouteMatcher(list(app.routes)).match_route(path).route}"


def _summarize(answer: dict[str, Any]) -> str:
    if "status" in answer.get("registration", ()):
        return str(answer["registration"]["status"])
    return get_problem(answer)


def get_problem(answer: dict[str, Any]) -> str:
    """Return the last part of the problem's type, or an empty text."""
    return str(answer.get("type", "")).rpartition("/")[2]


def _row(table: Client, event_id: str, registration_id: str) -> dict[str, Any] | None:
    """Return the registration's item as it is in the table, without a call to it."""
    key = keys.registration_key(event_id, registration_id)
    row = table.table.get_row((key["PK"], key["SK"]))
    return row.item if row else None


def read_status(table: Client, event_id: str, registration_id: str) -> str:
    """Return the registration's status, or an empty text if there is none."""
    row = _row(table, event_id, registration_id)
    return str(row["status"]["S"]) if row else ""


def build_token(table: Client, event_id: str, registration_id: str, kind: LinkKind = "mailed") -> str:
    """Build the token of the registration's present link of this kind; a forged one where there is none."""
    row = _row(table, event_id, registration_id)
    generation = row["links"]["S"] if row and "links" in row else ""
    return link_tokens.build_token(kind, event_id, registration_id, generation)


def sign_in(table: Client, now: datetime) -> dict[str, str]:
    """Return the header of an organiser's session that began before: no call of it fails or leaves a record."""
    before, after = table.before, table.after
    table.before, table.after = Client(table.table).before, Client(table.table).after
    try:
        token = issue_token("organiser@network.example", now)
    finally:
        table.before, table.after = before, after
    table.stream.pop()
    return {"Authorization": f"Bearer {token}"}


def check_answer_recorded(reading: StreamReader, event_id: str, answer: dict[str, Any]) -> None:
    """Check that the registration was at some moment as the response says."""
    history = reading.history(event_id, answer["id"])
    states = [replay_history(history[:length])[:2] for length in range(1, len(history) + 1)]
    if "needs" in answer:
        assert (answer["status"], {*answer["needs"]}) in states, (answer, history)
    else:  # a party's member, and a link that shows the status alone
        assert answer["status"] in {status for status, _ in states}, (answer, history)
    if answer.get("checked_in_at"):
        assert any(entry["fact"] == CheckedIn.kind for entry in history), answer


def check_refused_not_done(table: Client, event_id: str, registration_id: str, call: Call) -> None:
    """Check that a refused request did not register."""
    request = derive_request_id(call.headers["Idempotency-Key"], call.body or {})
    row = _row(table, event_id, registration_id)
    requests = row.get("requests", {"SS": []})["SS"] if row else []
    assert request not in requests, "refused a request that was done"
