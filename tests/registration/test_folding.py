"""Registrations whose history is folded: nothing that anyone does with them locks them."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock, facts
from chalicelib.attendance import check_in
from chalicelib.aws import keys, table
from chalicelib.aws.items import Update, encode_item
from chalicelib.histories import model
from chalicelib.histories.model import read_history
from chalicelib.problems import ChangedMeanwhile
from chalicelib.programme.model import Event
from chalicelib.registration import changing, flows, offer_responses, updates
from chalicelib.registration.access import Access
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.model import Registration
from chalicelib.registration.notes import build_note
from chalicelib.retention import erasure, unlinking
from testing.dynamodb.sizes import compute_item_size
from testing.registration_links import participant
from testing.world import (
    build_registration_id,
    cancel_and_settle,
    check_counters,
    publish_with_places,
    read_statuses,
    register,
    register_party,
    reload,
)
from tests.registration.overnight import change, overnight

pytestmark = pytest.mark.usefixtures("memory")

LARGEST_ITEM = 400 * 1024


@pytest.fixture
def low_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fold at the fifth fact."""
    monkeypatch.setattr(model, "MAX_HISTORY_LENGTH", 4)


def item_of(who: Registration) -> dict[str, Any]:
    return table.get(keys.registration_key(who.event_id, who.id)) or {}


def cancel(who: Registration) -> None:
    flows.cancel(participant(who.event_id, who.id), clock.now())


def change_often(event: Event, who: Registration, times: int = 9) -> Registration:
    for number in range(times):
        requested = ChangeRequest({"organisation": f"K{number}"})
        changing.change(event, participant(event.id, who.id), requested, clock.now() + timedelta(hours=number))
    return reload(who)


def test_a_thousand_changes_are_taken() -> None:
    """Each with a revision of its own, and the item stays far below what DynamoDB holds."""
    event = overnight()
    anna = change_often(event, register(event, "Anna"), 1000)
    assert (anna.revision, anna.attendee.organisation) == (1001, "K999")
    assert len(anna.history) <= model.MAX_HISTORY_LENGTH
    assert compute_item_size(encode_item(item_of(anna))) < LARGEST_ITEM / 4
    cancel(anna)
    assert read_statuses(register(event, "Anna", key="again")) == ["confirmed"]
    check_counters(event.id)


def test_registering_and_cancelling_goes_on_for_ever() -> None:
    """No one can lock an address out of an event by doing so five hundred times."""
    event = publish_with_places(9)
    for number in range(500):
        anna = register(event, "Anna", key=f"key-{number}")
        cancel(anna)
    assert reload(anna).revision == 1000
    assert len(reload(anna).history) <= model.MAX_HISTORY_LENGTH
    assert read_statuses(register(event, "Anna", key="last")) == ["confirmed"]
    check_counters(event.id)


def test_the_requests_that_made_it_are_not_remembered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many fit; the last is always known, also while it is cancelled."""
    monkeypatch.setattr(updates, "MAX_REQUESTS", 4)
    event = publish_with_places(9)
    for number in range(9):
        anna = register(event, "Anna", key=f"key-{number}")
        cancel(anna)
        assert register(event, "Anna", key=f"key-{number}").status == "cancelled"
        assert len(reload(anna).idempotency_keys) <= 4
    assert (reload(anna).revision, reload(anna).folded) == (18, 0)
    change_often(event, register(event, "Anna", key="last"))


@pytest.mark.usefixtures("low_bound")
def test_a_party_takes_full_histories_up_again() -> None:
    """Of several members at once, one of them erased."""
    event = publish_with_places(9)
    anna, bo = (change_often(event, register(event, name)) for name in ("Anna", "Bo"))
    cancel(anna)
    erasure.erase(participant(event.id, bo.id), clock.now())
    written = [{"fact": "erased", "at": "2019-11-01T07:00:00.000000Z"}] * 9
    table.write(Update.set(keys.registration_key(event.id, bo.id), {"history": written}, remove=("folded",)))
    assert read_statuses(*register_party(event, "Anna", "Bo", "Carl")) == ["confirmed"] * 3
    assert (reload(anna).revision, reload(bo).revision) == (12, 10)
    check_counters(event.id)


@pytest.mark.usefixtures("low_bound")
def test_the_revision_never_falls_over_erasures() -> None:
    """However often they register, change and are erased: each fact has a key of its own."""
    event, last = publish_with_places(9), 0
    for number in range(5):
        anna = change_often(event, register(event, "Anna", key=f"key-{number}"), number)
        assert reload(anna).revision == last + number + 1
        erasure.erase(participant(event.id, anna.id), clock.now())
        history = read_history(item_of(anna))
        last = history.revision
        assert (last, len(history.history), history.remembered) == (anna.revision + last - 1, 1, ()) or number
        assert history.erased_revision == last


@pytest.mark.usefixtures("low_bound")
def test_what_older_facts_say_still_holds() -> None:
    """A complaint, a check-in, and a change that another form does not know of."""
    event = publish_with_places(9)
    anna, bo = register(event, "Anna"), register(event, "Bo")
    about: dict[str, Any] = {"event_id": event.id, "registration_id": anna.id, "revision": 0, "at": "2019"}
    table.write(build_note(facts.MailComplained(**about, mail=f"{anna.id}.0001.confirmed", reason="abuse")))
    check_in.check_in(Access(event.id, anna.id), clock.now(), clock.now())
    came = reload(anna).checked_in_at
    assert change_often(event, anna).has_complained
    assert (reload(anna).checked_in_at, reload(bo).has_complained) == (came, False)
    check_in.undo(Access(event.id, anna.id), clock.now())
    assert change_often(event, anna).checked_in_at is None
    with pytest.raises(ChangedMeanwhile):
        change(event, anna, details={"organisation": "mine"}, based_on=1)
    change(event, anna, details={"organisation": "mine"}, based_on=reload(anna).revision)


@pytest.mark.usefixtures("low_bound")
def test_a_repeated_answer_is_known_after_its_fact_was_folded() -> None:
    """The offer was accepted, and more has happened since than the history lists."""
    event = overnight("offer", place=1)
    anna, bo = register(event, "Anna"), register(event, "Bo")
    change_often(event, bo)
    cancel_and_settle(event, anna)
    offer_responses.accept(participant(event.id, bo.id), clock.now())
    change_often(event, bo)
    assert offer_responses.accept(participant(event.id, bo.id), clock.now()).status == "confirmed"
    assert offer_responses.find_last_answer(reload(bo)) == "accepted"


@pytest.mark.usefixtures("low_bound")
def test_an_offer_passed_on_is_known_after_its_fact_was_folded() -> None:
    """The entry in the line is read from the table, where it says so."""
    event = overnight("offer", place=1)
    anna, bo = register(event, "Anna"), register(event, "Bo")
    cancel_and_settle(event, anna)
    offer_responses.keep_place(participant(event.id, bo.id), clock.now())
    change_often(event, bo)
    cancel(bo)
    check_counters(event.id)


@pytest.mark.usefixtures("low_bound")
def test_an_erased_id_leaves_what_is_remembered() -> None:
    """The keys of entries that two waited with stand in folded facts as well."""
    event = publish_with_places(0)
    anna, bo = register_party(event, "Anna", "Bo")
    change_often(event, bo)
    erasure.erase(participant(event.id, anna.id), clock.now())
    about: dict[str, Any] = {"event_id": event.id, "registration_id": anna.id, "at": "2019"}
    unlinking.unlink(facts.Erased(**about, revision=read_history(item_of(anna)).revision))
    assert anna.id not in str(item_of(reload(bo)))
    assert reload(bo).folded
    assert change_often(event, bo).id == build_registration_id(event.id, "bo@example.org")
