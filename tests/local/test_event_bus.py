"""What the rules of the template make of SES's events."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from infra.local import event_bus
from infra.local.stack import Stack, load_template
from tests.mail import ses_events
from tests.mail.samples import confirmed, traveller

FACT = confirmed(traveller())
EVENTS = [
    ses_events.bounce(FACT),
    ses_events.bounce(FACT, "Transient", "MailboxFull"),
    ses_events.complaint(FACT),
    ses_events.complaint(FACT, complaintFeedbackType=None, complaintSubType="OnAccountSuppressionList"),
    ses_events.rejection(FACT),
]


@pytest.mark.parametrize("event", EVENTS)
def test_it_is_passed_on_as_another_event_bus_does(made: Stack, event: str) -> None:
    """The emulator of AWS, given the template's own rules, sends the same document."""
    url = made.queue_urls["FeedbackQueue"]
    for name, rule in rules():
        _on_the_bus(name, rule, url)
    entry = {"Source": "ours", "DetailType": "an event of SES", "Detail": event}
    boto3.client("events").put_events(Entries=[entry])
    [message] = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    body = event_bus.route_event(json.loads(event))
    assert body
    assert json.loads(message["Body"]) == json.loads(body)


def rules() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in load_template()["Resources"].items():
        if resource["Type"] == "AWS::Events::Rule":
            yield name, resource["Properties"]


def _on_the_bus(name: str, rule: dict[str, Any], queue_url: str) -> None:
    """Its pattern without the source, which only AWS may write."""
    events: Any = boto3.client("events")
    detail = {**rule["EventPattern"]["detail"], "mail": {"tags": {"ses:configuration-set": ["test-events"]}}}
    events.put_rule(Name=name, EventPattern=json.dumps({"source": ["ours"], "detail": detail}))
    attributes = boto3.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    target = {**rule["Targets"][0], "Arn": attributes["Attributes"]["QueueArn"]}
    events.put_targets(Rule=name, Targets=[target])


@pytest.mark.parametrize("event", [ses_events.other("Delivery", FACT), '{"eventType": "Bounce", "mail": {}}'])
def test_what_no_rule_wants_is_not_passed_on(event: str) -> None:
    """Other events, and those of mails that were sent without the configuration set."""
    assert event_bus.route_event(json.loads(event)) is None


def test_where_a_complaint_has_no_reason_there_is_still_a_document() -> None:
    """SES leaves the field out, or says null."""
    event = json.loads(ses_events.complaint(FACT))
    del event["complaint"]["complaintFeedbackType"]
    body = event_bus.route_event(event)
    assert body
    assert json.loads(body)["complaint"] == {
        "complaintSubType": "null",
        "complaintFeedbackType": "",
        "timestamp": ses_events.AT,
    }
