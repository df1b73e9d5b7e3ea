"""The template as packaged: what Chalice writes, with what the project adds to it."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

from chalicelib.settings import Settings
from chalicelib.travel import flows
from chalicelib.workers import manifest, stream
from infra import package
from infra.packaging import NotPackaged, archive, dependencies, template
from testing.account import ROOT

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
    made: dict[str, Any] = template.translate(yaml.safe_load(text()))["Resources"]
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


@pytest.mark.parametrize("name", ["resources", "gateway", "watching"])
def test_nothing_is_said_twice(name: str) -> None:
    """Of two parts of the same name the latter alone would be there, without a word."""
    assert list(_twice(yaml.compose((ROOT / "infra" / f"{name}.yaml").read_text()))) == []


def _twice(node: Any) -> Iterator[str]:
    if isinstance(node, yaml.MappingNode):
        names = [key.value for key, _ in node.value]
        yield from (name for name, times in Counter(names).items() if times > 1)
        yield from (found for _, value in node.value for found in _twice(value))
    if isinstance(node, yaml.SequenceNode):
        yield from (found for value in node.value for found in _twice(value))


OPENS_SEALS = {"APIHandler", "Manifest"}


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_function_has_every_setting(function: str) -> None:
    """Each field of the settings is in its environment; the sealing keys only where health data is opened."""
    wanted = {name.upper() for name in Settings.__struct_fields__}
    missing = wanted - properties(function)["Environment"]["Variables"].keys()
    assert missing == (set() if function in OPENS_SEALS else {"SEALING_KEYS"})


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


def test_a_manifest_is_waited_for_until_its_message_comes_no_more() -> None:
    """No request gets another version while this one may still be built."""
    queue, seconds = properties("ManifestQueue"), properties("Manifest")["Timeout"]
    last = queue["DelaySeconds"] + (manifest.MAX_RECEIVE_COUNT - 1) * queue["VisibilityTimeout"] + seconds
    assert timedelta(seconds=last) < flows.BUILD_TIMEOUT


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
    assert sorted(kinds) == sorted(stream._DERIVATIONS)


def test_the_table_forgets_recovers_and_is_encrypted() -> None:
    """Time to live, point-in-time recovery, encryption, and a stream of both images.

    It outlives the stack, and cannot be deleted by mistake.
    """
    table = properties("Table")
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    own = {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": {"Ref": "KeyArn"}}
    assert table["SSESpecification"] == {"Fn::If": ["KeyOfOurOwn", own, {"SSEEnabled": True}]}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["DeletionProtectionEnabled"] is True
    assert resources()["Table"]["DeletionPolicy"] == "Retain"


def test_every_queue_is_encrypted() -> None:
    """Dead letters too."""
    queues = {name: made["Properties"] for name, made in resources().items() if made["Type"] == "AWS::SQS::Queue"}
    assert [name for name, queue in queues.items() if queue.get("SqsManagedSseEnabled") is not True] == []
    assert len(queues) == 11


def test_the_bucket_is_nobodys_but_ours() -> None:
    """Closed to the public in all four ways, encrypted, over TLS alone, and kept when the stack goes."""
    assert set(properties("Bucket")["PublicAccessBlockConfiguration"].values()) == {True}
    assert "BucketEncryption" in properties("Bucket")
    assert resources()["Bucket"]["DeletionPolicy"] == "Retain"
    (refused,) = properties("BucketPolicy")["PolicyDocument"]["Statement"]
    assert (refused["Effect"], refused["Principal"], refused["Action"]) == ("Deny", "*", "s3:*")
    assert refused["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_manifests_are_forgotten() -> None:
    """After the days that the stack is given, all else after 400; an older version of anything within a day."""
    assert properties("Bucket")["VersioningConfiguration"] == {"Status": "Enabled"}
    whatever, rule = properties("Bucket")["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["Prefix"]) == ("Enabled", "manifests/")
    assert rule["ExpirationInDays"] == {"Ref": "ManifestsKeptDays"}
    assert (whatever["Status"], whatever["ExpirationInDays"], "Prefix" in whatever) == ("Enabled", 400, False)
    assert [each["NoncurrentVersionExpiration"] for each in (whatever, rule)] == [{"NoncurrentDays": 1}] * 2


def test_the_gateway_is_regional_and_says_not_found_as_the_app_does() -> None:
    """An unknown address is a 404 problem, and bytes pass."""
    body = properties("RestAPI")["Body"]
    assert properties("RestAPI")["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert body["x-amazon-apigateway-binary-media-types"] == ["*/*"]
    answer = body["x-amazon-apigateway-gateway-responses"]["MISSING_AUTHENTICATION_TOKEN"]
    document = json.loads(answer["responseTemplates"]["application/json"]["Fn::Sub"])
    assert answer["statusCode"] == "404"
    assert answer["responseParameters"] == {
        "gatewayresponse.header.Content-Type": "'application/problem+json'",
        "gatewayresponse.header.Cache-Control": "'no-store'",
        "gatewayresponse.header.Strict-Transport-Security": "'max-age=31536000'",
        "gatewayresponse.header.X-Content-Type-Options": "'nosniff'",
    }
    assert document == {
        "type": "${PublicUrl}/problems/not-found",
        "title": "Not found",
        "status": 404,
        "detail": "There is nothing at this address.",
    }


def test_an_unknown_address_is_the_functions_to_answer() -> None:
    """By every method, so that a browser gets a page in its language."""
    paths = properties("RestAPI")["Body"]["paths"]
    [(method, operation)] = paths["/{proxy+}"].items()
    integration = operation["x-amazon-apigateway-integration"]
    assert (method, integration["type"]) == ("x-amazon-apigateway-any-method", "aws_proxy")
    assert integration["uri"] == paths["/events"]["get"]["x-amazon-apigateway-integration"]["uri"]


def test_whatever_the_gateway_answers_is_a_problem() -> None:
    """Each kind of answer that is no function's is a problem document; who is held back hears for how long."""
    answers = properties("RestAPI")["Body"]["x-amazon-apigateway-gateway-responses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "REQUEST_TOO_LARGE", "INTEGRATION_TIMEOUT"} < set(answers)
    for answer in answers.values():
        headers = answer["responseParameters"]
        assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
        assert headers["gatewayresponse.header.Cache-Control"] == "'no-store'"
        assert headers["gatewayresponse.header.X-Content-Type-Options"] == "'nosniff'"
        assert headers["gatewayresponse.header.Strict-Transport-Security"] == "'max-age=31536000'"
        written = answer["responseTemplates"]["application/json"]
        text = written["Fn::Sub"] if isinstance(written, dict) else written
        problem = json.loads(text.replace("$context.error.messageString", '"what went wrong"'))
        assert problem.keys() >= {"type", "title"}
        assert str(problem.get("status", "")) == answer.get("statusCode", "")
    held_back = [
        name for name, a in answers.items() if "gatewayresponse.header.Retry-After" in a["responseParameters"]
    ]
    assert held_back == ["THROTTLED", "INTEGRATION_TIMEOUT"]


def test_the_gateway_holds_back_a_rush() -> None:
    """So many requests a second, on every path."""
    (setting,) = properties("RestAPIapiStage")["MethodSettings"]
    assert (setting["ResourcePath"], setting["HttpMethod"]) == ("/*", "*")
    assert setting["ThrottlingRateLimit"] == {"Ref": "RequestsASecond"}
    assert setting["ThrottlingBurstLimit"] == {"Ref": "RequestsAtOnce"}


def test_the_access_log_holds_nothing_personal() -> None:
    """Neither a requested path, which may hold a token, nor an IP address, nor the caller's identity."""
    setting = properties("RestAPIapiStage")["AccessLogSetting"]
    assert setting["DestinationArn"] == {"Fn::GetAtt": ["AccessLog", "Arn"]}
    assert set(json.loads(setting["Format"]).values()) == {
        "$context.requestId", "$context.requestTime", "$context.httpMethod", "$context.resourcePath",
        "$context.status", "$context.error.responseType", "$context.responseLatency",
        "$context.integrationLatency", "$context.responseLength",
    }  # fmt: skip
    assert properties("AccessLog") == {"RetentionInDays": 30}


def test_the_sender_signs_what_it_sends() -> None:
    """The domain's mails carry a DKIM signature, and the stack tells the records that it rests on."""
    assert properties("MailIdentity")["EmailIdentity"] == {"Ref": "MailDomain"}
    assert properties("MailIdentity")["DkimAttributes"] == {"SigningEnabled": True}
    outputs = yaml.safe_load(text())["Outputs"]
    assert {
        "Address",
        "DashboardAddress",
        "TableName",
        "BucketName",
        "MailRecord1",
        "MailRecord2",
        "MailRecord3",
    } < (outputs.keys())


def test_functions_run_on_arm() -> None:
    """Unless another processor is asked for: a GB-second costs a fifth less."""
    assert package.read_configured_processor() == "arm64"


def test_two_files_that_say_something_of_one_thing_are_not_merged(tmp_path: Path) -> None:
    """One of the two would be lost."""
    for name in ("resources.yaml", "gateway.yaml", "watching.yaml"):
        (tmp_path / name).write_text("Resources: {Table: {Type: 'AWS::DynamoDB::Table'}}")
    with pytest.raises(NotPackaged) as caught:
        template.load_merge_template(tmp_path)
    assert str(caught.value) == "Resources has Table in gateway.yaml and in another file."


def test_the_api_answers_before_the_gateway_gives_up() -> None:
    """The gateway waits 29 seconds."""
    assert properties("APIHandler")["Timeout"] <= 29


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_function_writes_its_log_to_a_group_that_forgets(function: str) -> None:
    """Its own group, kept 30 days."""
    group = properties(function)["LoggingConfig"]["LogGroup"]["Ref"]
    assert group == f"{function}Log"
    assert properties(group) == {"RetentionInDays": 30}


def alarms() -> dict[str, Any]:
    """The alarms' properties."""
    return {
        name: made["Properties"] for name, made in resources().items() if made["Type"] == "AWS::CloudWatch::Alarm"
    }


def watched(metric: str) -> set[str]:
    """What alarms look at that metric of, by logical id."""
    named = [
        dimension["Value"].get("Ref") or dimension["Value"]["Fn::GetAtt"][0]
        for alarm in alarms().values()
        if alarm["MetricName"] == metric
        for dimension in alarm["Dimensions"]
    ]
    assert len(named) == len(set(named))
    return set(named)


def test_whatever_needs_a_person_raises_an_alarm() -> None:
    """Dead letters, messages that wait, functions that fail, and a stream that is not read."""
    dead_letters = {name for name in resources() if name.endswith("DeadLetters")}
    assert len(dead_letters) == 6
    assert watched("ApproximateNumberOfMessagesVisible") == dead_letters
    assert watched("ApproximateAgeOfOldestMessage") == set(QUEUES.values())
    assert watched("Errors") == FUNCTIONS
    assert watched("IteratorAge") == {"Relay"}


def test_an_alarm_tells_somebody_and_is_quiet_when_nothing_happens() -> None:
    """All go to the one topic; no data is no trouble; what each says is said once."""
    assert {json.dumps(alarm["AlarmActions"]) for alarm in alarms().values()} == {'[{"Ref": "Alarms"}]'}
    assert {alarm["TreatMissingData"] for alarm in alarms().values()} == {"notBreaching"}
    said = [alarm["AlarmDescription"] for alarm in alarms().values()]
    assert len(said) == len(set(said))


@pytest.mark.parametrize(
    ("metric", "threshold"),
    [
        ("Throttles", 0),
        ("Reputation.BounceRate", 0.04),
        ("Reputation.ComplaintRate", 0.0008),
        ("CounterDrift", 0),
        ("DeletionOfEveryone", 0),
        ("5XXError", 5),
    ],
)
def test_what_is_watched_of_the_whole(metric: str, threshold: float) -> None:
    """Throttling; SES, before it looks at the account (at 0.05 and 0.001); counters; deletions; answers."""
    (alarm,) = [alarm for alarm in alarms().values() if alarm["MetricName"] == metric]
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", threshold)


def test_the_dashboard_can_be_read() -> None:
    """Its text is a document, and what it shows is in this stack."""
    text = properties("Dashboard")["DashboardBody"]["Fn::Sub"]
    assert len(json.loads(text)["widgets"]) == 8
    named = set(re.findall(r"\$\{(\w+)(?:\.\w+)?\}", text)) - {"AWS"}
    assert named <= resources().keys()


def test_what_ses_reports_about_our_mails_reaches_the_feedback_queue() -> None:
    """Bounces, complaints and rejections of our own configuration set, and no other events.

    Only their rules may send to the queue.
    """
    ours = {"Ref": "ConfigurationSet"}
    for function in FUNCTIONS:
        assert properties(function)["Environment"]["Variables"]["CONFIGURATION_SET"] == ours
    published = properties("FeedbackEvents")
    assert published["ConfigurationSetName"] == ours
    assert published["EventDestination"]["MatchingEventTypes"] == ["bounce", "complaint", "reject"]
    rules, queue = ("Bounce", "Complaint", "Reject"), {"Fn::GetAtt": ["FeedbackQueue", "Arn"]}
    for kind in rules:
        rule = properties(f"{kind}Rule")
        detail = {"eventType": [kind], "mail": {"tags": {"ses:configuration-set": [ours]}}}
        assert rule["EventPattern"] == {"source": ["aws.ses"], "detail": detail}
        assert [target["Arn"] for target in rule["Targets"]] == [queue]
    (allowed,) = properties("FeedbackQueuePolicy")["PolicyDocument"]["Statement"]
    assert (allowed["Action"], allowed["Resource"]) == ("sqs:SendMessage", queue)
    arns = [{"Fn::GetAtt": [f"{kind}Rule", "Arn"]} for kind in rules]
    assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": arns}}


def test_a_complaint_does_not_keep_answers_back() -> None:
    """SES holds back mails to addresses that bounced, and to no others: what goes to whom is ours to decide."""
    assert properties("ConfigurationSet")["SuppressionOptions"] == {"SuppressedReasons": ["BOUNCE"]}


def test_a_failure_is_told_in_a_sentence_and_leaves_no_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No older package is left to be deployed by mistake."""

    def fetch(*_arguments: Any) -> None:
        raise NotPackaged("Nothing can be fetched today.")

    monkeypatch.setattr(dependencies, "fetch", fetch)
    for name in ("deployment.zip", "sbom.json", "template.yaml"):
        (tmp_path / name).write_text("of yesterday")
    assert package.main(["--into", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "Not packaged. Nothing can be fetched today.\n"
    assert list(tmp_path.iterdir()) == []


def test_an_app_that_cannot_be_imported_is_not_packaged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Chalice's own words are passed on."""
    monkeypatch.setattr(
        archive, "copy_sources", lambda _root, into: (into / "app.py").write_text("import nowhere")
    )
    with pytest.raises(NotPackaged, match=r"(?s)^Chalice could not package the functions:.*nowhere"):
        package.run_chalice(tmp_path, "x86_64")
