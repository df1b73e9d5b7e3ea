"""Asking for a new link by the page's button and by the call."""

import pytest

from chalicelib.registration.model import Registration
from testing import builders
from testing.registration_links import build_link, build_token
from testing.world import publish, register, reload
from tests.web.browser import PAGE, get, post, post_form

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def anna(request: pytest.FixtureRequest) -> Registration:
    request.getfixturevalue("aws")
    return register(publish(builders.event()), "Anna", language="en")


def test_answer_brings_no_new_link(anna: Registration) -> None:
    """It has the link that was used, which is void; the new one goes to the mailbox alone."""
    token, link = build_token(anna.event_id, anna.id), build_link(anna.event_id, anna.id)
    answer = post(f"/registrations/{token}/mail", {"renew": True})
    assert (answer.status_code, answer.json_body["registration"]["links"]["self"]) == (202, link)
    assert get(f"/registrations/{token}").status_code == 404
    assert build_token(anna.event_id, anna.id).encode() not in answer.body
    assert get(f"/registrations/{build_token(anna.event_id, anna.id)}").status_code == 200


def test_button_leads_to_a_page(anna: Registration) -> None:
    """No redirect: the link that was used leads nowhere any more. Only the mailed link's page has the button."""
    token = build_token(anna.event_id, anna.id)
    shown = [
        get(f"/registrations/{build_token(anna.event_id, anna.id, kind)}", **PAGE) for kind in ("mailed", "answer")
    ]
    assert [b'name="renew"' in page.body for page in shown] == [True, False]
    answer = post_form(f"/registrations/{token}/mail", {"renew": "true"}, **PAGE)
    assert (answer.status_code, b"Your new link is on its way" in answer.body) == (202, True)


def test_answers_link_renews_nothing(anna: Registration) -> None:
    """403, and nothing is changed; what is no flag is told."""
    token = build_token(anna.event_id, anna.id, "answer")
    assert post(f"/registrations/{token}/mail", {"renew": True}).status_code == 403
    assert post(f"/registrations/{token}/mail", {"renew": "perhaps"}).status_code == 422
    assert reload(anna) == anna
    assert post(f"/registrations/{token}/mail").status_code == 202
