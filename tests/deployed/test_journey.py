"""What people and organisers live through, as deployed: API Gateway, functions from the archive, queues."""

import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from chalicelib.programme.model import ZONE
from infra.local import event_bus, simulator
from tests import builders
from tests.aws import REGION
from tests.deployed.account import ACCOUNT, Account
from tests.deployed.client import Deployed, message
from tests.stack.client import address, calendars


def to_come(**changes: Any) -> dict[str, Any]:
    """Changes of an event's document: it begins in a month, and one may register."""
    begins = datetime.now(ZONE).replace(hour=15, minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(30)
    return {
        "starts_at": begins.isoformat(),
        "ends_at": (begins + timedelta(hours=3)).isoformat(),
        "registration": {
            "opens_at": (begins - timedelta(60)).isoformat(),
            "closes_at": (begins - timedelta(1)).isoformat(),
        },
        **changes,
    }


def test_who_registers_is_told_by_mail_with_a_calendar_file(deployed: Deployed) -> None:
    """Registered through the gateway; stream, relay and queue bring the mail, and its link shows the same."""
    deployed.create("an-evening", **to_come())
    registered = deployed.register("an-evening", "Mette")
    assert registered["status"] == "confirmed"
    (mail,) = deployed.eventually(lambda: deployed.mails_to(address("an-evening", "Mette")))
    assert mail["Subject"] == "Du er tilmeldt: Leverandørernes ønskeseddel"
    (inside, attached) = calendars(mail)
    assert inside.to_ical() == attached.to_ical()
    assert str(inside.events[0]["summary"]) == "Leverandørernes ønskeseddel"
    assert deployed.look(registered) == registered
    assert deployed.counts("an-evening") == {"place": (1, 0)}


def test_a_cancellation_moves_the_next_in_line_up(deployed: Deployed) -> None:
    """The place of whoever cancels goes to who waits, who hears of it."""
    one_place = [builders.allotment("place", 1)]
    deployed.create("a-full-evening", **to_come(allotments=one_place))
    first = deployed.register("a-full-evening", "First")
    second = deployed.register("a-full-evening", "Second")
    assert (first["status"], second["status"]) == ("confirmed", "waiting")
    deployed.cancel(first)
    deployed.eventually(lambda: deployed.look(second)["status"] == "confirmed")
    told = ["Du står på venteliste", "Du har fået plads"]
    deployed.eventually(lambda: deployed.subjects("a-full-evening", "Second") == told)
    assert deployed.counts("a-full-evening") == {"place": (1, 0)}


def test_the_manifest_is_built_and_downloaded(deployed: Deployed) -> None:
    """Asked for by the organiser, built by its function, downloaded from the bucket as a workbook that opens; what
    was sealed by the one function is read by the other."""
    event_id = "overnight"
    deployed.create(event_id, **to_come())
    deployed.register(event_id, "Aase", phone="20123456", dietary={"note": "Ingen koriander", "consent": True})
    manifests = f"/organiser/events/{event_id}/manifests"
    asked = deployed.as_organiser("POST", manifests)
    assert asked.status == 202, asked.body
    version = asked.headers["location"]

    def ready() -> Any:
        shown = deployed.as_organiser("GET", version).document["manifest"]
        return shown if shown["status"] != "building" else None

    manifest = deployed.eventually(ready)
    assert manifest["status"] == "ready"
    sent_to = deployed.as_organiser("GET", manifest["files"]["manifest.xlsx"])
    assert sent_to.status == 303
    file = deployed.get(sent_to.headers["location"])
    assert file.status == 200, file.body
    workbook = load_workbook(io.BytesIO(file.body))
    names = [cell for sheet in workbook for row in sheet.iter_rows(values_only=True) for cell in row]
    assert {"Aase", "Ingen koriander"} <= {*names}


def test_who_comes_is_told_when_the_event_moves(deployed: Deployed) -> None:
    """An organiser changes the time; the rounds reach everybody at the event."""
    event_id = "moved"
    deployed.create(event_id, **to_come())
    deployed.register(event_id, "Karen")
    document = builders.event_document(event_id, **to_come(venue={"name": "Sitra", "address": "Helsinki"}))
    changed = deployed.as_organiser("PUT", f"/organiser/events/{event_id}", document, If_Match='"1"')
    assert changed.status == 200, changed.body
    told = deployed.eventually(lambda: deployed.mails_to(address(event_id, "Karen"))[1:])
    assert "Helsinki" in str(told[0].get_body(("plain",)))


def test_a_mail_that_comes_back_is_on_the_organisers_list(deployed: Deployed, account: Account) -> None:
    """What SES reports is brought by its queue to its function."""
    event_id, to = "came-back", "bounce@simulator.amazonses.com"
    deployed.create(event_id, **to_come())
    deployed.register(event_id, "Bo", email=to)
    deployed.eventually(lambda: deployed.mails_to(to))
    [request] = [each for each in deployed.sent() if each["Destination"]["ToAddresses"] == [to]]
    bounce = simulator.event(request, message(request), "an-id", datetime.now(ZONE))
    assert bounce
    body = event_bus.passed_on(bounce)
    account.client("sqs").send_message(QueueUrl=deployed.resources["FeedbackQueue"], MessageBody=body)
    path = f"/organiser/events/{event_id}/problems"
    listed = deployed.eventually(lambda: deployed.as_organiser("GET", path).document["problems"])
    assert [(each["kind"], each["name"]) for each in listed] == [("mail-bounced", "Bo Hansen")]


@pytest.mark.parametrize("function", ["Clock", "Reconciler"])
def test_what_the_schedule_starts_runs(deployed: Deployed, account: Account, function: str) -> None:
    """Started as the schedule would, it ends without an error."""
    said = {"version": "0", "account": ACCOUNT, "region": REGION, "detail": {}, "detail-type": "Scheduled Event"}
    event = {**said, "source": "aws.events", "time": "2026-01-01T00:00:00Z", "id": "an-id", "resources": []}
    started = account.client("lambda").invoke(
        FunctionName=deployed.resources[function], Payload=json.dumps(event).encode()
    )
    assert "FunctionError" not in started, started["Payload"].read()


def test_nobody_else_is_let_in(deployed: Deployed) -> None:
    """Without a session the organiser's calls are refused."""
    assert deployed.get("/organiser/events", Accept="application/json").status == 401
