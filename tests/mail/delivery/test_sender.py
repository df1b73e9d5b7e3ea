"""Sending through SES."""

import re
import time
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from chalicelib.facts import Fact
from chalicelib.mail.delivery import reports, sender
from chalicelib.mail.letters.catalogue import MAIL_KINDS
from tests.test_facts import EVERY

MAILED = tuple(mail.fact for mail in MAIL_KINDS.values())

pytestmark = pytest.mark.usefixtures("mails")

RAW = b"raw"
REQUEST = {
    "Destination": {"ToAddresses": ["a@example.org"]},
    "Content": {"Raw": {"Data": RAW}},
    "ConfigurationSetName": "test-events",
    "EmailTags": [{"Name": "mail", "Value": "rid_0001_confirmed"}],
}


@pytest.fixture
def ses(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """SES as a script: each call must be the next one written down."""
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    with Stubber(sender.client()) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def _send() -> str:
    return sender.send(RAW, "a@example.org", {"mail": "rid_0001_confirmed"})


def test_sends_the_raw_mail_with_its_tags(ses: Stubber) -> None:
    """SES gets the whole mail, one address, the tags that come back with a bounce, and the set that lets them."""
    ses.add_response("send_email", {"MessageId": "ses-1"}, REQUEST)
    assert _send() == "ses-1"


def test_retries_when_ses_throttles(ses: Stubber) -> None:
    """A throttled mail was not sent: it is retried after a backoff."""
    ses.add_client_error("send_email", "TooManyRequestsException")
    ses.add_response("send_email", {"MessageId": "ses-1"}, REQUEST)
    assert _send() == "ses-1"


def test_gives_up_after_the_last_attempt(ses: Stubber) -> None:
    """After a few attempts the queue shall bring the mail again."""
    for _ in range(sender.MAX_ATTEMPTS):
        ses.add_client_error("send_email", "TooManyRequestsException")
    with pytest.raises(sender.TemporarySendError, match="TooManyRequests"):
        _send()


@pytest.mark.parametrize("code", ["MessageRejected", "BadRequestException"])
def test_refused_for_good_is_its_own_error(ses: Stubber, code: str) -> None:
    """A permanent refusal is told apart from one that may pass, by SES's error code."""
    ses.add_client_error("send_email", code)
    with pytest.raises(sender.PermanentSendError, match=code):
        _send()


def test_refused_for_now_is_raised_at_once(ses: Stubber) -> None:
    """An account that is paused is no reason to give the mail up, nor to insist."""
    ses.add_client_error("send_email", "SendingPausedException")
    with pytest.raises(sender.TemporarySendError, match="SendingPausedException"):
        _send()


def test_server_in_trouble_may_have_taken_the_mail(ses: Stubber) -> None:
    """So its error is raised as it is."""
    ses.add_client_error("send_email", "InternalFailure", http_status_code=500)
    with pytest.raises(ClientError, match="InternalFailure"):
        _send()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("soeren@example.org", "soeren@example.org"),
        ("info@rødgrød.dk", "info@xn--rdgrd-vuad.dk"),
        ("organiser@localhost.localdomain", "organiser@localhost.localdomain"),
    ],
)
def test_address_is_written_as_ses_takes_it(address: str, expected: str) -> None:
    """A domain in other letters goes out in its ASCII form."""
    assert sender.normalize_address(address) == expected


@pytest.mark.parametrize("address", ["søren@example.org", "a<b@example.org", "two@at@example.org"])
def test_address_that_ses_cannot_take_is_refused_for_good(address: str) -> None:
    """The part before the @ must be ASCII, and the whole an address."""
    with pytest.raises(sender.PermanentSendError):
        sender.normalize_address(address)


@pytest.mark.parametrize("fact", [fact for fact in EVERY if isinstance(fact, MAILED)], ids=lambda fact: fact.kind)
def test_tags_are_such_as_ses_takes(fact: Fact) -> None:
    """A tag's value has letters, digits, `_` and `-` alone; SES refuses the whole mail for any other."""
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value) for value in reports.build_tags(fact).values())
