"""The queues of a world do what SQS does, and its bucket what S3 does, as far as moto can say."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib import facts
from chalicelib.aws import items
from chalicelib.aws.queues import Message, _build_entry
from chalicelib.facts import Freed
from testing import account
from testing.dynamodb.client import Client
from testing.faulty_aws import codec
from testing.faulty_aws.sqs import Queue, Sqs
from tests.simulation.living import run_world
from tests.simulation.world import World

Given = list[tuple[str, str]]  #: body and group


class Double:
    """The world's queue."""

    def __init__(self, name: str) -> None:
        self.now = datetime(2019, 11, 1, tzinfo=UTC)
        self.queue = Queue(name, lambda: self.now)
        self._sqs = Sqs({name: self.queue}, lambda _: None, lambda: None)
        self._name = name

    def send(self, entries: Sequence[Any]) -> None:
        """Send entries."""
        self._sqs.send_message_batch(QueueUrl=f"https://sqs.example/{self._name}", Entries=[*entries])

    def receive(self, *, done: bool = False) -> Given:
        """Receive bodies and groups, and delete them if `done`."""
        messages = self.queue.receive(10)
        if done:
            self.queue.delete(messages)
        return [(message.body, message.group) for message in messages]


class Moto:
    """Moto's queue."""

    def __init__(self, name: str) -> None:
        self._client = boto3.client("sqs")
        self._url = account._create_queue(self._client, f"{name.title()}Queue")

    def send(self, entries: Sequence[Any]) -> None:
        """Send entries."""
        self._client.send_message_batch(QueueUrl=self._url, Entries=[*entries])

    def receive(self, *, done: bool = False) -> Given:
        """Receive bodies and groups, and delete them if `done`."""
        answer = self._client.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["MessageGroupId"]
        )
        messages = answer.get("Messages", [])
        for message in messages if done else []:
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return [(each["Body"], each.get("Attributes", {}).get("MessageGroupId", "")) for each in messages]


@pytest.fixture(params=["double", "moto"])
def queue(
    request: pytest.FixtureRequest,
    environment: pytest.MonkeyPatch,  # noqa: ARG001
) -> Iterator[Callable[[str], Double | Moto]]:
    """Yield each of both."""
    with mock_aws():
        yield Double if request.param == "double" else Moto


def entries(*versions: int, group: str | None = "e") -> list[Any]:
    """Build entries of these versions."""
    happened = [Freed(event_id="e", at="", version=version) for version in versions]
    return [
        dict(_build_entry(place, facts.encode(fact), Message(fact, group, source_id="")))
        for place, fact in enumerate(happened)
    ]


def bodies(*versions: int, group: str = "e") -> Given:
    """Build what is received of these versions."""
    return [(facts.encode(Freed(event_id="e", at="", version=v)), group) for v in versions]


def test_a_fifo_queue_gives_out_in_order(queue: Callable[[str], Double | Moto]) -> None:
    """Those of a group one after the other, and none again that is done."""
    waitlist = queue("waitlist")
    waitlist.send(entries(1, 2))
    waitlist.send(entries(3))
    assert waitlist.receive(done=True) == bodies(1, 2, 3)
    assert waitlist.receive() == []


def test_a_fifo_queue_takes_the_same_once(queue: Callable[[str], Double | Moto]) -> None:
    """Within five minutes."""
    waitlist = queue("waitlist")
    waitlist.send(entries(1))
    waitlist.send(entries(1, 2))
    assert waitlist.receive() == bodies(1, 2)


def test_what_is_given_out_is_hidden(queue: Callable[[str], Double | Moto]) -> None:
    """And so is what comes after it in its group."""
    waitlist = queue("waitlist")
    waitlist.send(entries(1))
    assert waitlist.receive() == bodies(1)
    waitlist.send(entries(2))
    assert waitlist.receive() == []
    waitlist.send(entries(3, group="other"))
    assert waitlist.receive() == bodies(3, group="other")


def test_a_standard_queue_takes_everything(queue: Callable[[str], Double | Moto]) -> None:
    """Also the same twice."""
    manifest = queue("manifest")
    manifest.send(entries(1, group=None))
    manifest.send(entries(1, group=None))
    assert [body for body, _ in manifest.receive()] == [body for body, _ in bodies(1, 1)]


def test_what_is_not_done_comes_again_until_it_is_put_aside() -> None:
    """After the time for which it is hidden, five times, as the template says; an operator sends it again."""
    double = Double("waitlist")
    double.send(entries(1))
    for _ in range(5):
        assert double.receive() == bodies(1)
        double.now += timedelta(seconds=180)
    assert (double.receive(), len(double.queue.dead_letters)) == ([], 1)
    double.queue.redrive()
    assert double.receive() == bodies(1)


def test_the_same_is_taken_again_after_five_minutes() -> None:
    """A fact that the stream tells late comes twice."""
    double = Double("waitlist")
    double.send(entries(1))
    assert double.receive(done=True) == bodies(1)
    double.now += timedelta(minutes=5)
    double.send(entries(1))
    assert double.receive() == bodies(1)


@pytest.fixture(params=["double", "moto"])
def bucket(
    request: pytest.FixtureRequest,
    environment: pytest.MonkeyPatch,  # noqa: ARG001
) -> Iterator[Any]:
    """Yield a bucket of each kind."""
    with mock_aws():
        if request.param == "moto":
            account.create_bucket(boto3.client("s3"))
            yield boto3.client("s3")
        else:
            world = World(0)
            world.faults.is_calm = True
            yield world.aws.bucket


def test_a_bucket_keeps_what_was_overwritten_until_that_version_is_deleted(bucket: Any) -> None:
    """Of each key the latest comes first; once that is deleted, the one before is the latest again."""

    def listed(prefix: str) -> list[dict[str, Any]]:
        pages = bucket.get_paginator("list_object_versions").paginate(Bucket=account.BUCKET, Prefix=prefix)
        return [each for page in pages for each in page.get("Versions", ())]

    def shown(prefix: str) -> list[tuple[str, bool]]:
        return [(each["Key"], each["IsLatest"]) for each in listed(prefix)]

    for number in range(3):
        for key in ("a/1", "a/10", "b/1"):
            bucket.put_object(Bucket=account.BUCKET, Key=key, Body=f"{number}".encode())
    of_each = [True, False, False]
    assert shown("a/") == [("a/1", latest) for latest in of_each] + [("a/10", latest) for latest in of_each]
    latest, before, first = listed("a/10")
    for each in (latest, first, first):
        bucket.delete_object(Bucket=account.BUCKET, Key="a/10", VersionId=each["VersionId"])
    assert shown("a/10") == [("a/10", True)]
    assert bucket.get_object(Bucket=account.BUCKET, Key="a/10")["Body"].read() == b"1"
    bucket.delete_object(Bucket=account.BUCKET, Key="a/10", VersionId=before["VersionId"])
    assert (shown("a/10"), len(shown("")), shown("c")) == ([], 6, [])


def test_items_are_read_and_written_as_boto3_does(memory: Client) -> None:  # noqa: ARG001 - the settings
    """All that a world comes to have."""
    for record in run_world(1).aws.table.stream:
        image = record["dynamodb"].get("NewImage", {})
        plain = items.decode_item(image)
        assert {name: codec.deserialize(value) for name, value in image.items()} == plain
        assert items.decode_item({name: codec.serialize(value) for name, value in plain.items()}) == plain
