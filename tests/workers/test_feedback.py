"""The feedback worker."""

import pytest

from chalicelib import clock
from chalicelib.audit import tasks
from chalicelib.mail.delivery import store
from chalicelib.registration.model import Registration
from chalicelib.workers import feedback
from testing import builders
from testing.batches import failed, messages
from testing.world import publish, register
from tests.mail import ses_events
from tests.mail.samples import confirmed

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def who() -> Registration:
    """A participant who was sent the confirmation."""
    registered = register(publish(builders.event()), "Anna")
    store.claim(confirmed(registered), clock.now())
    store.mark_sent(confirmed(registered), "ses-1", clock.now())
    return registered


def test_a_report_is_written_down_once(who: Registration) -> None:
    """Delivered twice, also within one batch."""
    body = ses_events.queued(ses_events.bounce(confirmed(who)))
    for _ in range(2):
        assert feedback.feedback(messages(body, body), None) == {"batchItemFailures": []}
    assert [each.subject for each in tasks.list_open(who.event_id)] == [confirmed(who).key]


def test_a_mail_of_another_service_is_logged_and_done(who: Registration, caplog: pytest.LogCaptureFixture) -> None:
    """The log names the message, and no person."""
    batch = messages(ses_events.queued(ses_events.bounce(None)))
    assert feedback.feedback(batch, None) == {"batchItemFailures": []}
    [said] = caplog.records
    assert vars(said)["message_id"] == batch["Records"][0]["messageId"]
    assert "@" not in str(vars(said))
    assert tasks.list_open(who.event_id) == []


def test_what_cannot_be_read_fails_alone(who: Registration) -> None:
    """It comes again, and is set aside in the end; the others are done."""
    batch = messages("nonsense", ses_events.queued(ses_events.bounce(confirmed(who))), "{}")
    assert failed(feedback.feedback(batch, None), batch) == [0, 2]
    assert len(tasks.list_open(who.event_id)) == 1
