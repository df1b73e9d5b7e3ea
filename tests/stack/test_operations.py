"""The operators' page: its local steps, run word for word."""

import re
import subprocess
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib import facts
from testing.account import ROOT
from testing.system import System

PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
_SECTIONS = [section.partition("\n") for section in PAGE.partition("## Step by step")[2].split("### ")]
STEPS = [
    (title, "".join(re.findall(r"^```sh local\n(.*?)^```", text, re.M | re.S))) for title, _, text in _SECTIONS
]
LOCAL = {title: commands for title, commands in STEPS if commands}
FIRST = LOCAL.pop("Who asks")


def run(system: System, folder: Path, step: str) -> str:
    """What the step says, behind those that every step begins with."""
    script = f"set -euo pipefail\n{FIRST}{LOCAL[step]}".replace("localhost:8000", system.address)
    script = script.replace("make ", f"make -C {ROOT} ")
    ran = subprocess.run(["bash", "-xc", script], cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr + ran.stdout
    return ran.stdout


@pytest.fixture
def _a_dead_letter(system: System) -> None:
    """A letter lies among those of the waitlist's queue."""
    told = dict(line.split("=", 1) for line in system.get("/_local/aws").body.decode().splitlines())
    sqs: Any = boto3.client(
        "sqs",
        region_name=told["AWS_DEFAULT_REGION"],
        endpoint_url=told["AWS_ENDPOINT_URL"],
        aws_access_key_id=told["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=told["AWS_SECRET_ACCESS_KEY"],
    )
    fact = facts.Freed(event_id="kommunens-interesse", at="2019-11-01T07:00:00.000000Z", version=1)
    url = sqs.get_queue_url(QueueName="WaitlistDeadLetters.fifo")["QueueUrl"]
    group = {"MessageGroupId": fact.event_id, "MessageDeduplicationId": "a-letter"}
    sqs.send_message(QueueUrl=url, MessageBody=facts.encode(fact), **group)


@pytest.mark.usefixtures("_a_dead_letter")
def test_a_dead_letter_is_put_back_as_it_is_written(system: System, tmp_path: Path) -> None:
    """There is one, then it is put back and worked off, and in the end there is none."""
    said = run(system, tmp_path, "Dead letters")
    assert re.findall(r"There are \d|Put back: \d", said) == ["There are 1", "Put back: 1", "There are 0"]


@pytest.mark.parametrize("step", LOCAL)
def test_a_step_works_as_it_is_written(system: System, tmp_path: Path, step: str) -> None:
    """Each command succeeds, after those that every step begins with."""
    run(system, tmp_path, step)


def test_every_step_is_marked() -> None:
    """Either it is run here, or it needs an AWS account."""
    steps = PAGE.partition("## Step by step")[2]
    assert set(re.findall(r"^```(.+)$", steps, re.MULTILINE)) == {"sh local", "sh aws"}
    assert len(LOCAL) == 9
