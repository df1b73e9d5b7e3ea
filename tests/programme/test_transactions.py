"""Events that are written: versions follow each other, and capacities agree with them."""

from collections.abc import Sequence

import pytest

from chalicelib import clock
from chalicelib.aws import key_grammar, keys, table
from chalicelib.aws.items import Item, Update
from chalicelib.aws.keys import format_timestamp
from chalicelib.problems import AllotmentInUse, BelowTaken, NotFound, VersionOutdated
from chalicelib.programme import flows, store, transactions
from chalicelib.programme.versions import Version
from chalicelib.registration import flows as registration_flows
from chalicelib.registration import store as registration_store
from testing import builders
from testing.world import check_counters, publish, register

pytestmark = pytest.mark.usefixtures("aws")


def test_a_lost_update_is_refused() -> None:
    """A change of a version that is no longer the latest is refused, and nothing is written."""
    event = publish(builders.event())
    flows.put(event, 1, clock.now())
    with pytest.raises(VersionOutdated):
        flows.put(builders.event(starts_at="2020-05-05T14:00"), 1, clock.now())
    with pytest.raises(VersionOutdated):
        flows.put(event, None, clock.now())
    assert store.read_current(event.id) == store.StoredEvent(event, 2)


def test_a_race_for_the_same_version_has_one_winner() -> None:
    """Two who read the same version: the second write is refused by the table itself."""
    event = publish(builders.event())
    read = store.read_current(event.id)
    second = Version(2, format_timestamp(clock.now()))
    transactions.replace(read, event, second)
    with pytest.raises(VersionOutdated):
        transactions.replace(read, event, second)


def test_a_capacity_is_changed_though_the_places_changed_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a lost race it is checked and written again, on what is held by then."""
    event = publish(builders.event())
    get_many = table.get_many

    def set_aside_after_the_first_read(wanted: Sequence[key_grammar.Key]) -> list[Item]:
        monkeypatch.setattr(table, "get_many", get_many)
        items = get_many(wanted)
        table.write(Update.set(keys.places_key(event.id), {"held": {"place": 2}}))
        return items

    monkeypatch.setattr(table, "get_many", set_aside_after_the_first_read)
    assert flows.set_capacity(event.id, "place", 40, clock.now(), confirmed=False).version == 2
    assert registration_store.read_places(event.id).capacity == {"place": 38}


def test_lowering_below_what_is_taken_needs_confirmation() -> None:
    """Three have a place: down to three is fine, to two only when confirmed, and all three keep theirs."""
    event = publish(builders.event())
    for name in ("Anna", "Bo", "Carl"):
        register(event, name)
    flows.set_capacity(event.id, "place", 3, clock.now(), confirmed=False)
    with pytest.raises(BelowTaken) as refused:
        flows.set_capacity(event.id, "place", 2, clock.now(), confirmed=False)
    assert refused.value.parameters == {"allotment": {"da": "Plads", "en": "Place"}, "taken": 3, "capacity": 2}
    flows.set_capacity(event.id, "place", 2, clock.now(), confirmed=True)
    places = registration_store.read_places(event.id)
    assert (places.capacity, places.taken) == ({"place": 2}, {"place": 3})
    assert register(event, "Dorte").status == "waiting"


def test_an_allotment_can_be_added_and_removed_while_it_is_not_in_use() -> None:
    """A new allotment starts with nothing taken; one in use stays."""
    event = publish(builders.event())
    both = builders.event(allotments=[builders.allotment("place", 30), builders.allotment("bus", 1)])
    flows.put(both, 1, clock.now())
    registered = register(both, "Anna", ("bus",))
    waiting = register(both, "Bo", ("bus",))
    assert (registered.status, registration_flows.load_standing(waiting).waiting_for) == ("confirmed", ("bus",))
    with pytest.raises(AllotmentInUse):
        flows.put(event, 2, clock.now())
    check_counters(event.id)


def test_an_unused_allotment_goes() -> None:
    """It is not in use: its counters go with it."""
    both = builders.event(allotments=[builders.allotment("place", 30), builders.allotment("bus", 1)])
    publish(both)
    flows.put(builders.event(), 1, clock.now())
    assert registration_store.read_places(both.id).taken == {"place": 0}


def test_capacity_of_an_unknown_allotment_is_not_found() -> None:
    """There is nothing to raise."""
    event = publish(builders.event())
    with pytest.raises(NotFound):
        flows.set_capacity(event.id, "yacht", 1, clock.now(), confirmed=False)
