"""The page *this was not me*, the call behind its button, and the button that takes it back."""

import pytest

from chalicelib import clock
from chalicelib.registration.model import Registration
from chalicelib.retention import not_me
from testing import builders
from testing.registration_links import build_access, build_token
from testing.world import publish, register, reload
from tests.web.browser import PAGE, get, post, post_form

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def anna(request: pytest.FixtureRequest) -> Registration:
    request.getfixturevalue("aws")
    return register(publish(builders.event()), "Anna", language="en")


def read_page(path: str) -> str:
    answer = get(path, **PAGE)
    assert answer.status_code == 200
    return answer.body.decode()


def test_the_page_asks_and_changes_nothing(anna: Registration) -> None:
    """Mail scanners open it, too."""
    page = read_page(f"/registrations/{build_token(anna.event_id, anna.id)}/not-me")
    assert "Was it not you who registered?" in page
    assert reload(anna) == anna


def test_pressed_it_leaves_a_page_with_one_button(anna: Registration) -> None:
    """Also when pressed again, and when the link in the mail is opened again; in JSON the link leads nowhere."""
    token = build_token(anna.event_id, anna.id)
    for _ in range(2):
        answer = post_form(f"/registrations/{token}/not-me", {}, **PAGE)
        assert (answer.status_code, answer.body.decode().count("<button")) == (200, 1)
        assert "Jeg vil gerne med" in answer.body.decode()
    for path in ("", "/not-me"):
        assert "Jeg vil gerne med" in read_page(f"/registrations/{token}{path}")
    assert get(f"/registrations/{token}").status_code == 404
    assert post(f"/registrations/{token}/not-me", {}).json_body == {}


def test_wish_leads_to_the_event(anna: Registration) -> None:
    """They register there like all others."""
    token = build_token(anna.event_id, anna.id)
    not_me.disown(build_access(anna.event_id, anna.id), clock.now())
    answer = post_form(f"/registrations/{token}/wish-to-come", {}, **PAGE)
    assert (answer.status_code, f"/events/{anna.event_id}?" in answer.body.decode()) == (200, True)
    assert get(f"/registrations/{token}", **PAGE).status_code == 404


@pytest.mark.parametrize("call", ["not-me", "wish-to-come"])
def test_answers_link_disowns_nothing(anna: Registration, call: str) -> None:
    """Whoever has it has typed the address."""
    token = build_token(anna.event_id, anna.id, "answer")
    answer = post(f"/registrations/{token}/{call}", {})
    assert answer.status_code == (403 if call == "not-me" else 404)
    assert get(f"/registrations/{token}/not-me").status_code == 403
    assert reload(anna) == anna
