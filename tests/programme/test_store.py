"""Events in the table, read: one, all, or none."""

import pytest

from chalicelib import clock
from chalicelib.problems import EventNotFound
from chalicelib.programme import flows, store
from testing import builders
from testing.world import publish

pytestmark = pytest.mark.usefixtures("aws")


def test_events_are_listed_the_earliest_first() -> None:
    """All events, in the order they take place, as they were put in."""
    late = publish(builders.event("b-late"))
    early = publish(builders.event("z-early", starts_at="2019-12-01T09:00"))
    assert [stored.event for stored in store.read_all()] == [early, late]
    assert store.read_event_ids() == ["b-late", "z-early"]


def test_an_event_is_put_in_once() -> None:
    """Loading the programme again leaves what an organiser has changed."""
    event = publish(builders.event())
    flows.set_capacity(event.id, "place", 40, clock.now(), confirmed=False)
    assert not flows.create_if_absent(event, clock.now())
    assert store.read_cached(event.id).capacities == {"place": 40}


def test_no_programme_is_an_empty_list() -> None:
    """Before anything is loaded there are no events."""
    assert (store.read_all(), store.read_event_ids()) == ([], [])


def test_an_unknown_event_is_not_found() -> None:
    """Asking for what is not there says so."""
    with pytest.raises(EventNotFound):
        store.read_cached("moon")
