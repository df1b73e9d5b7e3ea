"""An AWS account in which functions run from their archive and may do what their roles allow, and no more."""

import json
import os
import subprocess
import sys
import time
import venv
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from infra.packaging import template
from testing.account import REGION, ROOT
from tests.deployed.client import DeployedSystem

ACCOUNT = "000000000000"  # whose address for APIs needs no credentials in ministack
_PUBLIC_URL = "https://tilmelding.example"
_CODE_BUCKET = "code"
_UNKNOWN_OUTPUTS = ("MailRecord1", "MailRecord2", "MailRecord3")  # ministack makes no DKIM records
_TIMEOUT_SECONDS = 60  # seconds for a stack

#: What Lambda's Python brings along; everything else must be in the archive.
_RUNTIME_PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six.py")


@dataclass(frozen=True)
class PermissionCheck:
    """A permission that a function asked for, and whether it had it."""

    function: str
    action: str
    resource: str
    allowed: bool


class Account:
    """A running ministack, alone with its clean environment, and what is deployed in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = (folder / "log").open("w")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.deployed.emulator", _create_runtime(folder / "runtime"), str(folder)],
            cwd=ROOT,
            env=_build_environment(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        assert self._process.stdout is not None
        port = self._process.stdout.readline().decode().strip()
        assert port, self.log
        self.address = f"http://127.0.0.1:{port}"
        self.client("s3").create_bucket(
            Bucket=_CODE_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )

    def client(self, service: str) -> Any:
        """A client with every right."""
        secrets = {"aws_access_key_id": ACCOUNT, "aws_secret_access_key": "test"}
        made: Any = boto3.client(service, region_name=REGION, endpoint_url=self.address, **secrets)  # type: ignore[call-overload]
        return made

    def deploy(self, name: str, archive: bytes, packaged: dict[str, Any]) -> DeployedSystem:
        """The stack of this archive and this template, as `aws cloudformation deploy` would make it."""
        self.client("s3").put_object(Bucket=_CODE_BUCKET, Key=f"{name}.zip", Body=archive)
        body = template.translate(deepcopy(packaged), f"s3://{_CODE_BUCKET}/{name}.zip")
        for record in _UNKNOWN_OUTPUTS:
            body["Outputs"].pop(record, None)
        self.client("s3").put_object(Bucket=_CODE_BUCKET, Key=f"{name}.json", Body=json.dumps(body))
        for key in ("signing-keys", "session-keys", "identity-key", "sealing-keys"):
            self.client("ssm").put_parameter(Name=f"/{name}/{key}", Value=f"a {key}", Type="SecureString")
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(
            StackName=name,
            TemplateURL=f"{self.address}/{_CODE_BUCKET}/{name}.json",
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in _parameters(name).items()
            ],
        )
        assert self._wait_for_stack(name) == "CREATE_COMPLETE", self._list_failure_reasons(name)
        made = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        resources = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in made}
        api = f"{self.address}/restapis/{resources['RestAPI']}/api/_user_request_"
        return DeployedSystem(api, _PUBLIC_URL, _organiser(name), resources, self._folder / "mails")

    @property
    def log(self) -> str:
        """What ministack wrote, with what went wrong in functions."""
        return (self._folder / "log").read_text()

    def read_log(self, log_group: str) -> str:
        """What a function has written to its log."""
        events = self.client("logs").filter_log_events(logGroupName=log_group)["events"]
        return "".join(event["message"] for event in events)

    def invoke_scheduled(self, function: str) -> None:
        """Run a function as its schedule would, to its end, which is to be a good one."""
        said = {
            "version": "0",
            "account": ACCOUNT,
            "region": REGION,
            "detail": {},
            "detail-type": "Scheduled Event",
        }
        event = {**said, "source": "aws.events", "time": "2026-01-01T00:00:00Z", "id": "an-id", "resources": []}
        started = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
        assert "FunctionError" not in started, started["Payload"].read()

    def query_items(self, stack: DeployedSystem, event_id: str, prefix: str) -> list[Any]:
        """What the stack's table has of the event under sort keys that begin so."""
        values = {":pk": {"S": f"EVENT#{event_id}"}, ":prefix": {"S": prefix}}
        found = self.client("dynamodb").query(
            TableName=stack.resources["Table"],
            KeyConditionExpression="PK = :pk AND begins_with(SK, :prefix)",
            ExpressionAttributeValues=values,
            ConsistentRead=True,
        )
        return list(found["Items"])

    def list_files(self, stack: DeployedSystem, event_id: str) -> list[str]:
        """What the stack's bucket has of the event, a name for each version and each marker of a deletion."""
        bucket, prefix = stack.resources["Bucket"], f"manifests/{event_id}/"
        found = self.client("s3").list_object_versions(Bucket=bucket, Prefix=prefix)
        versions = (*found.get("Versions", ()), *found.get("DeleteMarkers", ()))
        return sorted(each["Key"].rpartition("/")[2] for each in versions)

    def add_taken(self, stack: DeployedSystem, event_id: str, more: int) -> None:
        """Write into the table by hand, as operators should not."""
        self.client("dynamodb").update_item(
            TableName=stack.resources["Table"],
            Key={"PK": {"S": f"EVENT#{event_id}"}, "SK": {"S": "PLACES"}},
            UpdateExpression="SET taken.place = taken.place + :more",
            ExpressionAttributeValues={":more": {"N": str(more)}},
        )

    def end_grace_period(self, stack: DeployedSystem, event_id: str) -> None:
        """Let the week be over in which a change of the event's dates could be undone."""
        past = {"S": "2020-01-01T00:00:00.000000Z"}
        self.client("dynamodb").update_item(
            TableName=stack.resources["Table"],
            Key={"PK": {"S": f"EVENT#{event_id}"}, "SK": {"S": "PURGE"}},
            UpdateExpression="SET due_at = :past, stages = :stages",
            ExpressionAttributeValues={
                ":past": past,
                ":stages": {"M": dict.fromkeys(("health", "travel", "people"), past)},
            },
        )

    def list_permission_checks(self) -> set[PermissionCheck]:
        """What the functions have asked for so far."""
        path = self._folder / "asked"
        lines = path.read_text().splitlines() if path.exists() else []
        return {PermissionCheck(**json.loads(line)) for line in lines}

    def stop(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()
        self._log.close()

    def _wait_for_stack(self, name: str) -> str:
        ends = time.monotonic() + _TIMEOUT_SECONDS
        while time.monotonic() < ends:
            status = str(self.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
            if not status.endswith("_IN_PROGRESS"):
                return status
            time.sleep(0.1)
        return "still in progress"

    def _list_failure_reasons(self, name: str) -> list[tuple[str, str]]:
        events = self.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
        failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
        reasons = [(event["LogicalResourceId"], event.get("ResourceStatusReason", "")) for event in failed]
        return reasons or [(name, self.log)]


def _parameters(name: str) -> dict[str, str]:
    return {
        "PublicUrl": _PUBLIC_URL,
        "Sender": f"Tilmelding <tilmelding@{name}.example>",
        "MailDomain": f"{name}.example",
        "Organisers": _organiser(name),
        "SigningKeys": f"/{name}/signing-keys",
        "SessionKeys": f"/{name}/session-keys",
        "IdentityKey": f"/{name}/identity-key",
        "SealingKeys": f"/{name}/sealing-keys",
    }


def _organiser(name: str) -> str:
    """Of this stack alone, so that a mail tells which stack it is from."""
    return f"organiser@{name}.example"


def _build_environment(folder: Path) -> dict[str, str]:
    """Nothing of this machine's: what is in ministack's environment is in the functions', too."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "AUTH": "true",
        "MINISTACK_REGION": REGION,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "INFO",
        "DOCKER_HOST": f"unix://{folder}/no-docker",
    }


def _create_runtime(folder: Path) -> str:
    """A Python that knows what Lambda's knows, and nothing that is installed here for the tests."""
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for name in _RUNTIME_PACKAGES:
        (packages / name).symlink_to(Path(boto3.__file__).parents[1] / name)
    return str(folder / "bin" / "python")
