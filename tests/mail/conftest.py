"""Mail tests look into the local SES, and let its client go afterwards."""

from collections.abc import Iterator
from email import message_from_string
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from chalicelib.mail.delivery import sender
from chalicelib.registration.model import Registration
from testing.account import REGION
from tests.mail.samples import overnight_meeting, publish_and_register, traveller


@pytest.fixture
def mails(request: pytest.FixtureRequest) -> Iterator["Sent"]:
    """The mails that SES took."""
    request.getfixturevalue("aws")
    sender.client.cache_clear()
    yield Sent()
    sender.client.cache_clear()


@pytest.fixture
def who(request: pytest.FixtureRequest) -> Registration:
    """A traveller with a confirmed registration of everything."""
    request.getfixturevalue("mails")
    return publish_and_register(overnight_meeting(), traveller().attendee)


class Sent:
    def all(self) -> list[EmailMessage]:
        """Every mail so far, in the order they were sent."""
        taken = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
        return [message_from_string(mail.raw_data, policy=SMTP) for mail in taken]

    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.all()]
