"""What each function may do: what its code can come to, what Lambda does in its name, and nothing else."""

import json
from typing import Any

import pytest

from testing.account import ROOT, load_resources
from tests.infra import calls
from tests.infra.policies import FUNCTIONS, IN_ITS_NAME, Permission, granted

#: What a call takes, and whereof. The bucket's files are encrypted by a key of our own.
CALLS: dict[tuple[str, str], set[Permission]] = {
    ("chalicelib.aws.table", "get_item"): {("dynamodb:GetItem", "Table.Arn")},
    ("chalicelib.aws.table", "batch_get_item"): {("dynamodb:BatchGetItem", "Table.Arn")},
    ("chalicelib.aws.table", "query"): {("dynamodb:Query", "Table.Arn")},
    # In a transaction each item takes the permission of its own kind; there is none for the transaction.
    ("chalicelib.aws.table", "PutItem"): {("dynamodb:PutItem", "Table.Arn")},
    ("chalicelib.aws.table", "UpdateItem"): {("dynamodb:UpdateItem", "Table.Arn")},
    ("chalicelib.aws.table", "ConditionCheckItem"): {("dynamodb:ConditionCheckItem", "Table.Arn")},
    ("chalicelib.aws.table", "DeleteItem"): {("dynamodb:DeleteItem", "Table.Arn")},
    ("chalicelib.aws.queues", "send_message_batch"): set(),  # by the queue that is meant: see QUEUES
    ("chalicelib.aws.secret_keys", "get_parameter"): set(),  # by the key that is meant: see KEYS
    ("chalicelib.travel.files", "put_object"): {
        ("s3:PutObject", "Bucket.Arn/*"),
        ("kms:GenerateDataKey", "HealthKey.Arn"),
    },
    ("chalicelib.travel.files", "get_object"): {
        ("s3:GetObject", "Bucket.Arn/*"),
        ("kms:Decrypt", "HealthKey.Arn"),
    },
    ("chalicelib.travel.files", "delete_object"): {("s3:DeleteObjectVersion", "Bucket.Arn/*")},  # with its id
    ("chalicelib.travel.files", "list_object_versions"): {("s3:ListBucketVersions", "Bucket.Arn")},
    # SES looks at the first for a raw message, and its reference names the second.
    ("chalicelib.mail.delivery.sender", "send_email"): {
        (action, resource)
        for action in ("ses:SendRawEmail", "ses:SendEmail")
        for resource in ("identity/MailDomain", "configuration-set/ConfigurationSet")
    },
}
#: The settings that name a queue which functions send to.
QUEUES = {f"{name.lower()}_queue_url": f"{name}Queue" for name in ("Mail", "Waitlist", "Manifest", "Rounds")}
#: The functions whose module has another name.
MODULES = {"rounds": "broadcasts"}
#: The settings that name a parameter with keys.
KEYS = {
    "signing_keys": "SigningKeys",
    "session_keys": "SessionKeys",
    "identity_key": "IdentityKey",
    "sealing_keys": "SealingKeys",
}


def needed(function: str) -> set[Permission]:
    """What the function's code can come to, and what Lambda does in its name."""
    found = calls.reached(_handlers(function))
    by_call = {permission for call in calls.calls(found) for permission in CALLS[call]}
    to_queues = {("sqs:SendMessage", f"{QUEUES[name]}.Arn") for name in calls.attributes(found) & QUEUES.keys()}
    keys = {("ssm:GetParameter", f"parameter{KEYS[name]}") for name in calls.attributes(found) & KEYS.keys()}
    if "sealing_keys" in calls.attributes(found):  # by a key of their own, with which SSM decrypts them
        keys.add(("kms:Decrypt", "HealthKey.Arn"))
    due = {("dynamodb:Query", "Table.Arn/index/due")} if ("chalicelib.aws.table", "query_due") in found else set()
    log = "APIHandlerLog.Arn" if function == "api_handler" else f"{function.title()}Log.Arn"
    own_log = {(action, log) for action in ("logs:CreateLogStream", "logs:PutLogEvents")}
    return by_call | to_queues | keys | due | own_log | IN_ITS_NAME.get(function, set())


def _handlers(function: str) -> set[calls.Node]:
    if function != "api_handler":
        return calls.handlers(f"chalicelib.workers.{MODULES.get(function, function)}")
    views = (calls.handlers(name) for name in calls.modules() if name.startswith("chalicelib.web."))
    return set().union(*views) | {("chalicelib.web.http.routing", "convert_method_not_allowed")}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_what_it_needs_and_no_more(function: str) -> None:
    """Nothing missing, nothing spare, nothing twice, no action with a star."""
    assert sorted(granted(function)) == sorted(needed(function))


def test_what_is_about_health_is_opened_by_those_alone_who_need_it() -> None:
    """Functions that answer requests or build lists have the setting and may read its parameter; no others do."""
    functions = {name: calls.attributes(calls.reached(_handlers(name))) for name in FUNCTIONS}
    template = load_resources()
    told = {
        name
        for name in FUNCTIONS
        if "SEALING_KEYS" in _environment(template["APIHandler" if name == "api_handler" else name.title()])
    }
    assert told == {"api_handler", "manifest"}
    assert {name for name, taken in functions.items() if "sealing_keys" in taken} == told
    assert {name for name in FUNCTIONS if any(action == "kms:Decrypt" for action, _ in granted(name))} == told


def test_what_is_about_health_is_decrypted_where_it_is_kept() -> None:
    """In SSM and in S3: no function asks KMS itself."""
    for function in ("api_handler", "manifest"):
        document = json.loads((ROOT / ".chalice" / FUNCTIONS[function]["iam_policy_file"]).read_text())
        [statement] = [each for each in document["Statement"] if "kms:Decrypt" in each["Action"]]
        by_way_of = [{"Fn::Sub": f"{service}.${{AWS::Region}}.${{AWS::URLSuffix}}"} for service in ("ssm", "s3")]
        assert statement["Condition"] == {"StringEquals": {"kms:ViaService": by_way_of}}


def _environment(function: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = function["Properties"].get("Environment", {}).get("Variables", {})
    return found


def test_aws_is_reached_through_the_clients_alone() -> None:
    """Each client is made in one place, so that the calls to it can be found."""
    makers = {
        node
        for module in calls.modules().values()
        for node in ((module.name, name) for name in module.definitions)
        if "client" in calls.attributes({node}) and "boto3" in calls.names({node})
    }
    assert makers == {(module, "client") for module, _ in CALLS}
