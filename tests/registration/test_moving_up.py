"""Moving up by the event's rules as they are now, automatically or by the organiser."""

import pytest

from chalicelib import clock
from chalicelib.aws.table import ConditionFailed
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import changing, flows, promotions, rules, store
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.rules import Promotion
from testing import builders
from testing.registration_links import participant
from testing.world import cancel_and_settle, publish, read_statuses, register, settle
from tests.registration.overnight import KINDS, change, needs, overnight

pytestmark = pytest.mark.usefixtures("memory")


def decided_by_hand() -> Event:
    """An event that offers nothing any more: its list is closed."""
    allotments = [builders.allotment("place", 2), builders.allotment("room", 0)]
    closed = {"mode": "offer", "list_deadline": clock.now().isoformat()}
    return publish(builders.event(allotments=allotments, waitlist=closed))


def test_what_nobody_in_line_could_use_is_free_while_the_organiser_decides() -> None:
    """Anna waits for a room; a place that comes free is no use to her, and a newcomer has it."""
    event = decided_by_hand()
    first, second = register(event, "First"), register(event, "Second")
    anna = register(event, "Anna", ("room",))
    cancel_and_settle(event, first)
    newcomer = register(event, "Newcomer")
    assert read_statuses(second, anna, newcomer) == ["confirmed", "waiting", "confirmed"]


def test_a_move_holds_only_while_nothing_more_is_freed() -> None:
    """Carl is held up by the room, so Dorte is to have the place; before she has it, the room is given back, and
    Carl, who stood ahead, has both."""
    allotments = [builders.allotment("place", 2), builders.allotment("room", 1)]
    event = publish(builders.event(allotments=allotments))
    anna, bo = register(event, "Anna", ("room",)), register(event, "Bo")
    carl, dorte = register(event, "Carl", ("room",)), register(event, "Dorte")
    flows.cancel(participant(event.id, bo.id), clock.now())
    places = store.read_places(event.id)
    move = next(rules.decide_promotions(places, lambda line: store.read_line(event.id, line)))
    assert isinstance(move, Promotion)
    assert [*move.entry.members] == [dorte.id]
    changing.change(event, participant(event.id, anna.id), ChangeRequest(needs=()), clock.now())
    with pytest.raises(ConditionFailed):
        promotions.promote(event.id, move, places, clock.now())
    settle(event)
    assert read_statuses(anna, carl, dorte) == ["confirmed", "confirmed", "waiting"]


def test_what_somebody_in_line_could_use_is_the_organisers_to_give() -> None:
    """Bo waits for a place: one that comes free is neither his by itself nor a newcomer's."""
    event = decided_by_hand()
    first, second = register(event, "First"), register(event, "Second")
    bo = register(event, "Bo")
    cancel_and_settle(event, first)
    newcomer = register(event, "Newcomer")
    settle(event)
    assert read_statuses(second, bo, newcomer) == ["confirmed", "waiting", "waiting"]


def test_what_a_wish_excludes_is_as_the_event_says_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rooms no longer exclude each other: no one's bed is taken by the event of some seconds ago."""
    event = overnight(single=1)
    holder, anna = register(event, "Holder", ("single",)), register(event, "Anna", ("bed",))
    change(event, anna, wait_for=("single",))
    settle(event)
    both = [builders.allotment(name, event.capacities[name]) for name in KINDS]
    changed = builders.event(allotments=both)
    programme_flows.put(changed, 1, clock.now())
    monkeypatch.setattr(programme_store, "read_cached", lambda _: event)
    cancel_and_settle(event, holder)
    assert needs(anna) == [("place", "single", "bed")]


def test_a_change_of_the_choices_is_seen_by_whoever_is_moving_people_up() -> None:
    """What was read before it no longer holds."""
    event = overnight()
    before = programme_store.read_current(event.id)
    both = [builders.allotment(name, event.capacities[name]) for name in KINDS]
    freed = store.read_places(event.id).free_revision
    programme_flows.put(builders.event(allotments=both), before.version, clock.now())
    assert store.read_places(event.id).free_revision == freed + 1
