"""No log line, metric, queue message or key has personal data, whatever goes wrong: marked values are sent through
every path, and searched for. Nor does any item of the table say in the clear what is about health."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.mail.delivery import send as mail_flows
from chalicelib.mail.delivery import sender
from chalicelib.programme import flows as programme
from chalicelib.programme.model import Event
from chalicelib.registration import registering, store
from infra.programme import load
from testing import builders
from testing.in_process.functions import CANCEL, REGISTER, InProcessFunctions, run_in_process
from tests.mail import ses_events

#: Each of these is personal data; none is a part of anything else.
MARKED = builders.all_details(
    given_name="Markgiven",
    family_name="Markfamily",
    email="markmail@example.org",
    phone="20 98 76 54",
    organisation="Markorganisation",
    name_on_id=("Markidgiven", "Markidfamily"),
    share_with="Markshared",
    emergency_contact=("Markemergency", "20 98 76 53"),
    meals=("kosher",),
    allergens=("lupin",),
    note="Marknote",
)
HEALTH = ("wchr", "kosher", "lupin", "marknote")
PERSONAL = ("mark", "2098765", "20 98 76", "wchr", "kosher", "lupin")
EVENT = "doegnmoede-bornholm"


@pytest.fixture
def functions() -> Iterator[InProcessFunctions]:
    clock.start_at(builders.REGISTERED_AT)
    with run_in_process() as functions:
        publish(load.load_event(load.SHIPPED_FOLDER / f"{EVENT}.yaml"))
        functions.drain()
        functions.log_lines.clear()
        yield functions
    clock._offset = timedelta(0)


def publish(event: Event) -> None:
    assert programme.create_if_absent(event, clock.now())


def register(functions: InProcessFunctions, **changes: Any) -> str:
    """The token of the registration that was made."""
    document = functions.request("POST", REGISTER, builders.person(**MARKED | changes), event_id=EVENT)
    token: str = document["registration"]["links"]["self"].rpartition("/")[2]
    return token


def check(functions: InProcessFunctions, *tokens: str) -> None:
    """Something was logged, and no line, message or key has personal data, no item health in the clear."""
    keys = [" ".join(place) for place in functions.wire.table.table._rows]
    assert functions.log_lines
    for text in (*functions.log_lines, *functions.wire.sent_messages, *keys):
        found = [value for value in (*PERSONAL, *tokens) if value in text.lower() or value in text]
        assert found == [], text
    items = [str(row.item).lower() for row in functions.wire.table.table._rows.values()]
    assert [value for value in HEALTH if any(value in item for item in items)] == []


def lines(functions: InProcessFunctions, message: str) -> list[dict[str, Any]]:
    said = [json.loads(line) for line in functions.log_lines]
    return [each for each in said if each.get("message") == message]


def test_a_whole_life(functions: InProcessFunctions) -> None:
    """Registered, looked at, changed, registered once more, cancelled, each with its mails."""
    token = register(functions)
    functions.drain()
    functions.request("GET", "/registrations/{token}", token=token)
    changed = json.dumps({"phone": "20987655", "organisation": "Markagain"})
    assert functions.send_request("PATCH", "/registrations/{token}", changed, token=token)["statusCode"] == 200
    again = functions.send_request("POST", REGISTER, json.dumps(builders.person(**MARKED)), event_id=EVENT)
    assert again["statusCode"] == 409
    functions.drain()
    functions.request("POST", CANCEL, token=token)
    functions.drain()
    check(functions, token)


def test_those_who_wait(functions: InProcessFunctions) -> None:
    """Joined, and moved up."""
    programme.set_capacity(EVENT, "place", 0, clock.now(), confirmed=False)
    token = register(functions)
    functions.drain()
    programme.set_capacity(EVENT, "place", 1, clock.now(), confirmed=False)
    functions.drain()
    functions.run_scheduled("clock")
    functions.run_scheduled("reconciler")
    check(functions, token)


@pytest.mark.parametrize(
    "body",
    [
        '{"given_name": "Markgiven", "email": "markmail',
        json.dumps({**MARKED, "email": "markmail", "phone": "mark", "markfield": "mark"}),
        json.dumps({"given_name": ["Markgiven"], "dietary": "Marknote", "travel": [1]}),
        "Markgiven",
    ],
)
def test_bad_bodies(functions: InProcessFunctions, body: str) -> None:
    """The sender may get back what they sent; it is written nowhere."""
    assert functions.send_request("POST", REGISTER, body, event_id=EVENT)["statusCode"] in (400, 422)
    check(functions)


def test_addresses_that_are_none(functions: InProcessFunctions) -> None:
    """A made-up token or event id is written nowhere."""
    for route in ("/registrations/{token}", "/registrations/{token}/calendar.ics"):
        assert functions.send_request("GET", route, "", token="Markmail@example.org")["statusCode"] in (401, 404)
    assert (
        functions.send_request("GET", "/events/{event_id}", "", event_id="Markmail@example.org")["statusCode"]
        == 404
    )
    check(functions)


def fail(*_: Any, **__: Any) -> Any:
    try:
        raise ValueError("Markgiven <markmail@example.org>")
    except ValueError as error:
        error.add_note("Marknote")
        raise ExceptionGroup("Markfamily", [KeyError("Markorganisation")]) from error


def test_a_request_that_fails(functions: InProcessFunctions, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log says where, and of which type the errors were, and none of their words."""
    monkeypatch.setattr(registering, "register", fail)
    asked = json.dumps(builders.person(**MARKED))
    assert functions.send_request("POST", REGISTER, asked, event_id=EVENT)["statusCode"] == 500
    [line] = lines(functions, "A request failed")
    assert all(each in line["exception"] for each in ("ValueError", "ExceptionGroup", "KeyError", " fail"))
    check(functions)


def test_mails_that_fail(functions: InProcessFunctions, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message comes again; what Lambda gets to see is which one it was."""
    register(functions)
    monkeypatch.setattr(mail_flows, "_send", fail)
    functions.relay()
    [entry] = functions.wire.queues.pop("mail")
    assert functions.deliver("mail", entry) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert len(lines(functions, "A message could not be worked off")) == 1
    check(functions)


@pytest.mark.parametrize("code", ["MessageRejected", "AccountSuspendedException"])
def test_mails_that_ses_refuses(functions: InProcessFunctions, code: str) -> None:
    """SES says to whom; the log does not."""
    register(functions)
    functions.wire.ses_error = {"__type": code, "message": "Not verified: markmail@example.org"}
    functions.relay()
    [entry] = functions.wire.queues.pop("mail")
    functions.deliver("mail", entry)
    functions.drain()
    check(functions)


@pytest.mark.parametrize("worker", ["mail", "waitlist", "feedback"])
@pytest.mark.parametrize("body", ["Markgiven", '{"fact": "Markgiven", "format": 1}', '{"eventType": "Markgiven"}'])
def test_messages_that_cannot_be_read(functions: InProcessFunctions, worker: str, body: str) -> None:
    """They come again, and are put aside in the end."""
    functions.deliver(worker, {"Id": "0", "MessageBody": body})
    check(functions)


def test_a_report_of_ses(functions: InProcessFunctions) -> None:
    """SES's own event has address and name; neither the message that comes of it has, nor what becomes of that."""
    register(functions)
    functions.drain()
    event = ses_events.bounce(None).replace(ses_events.ADDRESS, "Markgiven <markmail@example.org>")
    body = ses_events.queued(event)
    functions.wire.sent_messages.append(body)
    functions.deliver("feedback", {"Id": "0", "MessageBody": body})
    check(functions)


def test_a_run_that_fails(functions: InProcessFunctions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda writes down the error's type, and no more."""
    monkeypatch.setattr(store, "find_due", fail)
    with pytest.raises(Exception, match=r"^ExceptionGroup$") as caught:
        functions.run_scheduled("clock")
    assert (caught.value.__cause__, caught.value.__suppress_context__) == (None, True)
    check(functions)


def test_a_request_and_its_mail_are_found_together(functions: InProcessFunctions) -> None:
    """The request's line, the relay's metrics and the mail's line: whose, what and when."""
    register(functions)
    functions.drain()
    [answered] = lines(functions, "A request was answered")
    [mail] = lines(functions, "A mail was sent")
    [written] = answered["written"]
    assert (mail["mail"], mail["at"]) == (f"{written['registration']}.0001.{written['fact']}", written["at"])
    assert (answered["path"], answered["status"]) == (REGISTER, 201)
    measured = [json.loads(line) for line in functions.log_lines if "_aws" in line]
    names = [metric["Name"] for each in measured for metric in each["_aws"]["CloudWatchMetrics"][0]["Metrics"]]
    assert names == ["Registered", "MailsSent", "MailLag"]


def test_a_mail_that_may_have_gone_out_twice_is_counted(
    functions: InProcessFunctions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A claim without a mark, whose time has run out."""
    register(functions)
    functions.relay()
    [entry] = functions.wire.queues.pop("mail")
    with monkeypatch.context() as patched:
        patched.setattr(sender, "send", fail)
        functions.deliver("mail", entry)
    clock.advance(timedelta(minutes=6))
    functions.deliver("mail", entry)
    assert [
        json.loads(line)["MailsClaimedTwice"] for line in functions.log_lines if "MailsClaimedTwice" in line
    ] == [[1.0]]
