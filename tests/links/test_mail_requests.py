"""Asking for new links: what becomes void, what stays, and where the new link goes."""

from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.links import mail_requests, registration_links
from chalicelib.problems import LimitReached, LinkNotValid, OpenTheMailedLink
from chalicelib.registration import flows, store
from chalicelib.registration.access import Access
from chalicelib.registration.model import Registration
from testing import builders
from testing.registration_links import build_access, build_token
from testing.world import publish, register, reload

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def anna(request: pytest.FixtureRequest) -> Registration:
    request.getfixturevalue("aws")
    return register(publish(builders.event()), "Anna")


def is_valid(access: Access) -> bool:
    try:
        flows.load_registration(access, to_status=True)
    except LinkNotValid:
        return False
    return True


def test_registration_links_end_and_the_lasting_ones_stay(anna: Registration) -> None:
    """Also after a second renewal; the registration stays as it is, and its mailbox is proven."""
    event_id, first = anna.event_id, build_access(anna.event_id, anna.id)
    answer = build_access(event_id, anna.id, "answer")
    view = registration_links.read_view_token(build_token(event_id, anna.id, "view"))
    code = registration_links.read_code(build_token(event_id, anna.id, "code"))
    for _ in range(2):
        mail_requests.renew_links(build_access(event_id, anna.id), clock.now())
        ways = (first, answer, view, code, build_access(event_id, anna.id))
        assert [is_valid(way) for way in ways] == [False, False, True, True, True]
    now = reload(anna)
    assert (now.status, now.attendee, now.mailbox_proven, now.answer_closed) == (
        "confirmed",
        anna.attendee,
        True,
        True,
    )


def test_only_the_mailed_link_renews(anna: Registration) -> None:
    """Whoever has the answer's link could shut the others out."""
    with pytest.raises(OpenTheMailedLink):
        mail_requests.renew_links(build_access(anna.event_id, anna.id, "answer"), clock.now())
    assert reload(anna) == anna


def test_renewing_does_not_wait_for_the_hour_but_ends_some_time(anna: Registration) -> None:
    """Five in an hour, whatever a stranger does with the address."""
    mail_requests.request_mail(build_access(anna.event_id, anna.id), clock.now())
    for _ in range(5):
        mail_requests.renew_links(build_access(anna.event_id, anna.id), clock.now())
    before = store.find(anna.event_id, anna.id)
    with pytest.raises(LimitReached):
        mail_requests.renew_links(build_access(anna.event_id, anna.id), clock.now())
    assert store.find(anna.event_id, anna.id) == before
    mail_requests.renew_links(build_access(anna.event_id, anna.id), clock.now() + timedelta(hours=1))
