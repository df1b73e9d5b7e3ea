"""What organisers do with an event's units over HTTP: moves, holds, and counting anew."""

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.programme.model import Event
from chalicelib.registration import moving_up, store
from testing import builders
from testing.world import check_counters, overwrite_counters, publish, read_statuses, register
from tests.web.browser import as_organiser, get

pytestmark = pytest.mark.usefixtures("aws")

EVENT = "leverandoerernes-oenskeseddel"
HERE = f"/organiser/events/{EVENT}"
LONG = "x" * 60


def open_event(**units: int) -> Event:
    capacities = {"place": 3, "single": 2, "bed": 0} | units
    return publish(builders.event(allotments=[builders.allotment(*each) for each in capacities.items()]))


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json_body["type"].rpartition("/")[2]


def hold(name: str, **units: int) -> Any:
    return as_organiser("PUT", f"{HERE}/holds/{name}", {"units": units})


def counts(name: str) -> dict[str, int]:
    [found] = [each for each in get(f"/events/{EVENT}").json_body["allotments"] if each["name"] == name]
    return {count: found[count] for count in ("capacity", "taken", "waiting", "left")}


def test_units_are_moved_and_the_line_moves() -> None:
    """Both allotments are answered as they are then."""
    event = open_event()
    waiting = register(event, "Anna", ("bed",))
    answer = as_organiser("POST", f"{HERE}/allotments/single/moves", {"to": "bed", "units": 2})
    assert (answer.status_code, answer.json_body) == (
        200,
        {
            "allotments": [
                {"name": "single", "capacity": 0, "taken": 0, "waiting": 0, "left": 0},
                {"name": "bed", "capacity": 2, "taken": 0, "waiting": 1, "left": 2},
            ]
        },
    )
    moving_up.settle(event.id, clock.now())
    assert read_statuses(waiting) == ["confirmed"]


def test_moves_that_cannot_be_are_refused() -> None:
    """To itself, of none, to nowhere; of what is taken only if confirmed, and of what is held not at all."""
    event = open_event()
    register(event, "Anna", ("single",))
    hold("speakers", single=1)
    moves = f"{HERE}/allotments/single/moves"
    fields = [({"to": "single", "units": 1}, "to"), ({"to": "bed", "units": 0}, "units"), ({"units": 1}, "to")]
    for body, field in fields:
        refused = as_organiser("POST", moves, body)
        assert (refused.status_code, [each["field"] for each in refused.json_body["errors"]]) == (422, [field])
    assert as_organiser("POST", moves, {"to": "yacht", "units": 1}).status_code == 404
    assert as_organiser("POST", f"{HERE}/allotments/yacht/moves", {"to": "bed", "units": 1}).status_code == 404
    assert problem(as_organiser("POST", moves, {"to": "bed", "units": 1})) == (409, "below-taken")
    both = {"to": "bed", "units": 2, "confirm": True}
    assert problem(as_organiser("POST", moves, both)) == (409, "below-held")
    assert counts("bed")["capacity"] == 0
    assert as_organiser("POST", moves, {"to": "bed", "units": 1, "confirm": True}).status_code == 200
    assert (counts("single")["capacity"], counts("bed")["capacity"]) == (1, 1)


def test_units_moved_from_a_version_that_is_named_are_moved_once() -> None:
    """Repeated with the same If-Match it is refused, and nothing moves a second time."""
    open_event()
    event = as_organiser("GET", HERE)
    moves, tag = f"{HERE}/allotments/place/moves", event.headers["ETag"]
    answers = [as_organiser("POST", moves, {"to": "bed", "units": 1}, If_Match=tag) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 412]
    assert (counts("place")["capacity"], counts("bed")["capacity"]) == (2, 1)


def test_holds_are_listed_changed_and_ended() -> None:
    """By name; what is held is no more left, and counts in the capacity."""
    open_event()
    assert hold("speakers", place=2).json_body == {"holds": [{"name": "speakers", "units": {"place": 2}}]}
    assert hold("guests", place=1, single=0).json_body["holds"][0] == {"name": "guests", "units": {"place": 1}}
    assert counts("place") == {"capacity": 3, "taken": 0, "waiting": 0, "left": 0}
    [shown] = as_organiser("GET", "/organiser/events").json_body["events"]
    assert shown["counts"][0]["held"] == 3
    listed = as_organiser("GET", f"{HERE}/holds").json_body["holds"]
    assert [(each["name"], each["units"]) for each in listed] == [
        ("guests", {"place": 1}),
        ("speakers", {"place": 2}),
    ]
    assert hold("speakers", place=1).status_code == 200
    ended = as_organiser("DELETE", f"{HERE}/holds/speakers")
    assert (ended.status_code, ended.json_body["holds"]) == (200, [{"name": "guests", "units": {"place": 1}}])
    assert as_organiser("DELETE", f"{HERE}/holds/speakers").status_code == 200
    assert counts("place")["left"] == 2
    check_counters(EVENT)


def test_a_hold_that_ends_lets_in_as_many_as_it_had() -> None:
    """Of four who wait, one gets in for each unit."""
    event = open_event()
    hold("speakers", place=2)
    people = [register(event, name) for name in ("Anna", "Bo", "Carl", "Dorte", "Emil")]
    as_organiser("DELETE", f"{HERE}/holds/speakers")
    moving_up.settle(event.id, clock.now())
    assert read_statuses(*people) == ["confirmed"] * 3 + ["waiting"] * 2


def test_holds_that_cannot_be_are_refused() -> None:
    """More than is free, less than nothing, of what is not there, or under a name without end."""
    open_event()
    assert problem(hold("speakers", place=4)) == (409, "not-free")
    assert [each["field"] for each in hold("speakers", place=-1).json_body["errors"]] == ["units.place"]
    assert hold("speakers", yacht=1).status_code == 404
    assert hold(LONG + "x", place=1).status_code == 404
    assert as_organiser("PUT", f"{HERE}/holds/speakers", {"place": 1}).status_code == 422
    for method, body in (("GET", b""), ("PUT", {"units": {}}), ("DELETE", b"")):
        path = "/organiser/events/moon/holds" + ("" if method == "GET" else "/speakers")
        assert as_organiser(method, path, body).status_code == 404
    assert store.read_places(EVENT).holds == {}


@pytest.mark.parametrize("name", ["taken", "capacity", "d%C3%B8v%20%26%20tegn", "a.b", "%23n0", LONG])
def test_a_hold_may_be_called_anything(name: str) -> None:
    """Also by a word of the table's own, with signs and spaces, or with as many signs as there may be."""
    event = open_event(place=1)
    shown = hold(name, place=1).json_body["holds"]
    assert (len(shown), shown[0]["units"]) == (1, {"place": 1})
    anna = register(event, "Anna")
    path = f"{HERE}/registrations/{anna.id}/promotion"
    answer = as_organiser("POST", path, {"reason": "speaks", "hold": shown[0]["name"]})
    assert answer.json_body["registration"]["status"] == "confirmed"
    assert as_organiser("DELETE", f"{HERE}/holds/{name}").json_body == {"holds": []}
    check_counters(EVENT)


def test_an_event_is_counted_anew_and_mended_on_command() -> None:
    """What differs is told, and stays so until it is to be mended."""
    event = open_event()
    register(event, "Anna")
    path = f"{HERE}/recount"
    assert as_organiser("POST", path).json_body == {"differences": [], "repaired": False}
    overwrite_counters(event, "SET #taken.place = :two", two=2)
    differs = [{"counter": "taken", "name": "place", "written": 2, "counted": 1}]
    for body, repaired in ((b"", False), ({"repair": False}, False), ({"repair": True}, True)):
        assert as_organiser("POST", path, body).json_body == {"differences": differs, "repaired": repaired}
    assert as_organiser("POST", path, {"repair": True}).json_body["differences"] == []
    assert as_organiser("POST", path, {"repair": "perhaps"}).status_code == 422
    assert as_organiser("POST", "/organiser/events/moon/recount").status_code == 404
    check_counters(EVENT)
