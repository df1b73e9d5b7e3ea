"""A registration that is lost, brought back in the running system."""

import os
import subprocess
import sys
from contextlib import suppress
from typing import Any

import boto3

from testing.account import ROOT
from testing.system import System

EVENT = "a-table-from-before"


def restore(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "infra.restore", EVENT, *arguments]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_who_was_lost_is_back_and_hears_nothing_twice(system: System) -> None:
    """Their page, their place and their history are as they were, and the stream's telling sends no mail again."""
    system.create(EVENT)
    lost = system.register(EVENT, "Lost")
    system.wait_until_idle()
    before, mailed = system.read_registration(lost), system.list_subjects(EVENT, "Lost")
    told = dict(line.split("=", 1) for line in system.get("/_local/aws").body.decode().splitlines())
    environment = {**os.environ, **told}
    key: Any = {"PK": {"S": f"EVENT#{EVENT}"}, "SK": {"S": f"REG#{lost['id']}"}}
    client: Any = boto3.client(
        "dynamodb",
        region_name=told["AWS_DEFAULT_REGION"],
        endpoint_url=told["AWS_ENDPOINT_URL"],
        aws_access_key_id=told["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=told["AWS_SECRET_ACCESS_KEY"],
    )
    with suppress(client.exceptions.ResourceNotFoundException):
        client.delete_table(TableName=f"{told['TABLE_NAME']}-before")
    restore(environment, "--at", "2019-11-01T07:30:00+00:00")
    client.delete_item(TableName=told["TABLE_NAME"], Key=key)
    assert system.get(lost["links"]["self"]).status == 404
    assert restore(environment, "--write").startswith("Gone since then: 1 REG.")
    client.delete_table(TableName=f"{told['TABLE_NAME']}-before")
    system.wait_until_idle()
    assert system.read_registration(lost) == before
    assert system.list_subjects(EVENT, "Lost") == mailed
    assert system.as_organiser("POST", f"/organiser/events/{EVENT}/recount", {}).document["differences"] == []
