"""The reconciler: what has drifted is found, and mended when that is asked for."""

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.aws import table, waitlist_keys
from chalicelib.aws.items import Put
from chalicelib.problems import EventNotFound, TooBusy
from chalicelib.programme import flows as programme_flows
from chalicelib.programme.model import Event
from chalicelib.reconciliation import recounting
from chalicelib.reconciliation.recounting import Difference
from chalicelib.registration import flows, offer_responses, overrides, store
from chalicelib.registration.model import Registration
from testing.registration_links import participant
from testing.world import (
    cancel_and_settle,
    check_counters,
    overwrite_counters,
    publish_with_places,
    read_statuses,
    register,
    register_party,
    reload,
    settle,
)
from tests.registration.hand import WHY
from tests.registration.overnight import change, overnight

pytestmark = pytest.mark.usefixtures("memory")


def lose(event: Event, entry: str) -> None:
    """Let an entry of the waitlist vanish."""
    key = {name: {"S": value} for name, value in waitlist_keys.waitlist_entry_key(event.id, entry).items()}
    table.client().delete_item(TableName="registrations", Key=key)


def differences(event: Event) -> list[tuple[str, str, int, int]]:
    return [(d.counter, d.name, d.written, d.counted) for d in recounting.recount(event.id).differences]


def mended(event: Event) -> None:
    """A recount changes nothing, a repair says what it found, and then nothing differs."""
    found, before = recounting.recount(event.id).differences, store.read_places(event.id)
    assert found
    assert store.read_places(event.id) == before
    assert recounting.repair(event.id).differences == found
    assert recounting.recount(event.id).differences == []
    check_counters(event.id)


@pytest.mark.parametrize("mode", ["automatic", "offer"])
def test_nothing_differs_after_a_busy_day(mode: str) -> None:
    """Parties, wishes, offers, holds, promotions, priorities, moves and cancellations keep their own books."""
    event = overnight(mode, place=6, single=1, bed=1)
    overrides.hold(event, "speakers", {"place": 1, "bus": 1}, clock.now())
    people = register_party(event, "Anna", "Bo", "Carl", needs={"Anna": ("single",), "Bo": ("bed", "bus")})
    waiting = register_party(event, "Dorte", "Emil", "Finn", "Gry", needs={"Dorte": ("bed",)})
    change(event, people[2], wait_for=("single", "bus"))
    singles = [register(event, name, ("bus",)) for name in ("Hans", "Ida", "Jens")]
    overrides.promote(event, singles[2].id, WHY, clock.now(), hold="speakers")
    overrides.prioritise(event.id, waiting[0].id, 1, WHY, clock.now())
    programme_flows.move_units(event.id, "bed", "single", 0, clock.now(), confirmed=False)
    cancel_and_settle(event, people[0], waiting[1])
    overrides.promote(event, waiting[2].id, WHY, clock.now(), overbook=True)
    overrides.hold(event, "speakers", {}, clock.now())
    settle(event)
    for who in filter(lambda each: each.status == "offered", list(store.list_registrations(event.id))):
        offer_responses.keep_place(participant(event.id, who.id), clock.now())
        settle(event)
    change(event, people[2], wait_for=())
    assert differences(event) == []
    before = store.read_places(event.id)
    assert recounting.repair(event.id).differences == []
    assert store.read_places(event.id) == before


DRIFTS = [
    ("SET #taken.place = :two", {"two": 2}, ("taken", "place", 2, 1)),
    ("SET #taken.bus = :minus", {"minus": -1}, ("taken", "bus", -1, 0)),
    ("SET #held.place = :two", {"two": 2}, ("held", "place", 2, 0)),
    ("SET #capacity.place = :two", {"two": 2}, ("capacity", "place", 2, 9)),
    ("SET line_length = :nine", {"nine": 9}, ("lines", "", 9, 0)),
    ("SET #lines.bed = :one", {"one": 1}, ("lines", "bed", 1, 0)),
]


@pytest.mark.parametrize(("expression", "values", "difference"), DRIFTS, ids=[each[0] for each in DRIFTS])
def test_a_counter_that_has_drifted_is_found_and_mended(
    expression: str, values: dict[str, int], difference: tuple[str, str, int, int]
) -> None:
    """Each counter on its own, with what is written and what is counted."""
    event = overnight()
    register(event, "Anna")
    overwrite_counters(event, expression, **values)
    assert differences(event) == [difference]
    mended(event)


def test_a_line_that_has_drifted_is_found_though_people_stand_in_it() -> None:
    """Fewer are written than wait: the line and the length of all differ."""
    event = publish_with_places(0)
    register(event, "Anna")
    register(event, "Bo")
    overwrite_counters(event, "SET #lines.place = :one, line_length = :one", one=1)
    assert differences(event) == [("lines", "place", 1, 2), ("lines", "", 1, 2)]
    mended(event)


def test_an_entry_that_is_missing_is_made_anew() -> None:
    """Of one person, of a party and of a wish: with the rank it had, so that each is helped in turn again."""
    event = overnight(place=2, single=0)
    first, anna = register(event, "First"), register(event, "Anna")
    change(event, anna, wait_for=("single",))
    bo = register(event, "Bo")
    people = register_party(event, "Carl", "Dorte", needs={"Dorte": ("bus",)})
    entries = store.read_waitlist(event.id)
    for entry in entries:
        lose(event, entry.key)
    assert set(differences(event)) == {("entries", entry.key, 0, 1) for entry in entries}
    mended(event)
    assert store.read_waitlist(event.id) == entries
    cancel_and_settle(event, first)
    assert read_statuses(bo, *people) == ["confirmed", "waiting", "waiting"]
    programme_flows.set_capacity(event.id, "place", 4, clock.now(), confirmed=False)
    settle(event)
    assert [reload(who).needs for who in people] == [("place",), ("place", "bus")]
    assert read_statuses(*people) == ["confirmed", "confirmed"]


def astray(event: Event, who: Registration, *others: Registration) -> str:
    """An entry of a participant who waits no more."""
    whose = f"{who.id}.{len(others) + 1}" if others else who.id
    line = f"place*{len(others) + 1}" if others else "place"
    key = f"{line}#5#2019-11-01T07:00:00.000000Z#{whose}"
    item: dict[str, Any] = dict(waitlist_keys.waitlist_entry_key(event.id, key))
    if others:
        item["members"] = [{"id": each.id, "needs": ["place"]} for each in (who, *others)]
    table.write(Put(item))
    return key


def test_an_entry_of_nobody_who_waits_is_taken_away() -> None:
    """Of one person, or of a party: while it is there the line is stuck, and then it moves on."""
    event = publish_with_places(2)
    people = [register(event, name) for name in ("Anna", "Bo")]
    waiting = register(event, "Carl")
    strays = {astray(event, people[0]), astray(event, *people)}
    assert set(differences(event)) == {("entries", key, 1, 0) for key in strays}
    mended(event)
    cancel_and_settle(event, people[0])
    assert read_statuses(waiting) == ["confirmed"]


def test_what_was_counted_wrongly_is_handed_on_once_it_is_mended() -> None:
    """A place that the counters had lost goes to the participant who waits for it."""
    event = publish_with_places(2)
    anna = register(event, "Anna")
    overwrite_counters(event, "SET #taken.place = :two", two=2)
    bo = register(event, "Bo")
    assert reload(bo).status == "waiting"
    recounting.repair(event.id)
    settle(event)
    assert read_statuses(anna, bo) == ["confirmed", "confirmed"]


def test_more_taken_than_there_is_is_no_drift() -> None:
    """An organiser wanted it so."""
    event = publish_with_places(0)
    anna = register(event, "Anna")
    overrides.promote(event, anna.id, WHY, clock.now(), overbook=True)
    assert differences(event) == []


def test_what_is_counted_is_as_it_was_at_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A participant cancels between reading the counters and reading the registrations: it is counted again."""
    event = publish_with_places(2)
    anna, real = register(event, "Anna"), store.list_registrations
    done: list[Registration] = []

    def registrations(*arguments: Any) -> Any:
        if not done:
            done.append(flows.cancel(participant(event.id, anna.id), clock.now()))
        return real(*arguments)

    monkeypatch.setattr(store, "list_registrations", registrations)
    assert recounting.repair(event.id).differences == []
    assert read_statuses(anna) == ["cancelled"]


def test_an_event_that_never_stands_still_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too busy, rather than a count of two moments."""
    event, real, names = publish_with_places(99), store.list_registrations, iter(range(10**6))

    def registrations(*arguments: Any) -> Any:
        register(event, f"P{next(names)}")
        return real(*arguments)

    monkeypatch.setattr(store, "list_registrations", registrations)
    with pytest.raises(TooBusy):
        recounting.recount(event.id)
    assert next(names) == recounting.MAX_ATTEMPTS


def test_an_event_that_is_not_there_is_not_counted() -> None:
    """No such event."""
    with pytest.raises(EventNotFound):
        recounting.recount("moon")


def test_a_difference_says_what_is_written_and_what_is_counted() -> None:
    """In the words that the organiser's answer has."""
    event = publish_with_places(2)
    overwrite_counters(event, "SET #taken.place = :one", one=1)
    [found] = recounting.recount(event.id).differences
    assert found == Difference(counter="taken", name="place", written=1, counted=0)
