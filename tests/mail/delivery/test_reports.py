"""Reading SES's reports."""

import json
from dataclasses import replace

import pytest

from chalicelib.facts import Fact
from chalicelib.mail.delivery import reports
from chalicelib.mail.delivery.reports import Report, UnreadableReport
from chalicelib.mail.letters.catalogue import MAIL_KINDS
from tests.mail import ses_events
from tests.mail.samples import offered, traveller
from tests.test_facts import EVERY

WHO = traveller()
FACT = offered(WHO)
BOUNCED = Report(
    mail=FACT.key,
    event_id=WHO.event_id,
    registration_id=WHO.id,
    outcome="bounced",
    reason="General",
    at="2019-11-01T07:01:32.669000Z",
    sent_at="2019-11-01T07:00:31.012000Z",
    message_id="EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000",
)
MAILED = [fact for fact in EVERY if fact.kind in MAIL_KINDS]


def test_bounce_names_the_mail_and_whose_it_was() -> None:
    """Read out of the tags, with SES's moments and its word for the reason; no address is taken over."""
    assert reports.read(ses_events.queued(ses_events.bounce(FACT))) == BOUNCED


@pytest.mark.parametrize(
    ("body", "outcome", "reason"),
    [
        (ses_events.bounce(FACT, "Permanent", "NoEmail"), "bounced", "NoEmail"),
        (ses_events.bounce(FACT, "Undetermined", "Undetermined"), "bounced", "Undetermined"),
        (ses_events.bounce(FACT, "Transient", "MailboxFull"), "soft-bounced", "MailboxFull"),
        (ses_events.complaint(FACT), "complained", "abuse"),
        (ses_events.complaint(FACT, complaintFeedbackType=None), "complained", ""),
        (ses_events.complaint(FACT, complaintSubType="OnAccountSuppressionList"), "complained", "OnAccountSup"),
    ],
)
def test_outcomes_are_told_apart(body: str, outcome: str, reason: str) -> None:
    """Only what SES itself calls transient may pass; what it could not tell is looked at."""
    read = reports.read(ses_events.queued(body))
    assert read
    assert (read.outcome, read.reason[:12]) == (outcome, reason)


@pytest.mark.parametrize(
    "event",
    [
        ses_events.bounce(FACT),
        ses_events.complaint(FACT),
        ses_events.complaint(FACT, complaintFeedbackType=None),
        ses_events.rejection(FACT),
        ses_events.bounce(None),
    ],
)
def test_what_the_event_bus_passes_on_says_all_that_is_read(event: str) -> None:
    """The same as SES's whole event, which has the address and the subject; the message on the queue has not."""
    body = ses_events.queued(event)
    assert reports.read(body) == reports.read(event)
    assert [word for word in (ses_events.ADDRESS, "@", "Du er tilmeldt", "550") if word in body] == []


def test_rejection_is_of_the_moment_of_sending() -> None:
    """SES took the mail and did not send it: it failed."""
    expected = replace(BOUNCED, outcome="failed", reason="Bad content", at=BOUNCED.sent_at)
    assert reports.read(ses_events.rejection(FACT)) == expected


@pytest.mark.parametrize("fact", MAILED, ids=lambda fact: fact.kind)
def test_every_mail_is_found_again_by_its_tags(fact: Fact) -> None:
    """Whatever it told: the key, the event and the registration survive the tags."""
    read = reports.read(ses_events.bounce(fact))
    assert read
    assert (read.mail, read.event_id) == (fact.key, fact.event_id)
    assert read.registration_id == getattr(fact, "registration_id", "")


def _tagged(**tags: list[str]) -> str:
    event = json.loads(ses_events.bounce(None))
    event["mail"]["tags"] |= tags
    return json.dumps(event)


@pytest.mark.parametrize(
    "body",
    [
        ses_events.bounce(None),
        ses_events.complaint(None),
        _tagged(mail=[]),
        _tagged(mail=["newsletter"]),
        _tagged(campaign=["autumn"]),
        ses_events.other("Delivery", FACT),
    ],
)
def test_what_is_not_about_our_mails_is_nothing(body: str) -> None:
    """Another application's mails through the same account, and events without an outcome, are no report."""
    assert reports.read(body) is None


def _without(*path: str) -> str:
    event = json.loads(ses_events.bounce(FACT))
    part = event
    for name in path[:-1]:
        part = part[name]
    del part[path[-1]]
    return json.dumps(event)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "7",
        "{}",
        '{"eventType": "Bounce", "mail": 7}',
        '{"eventType": "Bounce", "mail": {"tags": ["mail"]}}',
        _without("bounce"),
        _without("bounce", "bounceType"),
        _without("mail", "timestamp"),
        ses_events.bounce(FACT).replace(ses_events.AT, "yesterday"),
    ],
)
def test_what_is_no_event_of_ses_is_refused(body: str) -> None:
    """It is not guessed at: the queue sets it aside."""
    with pytest.raises(UnreadableReport):
        reports.read(body)
