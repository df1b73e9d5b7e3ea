"""What registering asks of DynamoDB: calls, and the units they take up.

The event's description is in the function's memory, as it is for some seconds after each look at it.
"""

from dataclasses import dataclass, field
from typing import Any

from chalicelib import clock
from chalicelib.auth.sessions import issue_token
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from infra.programme import load
from testing import builders
from testing.dynamodb.capacity import sum_consumed_units
from testing.dynamodb.client import Client
from testing.world import publish
from tests.web.browser import call, get, post, start_session

LEGS = ["flight_out", "transfer_out", "transfer_home", "flight_home"]


@dataclass
class Calls:
    """The operations that were asked for, in order, and what those that were done took up."""

    client: Client
    made: list[str] = field(default_factory=list)
    units: float = 0

    def __post_init__(self) -> None:
        self.client.before, self.client.after = self._before, self._after

    def _before(self, operation: str, request: dict[str, Any]) -> None:
        request["ReturnConsumedCapacity"] = "TOTAL"
        self.made.append(operation)

    def _after(self, operation: str, _request: dict[str, Any], answer: dict[str, Any]) -> None:
        if operation == "TransactWriteItems":
            self.units += sum_consumed_units(answer)


def meeting() -> Event:
    return publish(load.load_event(load.SHIPPED_FOLDER / "doegnmoede-bornholm.yaml"))


def register(event: Event, given_name: str = "Søren", **details: Any) -> dict[str, Any]:
    """The registration, made while the event is in memory."""
    programme_store.read_cached(event.id)
    answer = post(f"/events/{event.id}/registrations", builders.person(given_name, **details))
    assert answer.status_code == 201, answer.body
    registration: dict[str, Any] = answer.json_body["registration"]
    return registration


def counted(memory: Client, event: Event, given_name: str = "Søren", **details: Any) -> tuple[list[str], float]:
    programme_store.read_cached(event.id)
    calls = Calls(memory)
    register(event, given_name, **details)
    return calls.made, calls.units


def test_a_free_place_takes_one_call(memory: Client) -> None:
    """One transaction of three items (the limit for its network is one), each of a kilobyte at most with all
    details told: six units."""
    assert counted(memory, meeting(), **builders.ALL_DETAILS) == (["TransactWriteItems"], 6)


def test_without_details_it_takes_the_same(memory: Client) -> None:
    """A transaction costs two units for each item, however small."""
    assert counted(memory, publish(builders.event())) == (["TransactWriteItems"], 6)


def test_past_a_crowd_in_many_lines_it_takes_eight_units(memory: Client) -> None:
    """Where people wait in every line that there may be, these make the counters larger than a kilobyte; whoever
    needs nothing that they wait for still gets in by one call, once the first has put it on record."""
    event = meeting()
    programme_flows.set_capacity(event.id, "single_room", 0, clock.now(), confirmed=False)
    for number in range(16):
        needs = [leg for place, leg in enumerate(LEGS) if number >> place & 1]
        register(event, f"P{number}", needs=["single_room", *needs])
    without = {**builders.ALL_DETAILS, "needs": [*LEGS, "shared_bed"]}
    register(event, "First", **without)
    assert counted(memory, event, **without) == (["TransactWriteItems"], 8)


def test_waiting_takes_one_call_more(memory: Client) -> None:
    """A transaction of four items joins the line, and a read tells how it stands there."""
    event = publish(builders.event(allotments=[builders.allotment("place", 0)]))
    assert counted(memory, event) == (["TransactWriteItems", "GetItem"], 8)


def test_waiting_for_what_went_just_now_takes_two(memory: Client) -> None:
    """What is full refuses, where it was free when it was last seen."""
    event = publish(builders.event(allotments=[builders.allotment("place", 1)]))
    register(event, "First")
    made, units = counted(memory, event)
    assert (made, units) == (["TransactWriteItems", "TransactWriteItems", "GetItem"], 8)


def test_waiting_behind_others_takes_the_same(memory: Client) -> None:
    """The hundredth is told without anybody being counted."""
    event = publish(builders.event(allotments=[builders.allotment("place", 0)]))
    for number in range(3):
        register(event, f"P{number}")
    calls = Calls(memory)
    assert register(event, "Last")["waiting"] == {"position": 4, "for": ["place"]}
    assert calls.made == ["TransactWriteItems", "GetItem"]


def test_looking_at_a_registration_takes_one_call(memory: Client) -> None:
    """Its own item says all about one that is confirmed."""
    event = publish(builders.event())
    link = register(event)["links"]["self"]
    calls = Calls(memory)
    assert get(link).status_code == 200
    assert calls.made == ["GetItem"]


def counted_change(memory: Client, event: Event, method: str, path: str, body: Any) -> list[str]:
    """What an organiser's call asks for, the session's check included, while the event is in memory."""
    programme_store.read_cached(event.id)
    session, calls = start_session(), Calls(memory)
    answer = call(method, f"/organiser/events/{event.id}/registrations/{path}", body, session)
    assert answer.status_code == 200, answer.body
    return calls.made


def test_changing_a_phone_number_takes_three_calls(memory: Client) -> None:
    """It is read to understand the change, read with the places to decide, and written; the answer is what was
    written."""
    event = publish(builders.event())
    link = register(event)["links"]["self"]
    calls = Calls(memory)
    assert call("PATCH", link, {"phone": "20 12 34 56"}).status_code == 200
    assert calls.made == ["GetItem", "BatchGetItem", "TransactWriteItems"]


def test_checking_in_takes_three_calls(memory: Client) -> None:
    """The session's check, the registration, and the write; so does taking it back."""
    event = publish(builders.event())
    path = f"{register(event)['id']}/check-in"
    assert counted_change(memory, event, "POST", path, {}) == ["GetItem", "GetItem", "UpdateItem"]
    assert counted_change(memory, event, "DELETE", path, b"") == ["GetItem", "GetItem", "UpdateItem"]


def test_checking_in_at_the_door_takes_as_many(memory: Client) -> None:
    """Door staff get a name in answer, of the registration that was written."""
    event = publish(builders.event())
    path = f"/organiser/events/{event.id}/registrations/{register(event)['id']}/check-in"
    token = issue_token("door@network.example", clock.now())
    calls = Calls(memory)
    assert call("POST", path, {}, {"Authorization": f"Bearer {token}"}).status_code == 200
    assert calls.made == ["GetItem", "GetItem", "UpdateItem"]


def test_a_promotion_out_of_turn_takes_four_calls_and_one_for_each_further_line(memory: Client) -> None:
    """The session's check, the registration with the places, the head of each line, and the write."""
    allotments = [builders.allotment("place", 0), builders.allotment("room", 0)]
    event = publish(builders.event(allotments=allotments))
    first, second = register(event, "First"), register(event, "Second")
    body = {"reason": "They speak", "confirm": True}
    made = counted_change(memory, event, "POST", f"{first['id']}/promotion", body)
    assert made == ["GetItem", "BatchGetItem", "Query", "TransactWriteItems"]
    register(event, "Third", needs=["room"])
    made = counted_change(memory, event, "POST", f"{second['id']}/promotion", body)
    assert made == ["GetItem", "BatchGetItem", "Query", "Query", "TransactWriteItems"]
