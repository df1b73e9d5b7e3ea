"""The form by which an organiser erases a person who has asked for it."""

from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.attendance import check_in
from chalicelib.registration import store
from chalicelib.registration.access import Access
from testing import builders
from testing.world import publish, register
from tests.web.desk import EVENT_URL, build_expected_redirect, get_page, read_redirect, send

pytestmark = pytest.mark.usefixtures("memory")


def test_a_person_is_erased_by_the_page_once_it_is_confirmed() -> None:
    """Also after the event's end, for a person who has come, where nothing can be cancelled any more."""
    event = publish(builders.event())
    anna = register(event, "Anna")
    clock.start_at(event.starts_at)
    check_in.check_in(Access(event.id, anna.id), clock.now(), clock.now())
    clock.start_at(event.ends_at + timedelta(hours=1))
    here = f"{EVENT_URL}/registrations/{anna.id}"
    assert "Delete everything about them" in get_page(here)
    refused = send(f"{here}/erasure", {})
    assert refused.status_code == 422
    assert "Tick this if they have asked for it." in refused.body.decode()
    done = send(f"{here}/erasure", {"confirm": "true"})
    assert read_redirect(done) == build_expected_redirect(f"{EVENT_URL}/registrations", "erased")
    assert store.find(event.id, anna.id) is None
