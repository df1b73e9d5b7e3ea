"""Create table, queues and bucket in the local AWS, from `infra/resources.yaml`."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import yaml

from infra.local.aws import ACCOUNT, REGION
from infra.local.data_folder import DataFolder

_TEMPLATE = Path(__file__).parents[1] / "resources.yaml"
_TABLE, _BUCKET, _CONFIGURATION_SET = "tilmelding", "tilmelding-files", "tilmelding"

#: The others are left out, because the local AWS does not know or need them. Time to live would do harm: the local
#: AWS deletes by the wall clock, which is years ahead of the local one.
_TABLE_PROPERTIES = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")


@dataclass(frozen=True)
class Stack:
    """The names and URLs of what was created, queues by their logical id."""

    table_name: str
    stream_arn: str
    bucket_name: str
    queue_urls: dict[str, str]

    def build_environment(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """Build the environment that the template gives to the functions, with these values of its parameters.

        All functions share this process, and so one environment.
        """
        resources = {"Table": self.table_name, "Bucket": self.bucket_name, "ConfigurationSet": _CONFIGURATION_SET}
        values = {**parameters, **self.queue_urls, **resources}
        return {
            name: values[value["Ref"]] if isinstance(value, dict) else str(value)
            for properties in _list_function_properties()
            for name, value in properties.get("Environment", {}).get("Variables", {}).items()
        }


class _TemplateLoader(yaml.SafeLoader):
    """Loads CloudFormation's short-form intrinsics: `!GetAtt X.Arn` as {"GetAtt": "X.Arn"}."""


def _construct_intrinsic(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_TemplateLoader.add_multi_constructor("!", _construct_intrinsic)


@cache
def load_template() -> dict[str, Any]:
    """Load `infra/resources.yaml` once; the result must not be changed."""
    template: dict[str, Any] = yaml.load(_TEMPLATE.read_text("utf-8"), _TemplateLoader)
    return template


def _list_function_properties() -> list[dict[str, Any]]:
    """List the properties that the template gives to all functions, and to each."""
    resources = load_template()["Resources"].values()
    own = (resource["Properties"] for resource in resources if resource["Type"] == "AWS::Serverless::Function")
    return [load_template()["Globals"]["Function"], *own]


def ensure(folder: DataFolder) -> Stack:
    """Create what is missing and keep what an earlier run left; raises CannotStart where only a part is left."""
    resources: dict[str, Any] = load_template()["Resources"]
    has_stack = folder.has_stack
    stream_arn, is_new = _ensure_table(resources["Table"]["Properties"])
    if has_stack and is_new:
        raise folder.build_damage_error("the table")
    _ensure_bucket(resources["Bucket"]["Properties"])
    queues = {
        logical_id: resource.get("Properties", {})
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::SQS::Queue"
    }
    return Stack(_TABLE, stream_arn, _BUCKET, _ensure_queues(queues))


def _ensure_table(properties: dict[str, Any]) -> tuple[str, bool]:
    """Return the table's stream, and True where the table is new."""
    dynamodb: Any = boto3.client("dynamodb")
    try:
        created = dynamodb.create_table(
            TableName=_TABLE,
            StreamSpecification={"StreamEnabled": True, **properties["StreamSpecification"]},
            **{name: properties[name] for name in _TABLE_PROPERTIES if name in properties},
        )
    except dynamodb.exceptions.ResourceInUseException:
        return str(dynamodb.describe_table(TableName=_TABLE)["Table"]["LatestStreamArn"]), False
    return str(created["TableDescription"]["LatestStreamArn"]), True


def _ensure_bucket(properties: dict[str, Any]) -> None:
    """Create the bucket; set its versioning again where an earlier run left it."""
    s3: Any = boto3.client("s3")
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=_BUCKET, VersioningConfiguration=properties["VersioningConfiguration"])


def _ensure_queues(queues: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Create the queues and return their URLs; dead-letter queues come first, because the others name them."""
    sqs: Any = boto3.client("sqs")
    names = {logical_id: _build_queue_name(logical_id, properties) for logical_id, properties in queues.items()}
    last_with_redrive = sorted(queues, key=lambda logical_id: "RedrivePolicy" in queues[logical_id])
    return {
        logical_id: _ensure_queue(sqs, names[logical_id], _build_attributes(queues[logical_id], names))
        for logical_id in last_with_redrive
    }


def _build_queue_name(logical_id: str, properties: dict[str, Any]) -> str:
    return logical_id + (".fifo" if properties.get("FifoQueue") else "")


def _build_attributes(properties: dict[str, Any], names: dict[str, str]) -> dict[str, str]:
    return {
        name: _format_attribute(value, names)
        for name, value in properties.items()
        if name not in ("QueueName", "Tags")
    }


def _format_attribute(value: Any, names: dict[str, str]) -> str:
    if isinstance(value, dict):
        return json.dumps({name: _resolve(part, names) for name, part in value.items()})
    return str(value).lower() if isinstance(value, bool) else str(value)


def _resolve(value: Any, names: dict[str, str]) -> Any:
    match value:
        case {"GetAtt": str(attribute)} if attribute.endswith(".Arn"):
            return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{names[attribute.removesuffix('.Arn')]}"
    return value


def _ensure_queue(sqs: Any, name: str, attributes: dict[str, str]) -> str:
    try:
        return str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])
    except sqs.exceptions.QueueNameExists:  # with other attributes: an earlier version made it
        url = str(sqs.get_queue_url(QueueName=name)["QueueUrl"])
        changeable = {key: value for key, value in attributes.items() if key != "FifoQueue"}
        sqs.set_queue_attributes(QueueUrl=url, Attributes=changeable)
        return url
