"""Changes that meet other changes, against the table."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.aws.retry import MAX_ATTEMPTS
from chalicelib.problems import NotFree, RegistrationIsCancelled, TooBusy
from chalicelib.programme import flows as programme_flows
from chalicelib.registration import flows, rules, store
from chalicelib.registration.model import Registration
from testing import builders
from testing.registration_links import participant
from testing.world import check_counters, read_statuses, register, reload
from tests.registration.overnight import change, needs, overnight, refused

pytestmark = pytest.mark.usefixtures("memory")


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen once, after a change has read the places and before it writes."""
    real, done = rules.is_settled, list[bool]()

    def settled(places: Any) -> bool:
        if not done:
            done.append(True)
            act()
        return real(places)

    monkeypatch.setattr(rules, "is_settled", settled)


def test_the_last_unit_taken_meanwhile_is_not_taken_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another participant had the bus seat between reading and writing: looked at again, it is not free."""
    event = overnight(bus=1)
    anna = register(event, "Anna")
    meanwhile(monkeypatch, lambda: register(event, "Faster", ("bus",)))
    refused(event, anna, NotFree, needs=("bus",))


def test_a_wish_for_what_was_taken_meanwhile_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was free when it was looked at, and is not when it is written: the wish stands in line."""
    event = overnight(bus=1)
    anna = register(event, "Anna")
    meanwhile(monkeypatch, lambda: register(event, "Faster", ("bus",)))
    assert change(event, anna, wait_for=("bus",)).wishes == ("bus",)
    check_counters(event.id)


def test_a_change_of_what_was_cancelled_meanwhile_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The person cancelled in another window between reading and writing: nothing is taken."""
    event = overnight(bus=1)
    anna = register(event, "Anna")
    meanwhile(monkeypatch, lambda: flows.cancel(participant(event.id, anna.id), clock.now()))
    with pytest.raises(RegistrationIsCancelled):
        change(event, anna, needs=("bus",))
    assert (read_statuses(anna), store.read_places(event.id).taken["bus"]) == (["cancelled"], 0)


def test_two_windows_that_change_different_details_both_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone number written in one window is not undone by a name written in the other."""
    event = overnight()
    anna = register(event, "Anna")
    meanwhile(monkeypatch, lambda: change(event, anna, details={"phone": "+4520123456"}))
    who = change(event, anna, details={"given_name": "Anne"}, needs=("bus",)).attendee
    assert (who.given_name, who.phone) == ("Anne", "+4520123456")


def test_a_change_that_never_finds_a_quiet_moment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the places change between each reading and writing: too busy, and nothing is written."""
    event = overnight()
    anna = register(event, "Anna")
    real, others = rules.is_settled, list[Registration]()

    def settled(places: Any) -> bool:
        others.append(register(event, f"P{len(others)}"))
        return real(places)

    monkeypatch.setattr(rules, "is_settled", settled)
    with pytest.raises(TooBusy):
        change(event, anna, needs=("bus",))
    assert (needs(anna), len(others)) == ([("place",)], MAX_ATTEMPTS)


def test_an_event_remembered_wrongly_is_read_again() -> None:
    """An allotment was removed a second ago: no one is left waiting for it."""
    with_bus = overnight(bus=0)
    anna = register(with_bus, "Anna")
    programme_flows.put(builders.event(allotments=[builders.allotment("place", 9)]), 1, clock.now())
    with pytest.raises(TooBusy):
        change(with_bus, anna, wait_for=("bus",))
    assert reload(anna).entry_keys == ()
