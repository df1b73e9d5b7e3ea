"""What the policy of each function allows, and what of it Lambda uses in the function's name."""

import json
from typing import Any

from testing.account import ROOT

Permission = tuple[str, str]  # action and resource

FROM_A_QUEUE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
FROM_THE_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
#: What Lambda does in the function's name: bring its batches, and set aside what cannot be read.
IN_ITS_NAME: dict[str, set[Permission]] = {
    **{
        name.lower(): {(action, f"{name}Queue.Arn") for action in FROM_A_QUEUE}
        for name in ("Mail", "Feedback", "Waitlist", "Rounds", "Manifest")
    },
    "relay": {
        *((action, "Table.StreamArn") for action in FROM_THE_STREAM),
        ("dynamodb:ListStreams", "*"),  # knows no narrower resource
        ("sqs:SendMessage", "RelayDeadLetters.Arn"),
    },
}
FUNCTIONS = json.loads((ROOT / ".chalice" / "config.json").read_text())["stages"]["api"]["lambda_functions"]


def granted(function: str) -> list[Permission]:
    """What the function's policy allows, resources by their logical ids."""
    document = json.loads((ROOT / ".chalice" / FUNCTIONS[function]["iam_policy_file"]).read_text())
    assert {statement["Effect"] for statement in document["Statement"]} == {"Allow"}
    return [
        (action, resource)
        for statement in document["Statement"]
        for action in statement["Action"]
        for resource in _resources(statement["Resource"])
    ]


def _resources(written: Any) -> list[str]:
    match written:
        case [*several]:
            return [name for each in several for name in _resources(each)]
        case {"Fn::GetAtt": [logical_id, attribute]}:
            return [f"{logical_id}.{attribute}"]
        case {"Fn::Sub": str(text)}:
            return [text.rpartition("}:")[2].replace("${", "").replace("}", "")]
    return [str(written)]
