"""What people and organisers live through, as deployed: API Gateway, functions from the archive, queues."""

import io
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from chalicelib.programme.model import ZONE
from chalicelib.travel.lists.locators import assign_locators
from infra.local import event_bus, simulator
from testing import builders
from testing.calendars import parse_calendars
from testing.system import build_email_address
from tests.deployed import rights
from tests.deployed.account import Account
from tests.deployed.client import DeployedSystem, parse_message, upcoming
from tests.infra.policies import FUNCTIONS


def test_who_registers_is_told_by_mail_with_a_calendar_file(deployed: DeployedSystem) -> None:
    """Registered through the gateway; stream, relay and queue bring the mail, and its link shows the same."""
    deployed.create("an-evening", **upcoming())
    registered = deployed.register("an-evening", "Mette")
    assert registered["status"] == "confirmed"
    (mail,) = deployed.wait_for(lambda: deployed.list_mails_to(build_email_address("an-evening", "Mette")))
    assert mail["Subject"] == "Du er tilmeldt: Leverandørernes ønskeseddel"
    (inside, attached) = parse_calendars(mail)
    assert inside.to_ical() == attached.to_ical()
    assert str(inside.events[0]["summary"]) == "Leverandørernes ønskeseddel"
    assert deployed.read_registration(registered) == registered
    assert deployed.read_counts("an-evening") == {"place": (1, 0)}


def test_a_cancellation_moves_the_next_in_line_up(deployed: DeployedSystem) -> None:
    """The unit of a cancelled registration goes to a waiting one, which is told by mail."""
    one_place = [builders.allotment("place", 1)]
    deployed.create("a-full-evening", **upcoming(allotments=one_place))
    first = deployed.register("a-full-evening", "First")
    second = deployed.register("a-full-evening", "Second")
    assert (first["status"], second["status"]) == ("confirmed", "waiting")
    deployed.cancel(first)
    deployed.wait_for(lambda: deployed.read_registration(second)["status"] == "confirmed")
    told = ["Du står på venteliste", "Du har fået plads"]
    deployed.wait_for(lambda: deployed.list_subjects("a-full-evening", "Second") == told)
    assert deployed.read_counts("a-full-evening") == {"place": (1, 0)}


def test_the_manifest_is_built_and_downloaded(deployed: DeployedSystem) -> None:
    """Requested by the organiser, built by its worker, downloaded from the bucket as a workbook that opens.

    Details that one function sealed are opened by the other.
    """
    event_id = "overnight"
    deployed.create(event_id, **upcoming())
    deployed.register(event_id, "Aase", phone="20123456", dietary={"note": "Ingen koriander", "consent": True})
    manifest = deployed.build_manifest(event_id)
    sent_to = deployed.as_organiser("GET", manifest["files"]["manifest.xlsx"])
    assert sent_to.status == 303
    file = deployed.get(sent_to.headers["location"])
    assert file.status == 200, file.body
    workbook = load_workbook(io.BytesIO(file.body))
    names = [cell for sheet in workbook for row in sheet.iter_rows(values_only=True) for cell in row]
    assert {"Aase", "Ingen koriander"} <= {*names}


def test_who_comes_is_told_when_the_event_moves(deployed: DeployedSystem) -> None:
    """An organiser changes the time; the broadcast reaches all people at the event."""
    event_id = "moved"
    deployed.create(event_id, **upcoming())
    deployed.register(event_id, "Karen")
    document = builders.event_document(event_id, **upcoming(venue={"name": "Sitra", "address": "Helsinki"}))
    changed = deployed.as_organiser("PUT", f"/organiser/events/{event_id}", document, If_Match='"1"')
    assert changed.status == 200, changed.body
    told = deployed.wait_for(lambda: deployed.list_mails_to(build_email_address(event_id, "Karen"))[1:])
    assert "Helsinki" in str(told[0].get_body(("plain",)))


def test_a_mail_that_comes_back_is_on_the_organisers_list(deployed: DeployedSystem, account: Account) -> None:
    """What SES reports is brought by its queue to its function."""
    event_id, to = "came-back", "bounce@simulator.amazonses.com"
    deployed.create(event_id, **upcoming())
    deployed.register(event_id, "Bo", email=to)
    deployed.wait_for(lambda: deployed.list_mails_to(to))
    [request] = [each for each in deployed.list_sent() if each["Destination"]["ToAddresses"] == [to]]
    bounce = simulator.build_event(request, parse_message(request), "an-id", datetime.now(ZONE))
    assert bounce
    body = event_bus.route_event(bounce)
    account.client("sqs").send_message(QueueUrl=deployed.resources["FeedbackQueue"], MessageBody=body)
    path = f"/organiser/events/{event_id}/problems"
    (listed,) = deployed.wait_for(lambda: deployed.as_organiser("GET", path).document["problems"])
    assert (listed["kind"], listed["name"]) == ("mail-bounced", "Bo Hansen")
    struck_off = deployed.as_organiser("POST", f"{path}/{listed['id']}/resolution")
    assert struck_off.status in (200, 204), struck_off.body


def test_who_waits_for_something_scarce_is_passed(deployed: DeployedSystem, account: Account) -> None:
    """A place goes to the first who can use it; that the other was passed is on record."""
    event_id = "scarce"
    deployed.create(
        event_id, **upcoming(allotments=[builders.allotment("place", 1), builders.allotment("room", 0)])
    )
    first = deployed.register(event_id, "First")
    deployed.register(event_id, "Roomless", needs=["room"])
    last = deployed.register(event_id, "Last")
    deployed.cancel(first)
    deployed.wait_for(lambda: deployed.read_registration(last)["status"] == "confirmed")
    assert account.query_items(deployed, event_id, "SKIP#")


FLIGHT = {
    "name": "flight",
    "kind": "flight",
    "title": {"da": "Fly", "en": "Flight"},
    "carrier": "DAT",
    "number": "DX123",
    "origin": "København",
    "destination": "Rønne",
    "departs": "2998-05-05T08:00",
    "arrives": "2998-05-05T09:00",
}


def test_who_is_erased_goes_from_lists_bookings_and_mails(deployed: DeployedSystem, account: Account) -> None:
    """An organiser erases a person: the lists that name them are withdrawn, booking and mails are gone.

    The person who came with them stays, and names them no more.
    """
    event_id = "erased"
    allotments = [builders.allotment("place", 9), builders.allotment("flight", 9)]
    deployed.create(event_id, **upcoming(allotments=allotments, legs=[FLIGHT]))
    party = [
        builders.person(name, "Hansen", email=build_email_address(event_id, name), needs=needs)
        for name, needs in (("Gone", ["flight"]), ("Left", []))
    ]
    gone, left = deployed.post(f"/events/{event_id}/registrations", {"party": party}).document["party"]
    deployed.wait_for(lambda: deployed.list_mails_to(build_email_address(event_id, "Gone")))
    version = deployed.build_manifest(event_id)["version"]
    here = f"/organiser/events/{event_id}"
    [reference] = assign_locators([builders.registration(id=gone["id"])]).values()
    booked = {"csv": f"reference;flight;locator\n{reference};DX123;X7K9PQ\n", "confirm": True}
    assert len(deployed.as_organiser("POST", f"{here}/bookings", booked).document["changes"]) == 1
    assert deployed.as_organiser("DELETE", f"{here}/registrations/{gone['id']}").status == 204

    def shown() -> Any:
        return deployed.as_organiser("GET", f"{here}/manifests/{version}").document["manifest"]

    deployed.wait_for(lambda: shown()["status"] == "withdrawn")
    deployed.wait_for(lambda: not account.query_items(deployed, event_id, f"MAIL#{gone['id']}"))
    assert [item["bookings"] for item in account.query_items(deployed, event_id, "BOOKED#")] == [{"M": {}}]
    deployed.wait_for(lambda: account.list_files(deployed, event_id) == ["manifest.json"])
    deployed.wait_for(lambda: gone["id"] not in str(account.query_items(deployed, event_id, f"REG#{left['id']}")))


def test_people_and_their_lists_are_deleted_when_their_time_is_over(
    deployed: DeployedSystem, account: Account
) -> None:
    """The clock finds an event that was long ago, and deletes registrations and files, a week after it was moved
    there."""
    event_id = "long-ago"
    deployed.create(event_id, **upcoming())
    deployed.register(event_id, "Per")
    deployed.build_manifest(event_id)
    document = builders.event_document(event_id)
    path = f"/organiser/events/{event_id}"
    assert deployed.as_organiser("PUT", path, document, If_Match='"1"').status == 409
    assert deployed.as_organiser("PUT", f"{path}?confirm=true", document, If_Match='"1"').status == 200
    account.invoke_scheduled(deployed.resources["Clock"])
    assert len(account.query_items(deployed, event_id, "REG#")) == 1
    account.end_grace_period(deployed, event_id)
    account.invoke_scheduled(deployed.resources["Clock"])
    assert account.query_items(deployed, event_id, "REG#") == []
    assert account.list_files(deployed, event_id) == []


def test_a_reminder_that_is_due_is_looked_at(deployed: DeployedSystem, account: Account) -> None:
    """Due at nine of this day, or of yesterday: the clock starts its broadcast, and the worker ends it.

    A person who has got the place this lately gets no reminder.
    """
    event_id = "soon"
    deployed.create(event_id, **upcoming(reminders=[31, 30]))
    deployed.register(event_id, "Rie")
    account.invoke_scheduled(deployed.resources["Clock"])

    def reminder() -> Any:
        (begun,) = account.query_items(deployed, event_id, "ROUND#")
        return begun["says"]["M"]["fact"]["S"], begun["state"]["S"]

    deployed.wait_for(lambda: reminder() == ("reminded", "done"))
    assert len(deployed.list_mails_to(build_email_address(event_id, "Rie"))) == 1


def test_counters_that_differ_are_told_until_they_do_not(deployed: DeployedSystem, account: Account) -> None:
    """The reconciler puts them on the organiser's list, and takes them off it again."""
    event_id = "miscounted"
    deployed.create(event_id, **upcoming())
    problems = f"/organiser/events/{event_id}/problems"
    for more, told in ((1, ["counters-differ"]), (-1, [])):
        account.add_taken(deployed, event_id, more)
        account.invoke_scheduled(deployed.resources["Reconciler"])
        listed = deployed.as_organiser("GET", problems).document["problems"]
        assert [each["kind"] for each in listed] == told


def test_nobody_else_is_let_in(deployed: DeployedSystem) -> None:
    """Without a session the organiser's calls are refused."""
    assert deployed.get("/organiser/events", Accept="application/json").status == 401


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_used_all_that_it_may(deployed: DeployedSystem, account: Account, function: str) -> None:
    """In all that was lived through above, which this stands behind: nothing in its policy is missing or spare."""
    assert rights.list_used_permissions(account, deployed, function) == rights.list_verifiable_permissions(
        function
    )
