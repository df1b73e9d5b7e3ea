"""The mailbox simulator of SES."""

import json
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.facts import Fact
from chalicelib.mail.delivery import reports
from infra.local import simulator
from infra.local.mailbox import LocalSes, MailArchive
from infra.local.simulator import MailboxSimulator
from infra.local.stack import Stack
from tests.mail import ses_events
from tests.mail.samples import confirmed, traveller

NOW = datetime.fromisoformat("2019-11-01T08:00:00+01:00")
WHO = traveller()


def mail(to: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Tilmelding <sender@example.org>", to, "Du er tilmeldt"
    message.set_content("Velkommen!")
    return message


def request(to: str, fact: Fact | None = None) -> dict[str, Any]:
    tags = reports.build_tags(fact or confirmed(WHO))
    return {
        "Destination": {"ToAddresses": [to]},
        "ConfigurationSetName": "tilmelding",
        "EmailTags": [{"Name": name, "Value": value} for name, value in tags.items()],
    }


def event_of(to: str) -> dict[str, Any] | None:
    return simulator.build_event(request(to), mail(to), "local-1", NOW)


@pytest.mark.parametrize(
    ("to", "outcome", "shape"),
    [
        ("bounce@simulator.amazonses.com", "bounced", ses_events.bounce),
        ("bounce+anna@simulator.amazonses.com", "bounced", ses_events.bounce),
        ("Complaint+Bo@Simulator.AmazonSES.com", "complained", ses_events.complaint),
    ],
)
def test_its_addresses_give_the_events_of_ses(to: str, outcome: str, shape: Any) -> None:
    """Read as what they are, and with the fields that SES's own have."""
    event = event_of(to)
    assert event
    read = reports.read(json.dumps(event))
    assert read
    assert (read.outcome, read.mail, read.registration_id) == (outcome, confirmed(WHO).key, WHO.id)
    assert read.at == "2019-11-01T07:00:00.000000Z"
    real = json.loads(shape(confirmed(WHO)))
    what = real["eventType"].lower()
    assert event.keys() == real.keys()
    assert (event[what].keys(), event["mail"].keys()) == (real[what].keys(), real["mail"].keys())


@pytest.mark.parametrize("to", ["anna@example.org", "success@simulator.amazonses.com", "bounce@example.org"])
def test_other_mails_arrive(to: str) -> None:
    """Nothing is reported about them."""
    assert event_of(to) is None


def test_nothing_is_reported_without_a_configuration_set() -> None:
    """As in SES: events belong to a set."""
    to = "bounce@simulator.amazonses.com"
    asked = {name: value for name, value in request(to).items() if name != "ConfigurationSetName"}
    assert simulator.build_event(asked, mail(to), "local-1", NOW) is None


def test_a_mail_is_kept_and_comes_back(made: Stack, tmp_path: Path) -> None:
    """The event is on the queue when the sender hears that the mail was taken."""
    letters = MailArchive(tmp_path)
    box = LocalSes(letters)
    box.set_simulator(MailboxSimulator(made.queue_urls["FeedbackQueue"]))
    ses: Any = boto3.client("sesv2", endpoint_url=box.url)
    to = "bounce+anna@simulator.amazonses.com"
    sent = ses.send_email(Content={"Raw": {"Data": mail(to).as_bytes()}}, **request(to))
    ses.send_email(Content={"Raw": {"Data": mail("anna@example.org").as_bytes()}}, **request("anna@example.org"))
    ses.close()
    box.stop()
    received = boto3.client("sqs").receive_message(
        QueueUrl=made.queue_urls["FeedbackQueue"], MaxNumberOfMessages=10
    )
    [message] = received["Messages"]
    assert json.loads(message["Body"])["mail"]["messageId"] == sent["MessageId"]
    assert [letter.to for letter in letters.list_mails()] == [to, "anna@example.org"]
