"""Mails that are asked for: the latest one once more, and for missing travel details."""

from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.aws import table
from chalicelib.facts import MailComplained
from chalicelib.registration import store
from chalicelib.registration.notes import build_note
from testing import builders, registration_links
from testing.world import publish, register
from tests.broadcasts.work import rounds
from tests.web.browser import PAGE, as_organiser, get, post, post_form

pytestmark = pytest.mark.usefixtures("aws")


def history(event_id: str, registration_id: str) -> list[str]:
    found = store.find(event_id, registration_id)
    assert found
    return [entry["fact"] + "/" + entry.get("by", "") for entry in found.history]


def test_a_participant_has_the_mail_sent_once_an_hour() -> None:
    """Asked again within the hour: 429, with how long to wait, and nothing is written."""
    who = register(publish(builders.event()), "Anna")
    url = registration_links.build_link(who.event_id, who.id) + "/mail"
    assert post(url).status_code == 202
    clock.advance(timedelta(minutes=20))
    answer = post(url)
    assert (answer.status_code, answer.json_body["type"]) == (429, "https://tilmelding.example/problems/too-soon")
    assert 2395 <= int(answer.headers["Retry-After"]) <= 2400
    assert history(who.event_id, who.id) == ["confirmed/", "mail-asked/participant"]
    clock.advance(timedelta(minutes=40))
    assert post(url).status_code == 202


def test_a_form_goes_back_to_the_page() -> None:
    """303 to the participant's page."""
    who = register(publish(builders.event()), "Anna")
    link = registration_links.build_link(who.event_id, who.id)
    answer = post_form(link + "/mail", {})
    assert (answer.status_code, answer.headers["Location"]) == (303, link)


def test_the_page_has_a_button_for_it_and_says_when_it_was_done() -> None:
    """Where the mail goes stands beside it; within the hour there is nothing to press."""
    who = register(publish(builders.event()), "Anna")
    link = registration_links.build_link(who.event_id, who.id)
    button, said = 'aria-describedby="mailing"', f"på vej til {who.attendee.email} igen"
    pages = [get(link, **PAGE).body.decode()]
    post_form(link + "/mail", {})
    pages.append(get(link, **PAGE).body.decode())
    clock.advance(timedelta(hours=1))
    pages.append(get(link, **PAGE).body.decode())
    assert [(button in page, said in page) for page in pages] == [(True, False), (False, True), (True, False)]


def test_a_bad_link_has_nothing_sent() -> None:
    """404, as everywhere."""
    assert post("/registrations/nonsense/mail").status_code == 404


def test_an_organiser_has_the_mail_sent_and_a_double_click_is_one() -> None:
    """Whatever the participant has asked for."""
    who = register(publish(builders.event()), "Anna")
    post(registration_links.build_link(who.event_id, who.id) + "/mail")
    url = f"/organiser/events/{who.event_id}/registrations/{who.id}/mail"
    assert as_organiser("POST", url).status_code == 202
    assert as_organiser("POST", url).status_code == 429
    assert history(who.event_id, who.id) == ["confirmed/", "mail-asked/participant", "mail-asked/organiser"]
    unknown = f"/organiser/events/{who.event_id}/registrations/{'a' * 26}/mail"
    assert as_organiser("POST", unknown).status_code == 404
    assert post(url).status_code == 401


def test_an_organiser_sends_nothing_to_whoever_complained() -> None:
    """They can still have it sent themselves."""
    who = register(publish(builders.event()), "Anna")
    table.write(
        build_note(
            MailComplained(
                event_id=who.event_id,
                registration_id=who.id,
                revision=2,
                at="2019-11-01T07:00:00Z",
                mail="x",
                reason="",
            )
        )
    )
    answer = as_organiser("POST", f"/organiser/events/{who.event_id}/registrations/{who.id}/mail")
    assert (answer.status_code, answer.json_body["type"]) == (
        409,
        "https://tilmelding.example/problems/wants-no-mail",
    )
    assert post(registration_links.build_link(who.event_id, who.id) + "/mail").status_code == 202


def test_two_requests_at_once_send_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second finds that the history has grown, and is told to wait."""
    who = register(publish(builders.event()), "Anna")
    url = registration_links.build_link(who.event_id, who.id) + "/mail"
    write, answers = table.write, []

    def overtaken(single: object) -> None:
        monkeypatch.setattr(table, "write", write)
        answers.append(post(url).status_code)
        write(single)  # type: ignore[arg-type]

    monkeypatch.setattr(table, "write", overtaken)
    answers.append(post(url).status_code)
    assert answers == [202, 429]


def test_asking_for_missing_details_begins_a_round() -> None:
    """Only of a kind that there is, at an event that there is."""
    event = publish(builders.event())
    url = f"/organiser/events/{event.id}/mails"
    answer = as_organiser("POST", url, {"kind": "missing-details"})
    assert (answer.status_code, answer.json_body) == (202, {"kind": "missing-details"})
    assert len(rounds(event.id)) == 1
    assert as_organiser("POST", url, {"kind": "spam"}).status_code == 422
    assert as_organiser("POST", "/organiser/events/moon/mails", {"kind": "missing-details"}).status_code == 404
    assert post(url, {"kind": "missing-details"}).status_code == 401
