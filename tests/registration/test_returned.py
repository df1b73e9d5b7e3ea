"""A flow returns the registration as it wrote it: the same as is read afterwards."""

from collections.abc import Callable

import pytest

from chalicelib import clock
from chalicelib.attendance import check_in
from chalicelib.audit.audit_log import Actor
from chalicelib.links import mail_requests
from chalicelib.programme.model import Event
from chalicelib.registration import changing, flows, offer_responses, overrides
from chalicelib.registration.access import Access
from chalicelib.registration.changing import ChangeRequest
from chalicelib.registration.model import Registration
from testing import builders
from testing.registration_links import participant
from testing.world import cancel_and_settle, publish_with_places, register, register_party, reload

pytestmark = pytest.mark.usefixtures("memory")

ACTOR = Actor("organiser@network.example", "They speak")
Flow = Callable[[Event, Registration], Registration]


def cancel(event: Event, registration: Registration) -> Registration:
    return flows.cancel(participant(event.id, registration.id), clock.now())


def come(event: Event, registration: Registration) -> Registration:
    return check_in.check_in(Access(event.id, registration.id), clock.now(), clock.now())


def come_and_go(event: Event, registration: Registration) -> Registration:
    come(event, registration)
    return check_in.undo(Access(event.id, registration.id), clock.now())


def ask_for_mail(event: Event, registration: Registration) -> Registration:
    return mail_requests.request_mail(participant(event.id, registration.id), clock.now())


def change_phone(event: Event, registration: Registration) -> Registration:
    requested = ChangeRequest(details={"phone": "+4531323334"})
    return changing.change(event, participant(event.id, registration.id), requested, clock.now())


def wish_for_room(event: Event, registration: Registration) -> Registration:
    requested = ChangeRequest(wait_for=("room",))
    return changing.change(
        event, participant(event.id, registration.id), requested, clock.now(), "organiser@network.example"
    )


def promote(event: Event, registration: Registration) -> Registration:
    return overrides.promote(event, registration.id, ACTOR, clock.now(), overbook=True)


def wish_and_promote(event: Event, registration: Registration) -> Registration:
    wish_for_room(event, registration)
    return promote(event, registration)


def prioritise(event: Event, registration: Registration) -> Registration:
    return overrides.prioritise(event.id, registration.id, 2, ACTOR, clock.now())


def wish_and_prioritise(event: Event, registration: Registration) -> Registration:
    wish_for_room(event, registration)
    return prioritise(event, registration)


def accept(event: Event, registration: Registration) -> Registration:
    return offer_responses.accept(participant(event.id, registration.id), clock.now())


def decline(event: Event, registration: Registration) -> Registration:
    return offer_responses.decline(participant(event.id, registration.id), clock.now())


def keep_place(event: Event, registration: Registration) -> Registration:
    return offer_responses.keep_place(participant(event.id, registration.id), clock.now())


def overnight(places: int, mode: str = "automatic") -> Event:
    return publish_with_places(places, builders.allotment("room", 0), mode=mode)


CONFIRMED: list[Flow] = [
    cancel,
    come,
    come_and_go,
    ask_for_mail,
    change_phone,
    wish_for_room,
    wish_and_promote,
    wish_and_prioritise,
]


@pytest.mark.parametrize("flow", CONFIRMED)
def test_of_a_confirmed_registration(flow: Flow) -> None:
    """Its history and its entries in the waitlist as well."""
    event = overnight(1)
    anna = register(event, "Anna", **builders.all_details(email="anna@example.org"))
    assert flow(event, anna) == reload(anna)


@pytest.mark.parametrize("flow", [cancel, change_phone, promote, prioritise])
def test_of_a_waiting_party(flow: Flow) -> None:
    """The member that is acted for, where all of the party move or one of them leaves."""
    event = overnight(0)
    _, bo = register_party(event, "Anna", "Bo")
    assert flow(event, bo) == reload(bo)


@pytest.mark.parametrize("flow", [accept, decline, keep_place, cancel, change_phone, promote])
def test_of_an_offered_registration(flow: Flow) -> None:
    """The offer ends with its answer, and stands through a change of details."""
    event = overnight(1, mode="offer")
    first, anna = register(event, "First"), register(event, "Anna")
    cancel_and_settle(event, first)
    assert reload(anna).status == "offered"
    assert flow(event, anna) == reload(anna)
