"""Which link opens what, and what closes it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.attendance import check_in
from chalicelib.audit.audit_log import Actor
from chalicelib.aws import keys, table
from chalicelib.aws.items import Update
from chalicelib.problems import ChangedTooOften, LinkNotValid, OpenTheMailedLink
from chalicelib.programme.model import Event
from chalicelib.registration import changing, flows, overrides, store
from chalicelib.registration.access import MAX_CHANGES_AN_HOUR, Access
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.model import Registration
from chalicelib.retention import erasure
from testing import builders
from testing.registration_links import build_access, participant
from testing.world import publish, register

pytestmark = pytest.mark.usefixtures("memory")
PHONE = ChangeRequest({"phone": "+4520123456"})
ACTOR = Actor("organiser@network.example", "asked by phone")


@pytest.fixture
def event() -> Event:
    return publish(builders.event(allotments=[builders.allotment("place", 2)]))


def answer_of(who: Registration) -> Access:
    return build_access(who.event_id, who.id, "answer")


def reload(who: Registration) -> Registration:
    found = store.find(who.event_id, who.id)
    assert found
    return found


def test_the_answers_link_changes_and_stays_open(event: Event) -> None:
    """As long as all came through it, it may do all."""
    anna = register(event, "Anna")
    for phone in ("+4520123456", "+4520123457"):
        changing.change(event, answer_of(anna), ChangeRequest({"phone": phone}), clock.now())
    assert not reload(anna).answer_closed
    assert flows.cancel(answer_of(anna), clock.now()).status == "cancelled"


def _change_by_mail(event: Event, who: Registration) -> None:
    changing.change(event, participant(event.id, who.id), PHONE, clock.now())


def _change_as_organiser(event: Event, who: Registration) -> None:
    changing.change(event, Access(event.id, who.id), PHONE, clock.now(), "organiser@network.example")


def _cancel_by_mail(event: Event, who: Registration) -> None:
    flows.cancel(participant(event.id, who.id), clock.now())


def _cancel_as_organiser(event: Event, who: Registration) -> None:
    flows.cancel(Access(event.id, who.id), clock.now())


def _check_in(event: Event, who: Registration) -> None:
    check_in.check_in(Access(event.id, who.id), clock.now(), clock.now())


CLOSING: list[Callable[[Event, Registration], None]] = [
    _change_by_mail,
    _change_as_organiser,
    _cancel_by_mail,
    _cancel_as_organiser,
    _check_in,
]


@pytest.mark.parametrize("act", CLOSING)
def test_the_first_write_another_way_closes_the_answers_link(
    event: Event, act: Callable[[Event, Registration], None]
) -> None:
    """In that same write: from then on the answer's link shows how it stands, and no more."""
    anna = register(event, "Anna")
    link = answer_of(anna)
    act(event, anna)
    assert flows.load_registration(link, to_status=True).shows_status_alone
    for attempt in (
        lambda: flows.load_registration(link),
        lambda: changing.change(event, link, PHONE, clock.now()),
        lambda: flows.cancel(link, clock.now()),
        lambda: erasure.erase(link, clock.now()),
    ):
        before = reload(anna)
        with pytest.raises(OpenTheMailedLink):
            attempt()
        assert reload(anna) == before


def test_an_organisers_promotion_and_priority_close_it_for_all_of_the_entry(event: Event) -> None:
    """Also of those who wait, whose registrations are not read for it."""
    for name in ("Anna", "Bo"):
        register(event, name)
    carl, dora = register(event, "Carl"), register(event, "Dora")
    overrides.prioritise(event.id, carl.id, 1, ACTOR, clock.now())
    overrides.promote(event, dora.id, ACTOR, clock.now(), overbook=True)
    assert [reload(who).answer_closed for who in (carl, dora)] == [True, True]


def test_only_the_mailed_link_proves_the_mailbox(event: Event) -> None:
    """What an organiser does proves nothing of who reads its mails."""
    anna, bo = register(event, "Anna"), register(event, "Bo")
    _change_as_organiser(event, anna)
    _change_by_mail(event, bo)
    assert [reload(who).mailbox_proven for who in (anna, bo)] == [False, True]


@pytest.mark.parametrize("kind", ["answer", "mailed", "view", "code"])
def test_made_anew_all_earlier_links_are_void(event: Event, kind: str) -> None:
    """After a cancellation and after an erasure, by the same address."""
    for end in (flows.cancel, erasure.erase):
        anna = register(event, "Anna")
        link = _access(anna, kind)
        link.admit(reload(anna))
        end(participant(event.id, anna.id), clock.now())
        anew = register(event, "Anna")
        assert anew.id == anna.id
        with pytest.raises(LinkNotValid):
            link.admit(reload(anew))
        flows.cancel(participant(event.id, anew.id), clock.now())


def _access(who: Registration, kind: str) -> Access:
    from chalicelib.links import registration_links

    registration = reload(who)
    match kind:
        case "code":
            return registration_links.read_code(registration_links.build_token(registration, "code"))
        case "view":
            return registration_links.read_view_token(registration_links.build_token(registration, "view"))
    return build_access(who.event_id, who.id, "answer" if kind == "answer" else "mailed")


def test_what_was_registered_before_there_were_generations_is_closed_to_its_answer(event: Event) -> None:
    """The one link of an earlier release may be in any hands: the mailed one of today opens everything."""
    anna = register(event, "Anna")
    key = keys.registration_key(event.id, anna.id)
    table.write(Update.set(key, {"status": "confirmed"}, when="attribute_exists(PK)", remove=("links", "made_by")))
    assert flows.load_registration(answer_of(anna), to_status=True).shows_status_alone
    assert not flows.load_registration(participant(event.id, anna.id)).shows_status_alone


def test_changes_are_limited_by_hour_and_link(event: Event) -> None:
    """Twenty by one link, then 429 until the hour is over; neither the mailed link nor an organiser is held up."""
    anna = register(event, "Anna")
    for number in range(MAX_CHANGES_AN_HOUR):
        changing.change(event, answer_of(anna), _phone(number), clock.now())
    with pytest.raises(ChangedTooOften) as refused:
        changing.change(event, answer_of(anna), _phone(99), clock.now())
    assert 0 < refused.value.retry_after <= 3600
    changing.change(event, participant(event.id, anna.id), _phone(50), clock.now())
    changing.change(event, Access(event.id, anna.id), _phone(51), clock.now(), "organiser@network.example")
    for number in range(1, MAX_CHANGES_AN_HOUR):
        changing.change(event, participant(event.id, anna.id), _phone(number), clock.now())
    with pytest.raises(ChangedTooOften):
        changing.change(event, participant(event.id, anna.id), _phone(99), clock.now())
    changing.change(event, participant(event.id, anna.id), _phone(99), clock.now() + timedelta(hours=1))


def test_nothing_changed_is_not_counted_and_ending_it_is_always_possible(event: Event) -> None:
    """A refused change leaves the way out open, and what is made anew counts anew."""
    anna = register(event, "Anna")
    for number in (*range(MAX_CHANGES_AN_HOUR), MAX_CHANGES_AN_HOUR - 1):
        changing.change(event, answer_of(anna), _phone(number), clock.now())
    flows.cancel(answer_of(anna), clock.now())
    anew = register(event, "Anna")
    changing.change(event, answer_of(anew), _phone(77), clock.now())
    assert reload(anew).attendee.phone == "+4520123477"


def _phone(number: int) -> ChangeRequest:
    return ChangeRequest({"phone": f"+45201234{number:02}"})
