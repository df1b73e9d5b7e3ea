"""The template as packaged: what Chalice writes, with what the project adds to it."""

import json
from dataclasses import fields
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

from chalicelib import stream
from chalicelib.settings import Settings
from infra import package
from infra.packaging import NotPackaged, template

FUNCTIONS = {"APIHandler", "Relay", "Mail", "Feedback", "Waitlist", "Rounds", "Manifest", "Clock", "Reconciler"}
QUEUES = {name: f"{name}Queue" for name in ("Mail", "Feedback", "Waitlist", "Rounds", "Manifest")}


@cache
def text() -> str:
    """The template that this working tree packages."""
    with TemporaryDirectory() as folder:
        return package.run_chalice(Path(folder), "x86_64")


@cache
def resources() -> dict[str, Any]:
    """Its resources, as CloudFormation gets them."""
    made: dict[str, Any] = template.translated(yaml.safe_load(text()))["Resources"]
    return made


def properties(name: str) -> Any:
    return resources()[name]["Properties"]


def source(function: str) -> Any:
    """What brings the function its batches."""
    (found,) = [
        resource["Properties"]
        for resource in resources().values()
        if resource["Type"] == "AWS::Lambda::EventSourceMapping"
        and resource["Properties"]["FunctionName"] == {"Ref": function}
    ]
    return found


def test_the_functions_are_those_the_app_registers() -> None:
    """Nothing deployed that is not known here, nothing known that is not deployed."""
    found = {name for name, made in resources().items() if made["Type"] == "AWS::Lambda::Function"}
    assert found == FUNCTIONS


def test_the_template_has_no_errors() -> None:
    """cfn-lint finds none, before and after translation."""
    template.check(text())


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_function_has_every_setting(function: str) -> None:
    """Each field of the settings is in its environment."""
    wanted = {field.name.upper() for field in fields(Settings)}
    assert wanted - properties(function)["Environment"]["Variables"].keys() == set()


@pytest.mark.parametrize(("function", "queue"), QUEUES.items())
def test_a_queues_function_reports_failures_one_by_one(function: str, queue: str) -> None:
    """It reads its own queue, and what it could not do comes again by itself."""
    assert source(function)["EventSourceArn"] == {"Fn::Sub": f"${{{queue}.Arn}}"}
    assert source(function)["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize(("function", "queue"), QUEUES.items())
def test_a_queue_waits_six_timeouts_and_then_sets_aside(function: str, queue: str) -> None:
    """No message is given out again while its function may still be at it; five failures are enough."""
    assert properties(queue)["VisibilityTimeout"] >= 6 * properties(function)["Timeout"]
    redrive = properties(queue)["RedrivePolicy"]
    aside = properties(redrive["deadLetterTargetArn"]["Fn::GetAtt"][0])
    assert redrive["maxReceiveCount"] == 5
    assert aside.get("FifoQueue") == properties(queue).get("FifoQueue")
    assert aside["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_mails_are_sent_no_faster_than_the_account_may() -> None:
    """A few at once: five mails fit into a run also when SES asks for patience, and so many runs at once."""
    assert source("Mail")["BatchSize"] == 5
    assert properties("Mail")["Timeout"] == 60
    assert source("Mail")["ScalingConfig"] == {"MaximumConcurrency": {"Ref": "MailConcurrency"}}
    assert properties("MailQueue")["VisibilityTimeout"] == 6 * 60


def test_the_relay_reads_the_tables_stream_from_its_beginning() -> None:
    """Record by record where one fails; what cannot be read is set aside after ten attempts."""
    assert {name: value for name, value in source("Relay").items() if name != "FilterCriteria"} == {
        "BatchSize": 100,
        "BisectBatchOnFunctionError": True,
        "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": ["RelayDeadLetters", "Arn"]}}},
        "EventSourceArn": {"Fn::GetAtt": ["Table", "StreamArn"]},
        "FunctionName": {"Ref": "Relay"},
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "MaximumBatchingWindowInSeconds": 0,
        "MaximumRetryAttempts": 10,
        "StartingPosition": "TRIM_HORIZON",
    }


def test_the_relays_filter_lets_through_what_the_stream_is_read_for() -> None:
    """Each kind of item that can say something, and no other."""
    (pattern,) = [json.loads(made["Pattern"]) for made in source("Relay")["FilterCriteria"]["Filters"]]
    assert pattern["eventName"] == ["INSERT", "MODIFY"]
    keys = pattern["dynamodb"]["Keys"]["SK"]["S"]
    kinds = [key["prefix"].removesuffix("#") if isinstance(key, dict) else key for key in keys]
    assert sorted(kinds) == sorted(stream._READERS)


def test_the_table_forgets_recovers_and_is_encrypted() -> None:
    """Time to live, point-in-time recovery, encryption, and a stream of both images; it outlives the stack."""
    table = properties("Table")
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert resources()["Table"]["DeletionPolicy"] == "Retain"


def test_every_queue_is_encrypted() -> None:
    """Dead letters too."""
    queues = {name: made["Properties"] for name, made in resources().items() if made["Type"] == "AWS::SQS::Queue"}
    assert [name for name, queue in queues.items() if queue.get("SqsManagedSseEnabled") is not True] == []
    assert len(queues) == 11


def test_the_bucket_is_nobodys_but_ours() -> None:
    """Closed to the public in all four ways, encrypted, and kept when the stack goes."""
    assert set(properties("Bucket")["PublicAccessBlockConfiguration"].values()) == {True}
    assert "BucketEncryption" in properties("Bucket")
    assert resources()["Bucket"]["DeletionPolicy"] == "Retain"


def test_the_gateway_is_regional_and_says_not_found_as_the_app_does() -> None:
    """An unknown address is a 404 problem, and bytes pass."""
    body = properties("RestAPI")["Body"]
    assert properties("RestAPI")["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert body["x-amazon-apigateway-binary-media-types"] == ["*/*"]
    answer = body["x-amazon-apigateway-gateway-responses"]["MISSING_AUTHENTICATION_TOKEN"]
    document = json.loads(answer["responseTemplates"]["application/json"]["Fn::Sub"])
    assert answer["statusCode"] == "404"
    assert answer["responseParameters"] == {"gatewayresponse.header.Content-Type": "'application/problem+json'"}
    assert document == {
        "type": "${PublicUrl}/problems/not-found",
        "title": "Not found",
        "status": 404,
        "detail": "There is nothing at this address.",
    }


def test_the_api_answers_before_the_gateway_gives_up() -> None:
    """The gateway waits 29 seconds."""
    assert properties("APIHandler")["Timeout"] <= 29


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_function_writes_its_log_to_a_group_that_forgets(function: str) -> None:
    """Its own group, kept 30 days."""
    group = properties(function)["LoggingConfig"]["LogGroup"]["Ref"]
    assert group == f"{function}Log"
    assert properties(group) == {"RetentionInDays": 30}


def test_there_is_an_alarm_for_each_queue_of_dead_letters() -> None:
    """What was set aside waits for a person, so a person is told."""
    watched = {
        dimension["Value"]["Fn::GetAtt"][0]
        for made in resources().values()
        if made["Type"] == "AWS::CloudWatch::Alarm"
        for dimension in made["Properties"]["Dimensions"]
        if dimension["Name"] == "QueueName"
    }
    dead_letters = {name for name in resources() if name.endswith("DeadLetters")}
    assert watched == dead_letters
    assert len(watched) == 6


def test_what_ses_reports_about_our_mails_reaches_the_feedback_queue() -> None:
    """Bounces, complaints and rejections of the set that mails are sent with, each as SES wrote it, and no
    event of another's mails; only this rule may send to the queue."""
    ours = {"Ref": "ConfigurationSet"}
    for function in FUNCTIONS:
        assert properties(function)["Environment"]["Variables"]["CONFIGURATION_SET"] == ours
    published = properties("FeedbackEvents")
    assert published["ConfigurationSetName"] == ours
    assert published["EventDestination"]["MatchingEventTypes"] == ["bounce", "complaint", "reject"]
    rule = properties("FeedbackRule")
    assert rule["EventPattern"]["detail"]["mail"]["tags"] == {"ses:configuration-set": [ours]}
    queue = {"Fn::GetAtt": ["FeedbackQueue", "Arn"]}
    assert rule["Targets"] == [{"Id": "FeedbackQueue", "Arn": queue, "InputPath": "$.detail"}]
    (allowed,) = properties("FeedbackQueuePolicy")["PolicyDocument"]["Statement"]
    assert (allowed["Action"], allowed["Resource"]) == ("sqs:SendMessage", queue)
    assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["FeedbackRule", "Arn"]}}}


def test_a_complaint_does_not_keep_answers_back() -> None:
    """SES holds back mails to addresses that bounced, and to no others: what goes to whom is ours to decide."""
    assert properties("ConfigurationSet")["SuppressionOptions"] == {"SuppressedReasons": ["BOUNCE"]}


def test_a_failure_is_told_in_a_sentence_and_leaves_no_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody deploys an older package by mistake."""

    def fetch(*_arguments: Any) -> None:
        raise NotPackaged("Nothing can be fetched today.")

    monkeypatch.setattr(package.dependencies, "fetch", fetch)
    for name in ("deployment.zip", "template.yaml"):
        (tmp_path / name).write_text("of yesterday")
    assert package.main(["--into", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "Not packaged. Nothing can be fetched today.\n"
    assert list(tmp_path.iterdir()) == []


def test_an_app_that_cannot_be_imported_is_not_packaged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Chalice's own words are passed on."""
    monkeypatch.setattr(
        package.archive, "copy_sources", lambda _root, into: (into / "app.py").write_text("import nowhere")
    )
    with pytest.raises(NotPackaged, match=r"(?s)^Chalice could not package the functions:.*nowhere"):
        package.run_chalice(tmp_path, "x86_64")
