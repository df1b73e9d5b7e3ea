"""Notes in a registration's history."""

from datetime import timedelta

import pytest

from chalicelib import clock, facts
from chalicelib.aws import table
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.table import ConditionFailed
from chalicelib.facts import MailBounced
from chalicelib.registration import flows, moving_up, offer_responses, store
from chalicelib.registration.access import Access
from chalicelib.registration.model import Registration
from chalicelib.registration.notes import build_note
from testing import builders
from testing.registration_links import participant
from testing.world import check_counters, publish, register

pytestmark = pytest.mark.usefixtures("memory")


def _bounce(who: Registration) -> MailBounced:
    return MailBounced(
        event_id=who.event_id,
        registration_id=who.id,
        revision=0,
        at=format_timestamp(clock.now()),
        mail=f"{who.id}.0001.joined",
        reason="General",
    )


def _offered() -> tuple[Registration, Registration]:
    """A participant who is offered the one place there is, and the next in line."""
    window = builders.event_document()["registration"]
    event = publish(
        builders.event(
            allotments=[builders.allotment("place", 1)], waitlist={"mode": "offer"}, registration=window
        )
    )
    anna, bo, carl = (register(event, name) for name in ("Anna", "Bo", "Carl"))
    flows.cancel(participant(event.id, anna.id), clock.now())
    moving_up.settle(event.id, clock.now())
    return bo, carl


def test_a_note_is_the_last_fact_and_changes_nothing_else() -> None:
    """The registration stays as it was, with one more entry and revision."""
    who = register(publish(builders.event()), "Anna")
    table.write(build_note(_bounce(who)))
    noted = flows.load_registration(Access(who.event_id, who.id))
    assert noted.history == (
        *who.history,
        facts.to_history_entry(_bounce(noted)) | {"at": noted.history[-1]["at"]},
    )
    assert (noted.status, noted.needs, noted.revision) == (who.status, who.needs, 2)
    check_counters(who.event_id)


def test_nothing_is_noted_about_nobody() -> None:
    """A registration that is not there is not made by a note."""
    who = builders.registration()
    with pytest.raises(ConditionFailed):
        table.write(build_note(_bounce(who)))
    assert store.find(who.event_id, who.id) is None


@pytest.mark.parametrize("answer", [offer_responses.accept, offer_responses.decline, offer_responses.keep_place])
def test_an_offer_is_answered_over_a_note(answer: object) -> None:
    """Before and after: the same answer, given again, is still the same."""
    assert callable(answer)
    bo, _ = _offered()
    table.write(build_note(_bounce(bo)))
    first = answer(participant(bo.event_id, bo.id), clock.now())
    table.write(build_note(_bounce(bo)))
    assert answer(participant(bo.event_id, bo.id), clock.now()).status == first.status
    check_counters(bo.event_id)


def test_an_offer_ends_over_a_note() -> None:
    """A participant who did not answer is told so, also after a mail came back."""
    bo, _ = _offered()
    clock.advance(timedelta(days=2))
    flows.expire(bo.event_id, bo.id, clock.now())
    table.write(build_note(_bounce(bo)))
    ended = flows.load_registration(Access(bo.event_id, bo.id))
    assert (ended.status, offer_responses.find_last_answer(ended)) == ("cancelled", "expired")
    check_counters(bo.event_id)
