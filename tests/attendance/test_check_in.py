"""Checking in at the door, against the table."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import clock
from chalicelib.attendance import check_in
from chalicelib.problems import LinkNotValid, NoPlace
from chalicelib.programme.model import ZONE
from chalicelib.registration import flows, offer_responses
from chalicelib.registration.access import Access
from chalicelib.registration.model import Registration
from testing.registration_links import participant
from testing.world import cancel_and_settle, list_fact_kinds, publish_with_places, register, reload, settle

pytestmark = pytest.mark.usefixtures("memory")


def come(who: Registration) -> Registration:
    return check_in.check_in(Access(who.event_id, who.id), clock.now(), clock.now())


def test_they_came_once() -> None:
    """Told again, it stays at the first time; it can be taken back, and told anew."""
    event = publish_with_places(9)
    anna = register(event, "Anna")
    assert anna.checked_in_at is None
    first = come(anna).checked_in_at
    clock.advance(timedelta(minutes=5))
    assert come(anna).checked_in_at == first
    assert check_in.undo(Access(event.id, anna.id), clock.now()).checked_in_at is None
    assert check_in.undo(Access(event.id, anna.id), clock.now()).checked_in_at is None
    again = come(anna).checked_in_at
    assert first is not None
    assert again is not None
    assert again >= first + timedelta(minutes=5)
    assert list_fact_kinds(anna) == ["confirmed", "checked-in", "check-in-undone", "checked-in"]


def test_what_is_told_later_was_then_and_never_still_to_come() -> None:
    """A door without network tells afterwards; a clock that is ahead counts as now."""
    event = publish_with_places(9)
    anna, bo = register(event, "Anna"), register(event, "Bo")
    then = clock.now() - timedelta(minutes=1)
    assert check_in.check_in(Access(event.id, anna.id), then, clock.now()).checked_in_at == then
    moment = clock.now()
    assert check_in.check_in(Access(event.id, bo.id), moment + timedelta(hours=1), moment).checked_in_at == moment


def test_only_who_has_a_place_comes() -> None:
    """Waiting, offered or cancelled they have none; an unknown id is not found."""
    event = publish_with_places(1, mode="offer")
    first, anna, bo = (register(event, name) for name in ("First", "Anna", "Bo"))
    cancel_and_settle(event, first)
    for who in (first, anna, bo):
        with pytest.raises(NoPlace):
            come(who)
    with pytest.raises(LinkNotValid):
        check_in.check_in(Access(event.id, "nobody"), clock.now(), clock.now())
    offer_responses.accept(participant(event.id, anna.id), clock.now())
    assert come(anna).checked_in_at is not None


def test_a_guest_who_cancels_after_a_mistaken_check_in_and_registers_anew_has_not_come() -> None:
    """The check-in is undone before the registration can be cancelled, and says nothing of the next one."""
    event = publish_with_places(9)
    anna = register(event, "Anna")
    come(anna)
    check_in.undo(Access(event.id, anna.id), clock.now())
    flows.cancel(participant(event.id, anna.id), clock.now())
    settle(event)
    assert reload(register(event, "Anna", key="again")).checked_in_at is None


@pytest.mark.parametrize("long_ago", [datetime(666, 5, 1, tzinfo=UTC), datetime.min.replace(tzinfo=ZONE)])
def test_nobody_came_ages_ago(long_ago: datetime) -> None:
    """A door whose clock stands in another age says nothing that could not be read again."""
    event = publish_with_places(9)
    anna, moment = register(event, "Anna"), clock.now()
    assert (
        check_in.check_in(Access(event.id, anna.id), long_ago, moment).checked_in_at
        == moment - check_in.MAX_BACKDATING
    )
