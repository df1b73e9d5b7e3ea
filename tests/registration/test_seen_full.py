"""A participant who comes to what was full a moment ago."""

import time
from collections import Counter

import pytest

from chalicelib.programme import store as programme_store
from chalicelib.registration import flows
from testing import builders
from testing.dynamodb.client import Client
from testing.world import cancel_and_settle, check_counters, publish_with_places, register, reload, settle

ROOM = builders.allotment("room", 1)


@pytest.fixture
def calls(memory: Client) -> Counter[str]:
    """How many calls of each kind the table got."""
    made: Counter[str] = Counter()
    memory.before = lambda operation, _request: made.update([operation])
    return made


def test_the_line_is_joined_without_a_refusal_before(calls: Counter[str]) -> None:
    """One transaction for each, also when the event itself has to be read first, in one call with its places."""
    event = publish_with_places(1)
    register(event, "Anna")
    register(event, "Bo")
    programme_store.clear_cache()
    calls.clear()
    assert register(event, "Carla").status == "waiting"
    assert calls == {"BatchGetItem": 1, "TransactWriteItems": 1}
    calls.clear()
    assert register(event, "Dan").status == "waiting"
    assert calls == {"TransactWriteItems": 1}
    check_counters(event.id)


@pytest.mark.usefixtures("memory")
def test_what_has_come_free_since_is_had() -> None:
    """No one stands in line for what there is."""
    event = publish_with_places(1)
    anna = register(event, "Anna")
    bo = register(event, "Bo")
    cancel_and_settle(event, anna, bo)
    assert register(event, "Carla").status == "confirmed"
    check_counters(event.id)


@pytest.mark.usefixtures("memory")
def test_what_somebody_waits_for_is_what_is_full_now() -> None:
    """The room was full when it was last seen, and so is the place by now."""
    event = publish_with_places(3, ROOM)
    register(event, "Anna", ("room",))
    assert register(event, "Bo", ("room",)).status == "waiting"
    seen = programme_store.get_cached_places(event.id)
    register(event, "Carla")
    register(event, "Dan")
    assert seen
    programme_store.cache_places(event.id, seen)
    erik = register(event, "Erik", ("room",))
    assert erik.history[0]["waiting_for"] == ["place", "room"]
    assert flows.load_standing(reload(erik)).position == 2


@pytest.mark.usefixtures("memory")
def test_whoever_needs_nothing_of_what_was_full_gets_a_place() -> None:
    """The room is full, and who comes does not want it."""
    event = publish_with_places(2, ROOM)
    register(event, "Anna", ("room",))
    register(event, "Bo", ("room",))
    settle(event)
    assert register(event, "Carla").status == "confirmed"


@pytest.mark.usefixtures("memory")
def test_what_was_seen_is_good_for_a_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """No longer than the event itself is."""
    event = publish_with_places(1)
    register(event, "Anna")
    register(event, "Bo")
    assert programme_store.get_cached_places(event.id)
    later = time.monotonic() + programme_store.CACHE_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert programme_store.get_cached_places(event.id) is None
    programme_store.cache_places(event.id, {})
    assert programme_store.get_cached_places(event.id) is None
