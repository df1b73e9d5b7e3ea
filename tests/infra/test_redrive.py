"""Dead letters are put back where they came from."""

from typing import Any

import boto3
import pytest

from infra import redrive


@pytest.fixture
def sqs(aws: None) -> Any:  # noqa: ARG001 - the account is in it
    """SQS with the queues for mails and manifests, and their dead letters; named as a stack names them."""
    client = boto3.client("sqs")
    client.create_queue(QueueName="tilmelding-MailDeadLetters-1A2B.fifo", Attributes={"FifoQueue": "true"})
    client.create_queue(QueueName="tilmelding-ManifestDeadLetters-3C4D")
    return client


def put(sqs: Any, queue: str, *bodies: str) -> None:
    for body in bodies:
        group = {"MessageGroupId": f"of-{body[0]}", "MessageDeduplicationId": body} if queue[:4] == "Mail" else {}
        sqs.send_message(QueueUrl=redrive.find_queue_url(sqs, f"{queue}DeadLetters"), MessageBody=body, **group)


def lie_on(sqs: Any, queue: str) -> list[tuple[str, str]]:
    """Body and group of what lies on the queue."""
    found = sqs.receive_message(
        QueueUrl=redrive.find_queue_url(sqs, queue),
        MaxNumberOfMessages=10,
        MessageSystemAttributeNames=["MessageGroupId"],
    )
    return [(each["Body"], each.get("Attributes", {}).get("MessageGroupId", "")) for each in found["Messages"]]


def test_without_write_it_says_how_many(sqs: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """And leaves them where they are."""
    put(sqs, "Manifest", "one", "two")
    assert redrive.main(["Manifest"]) == 0
    assert capsys.readouterr().out == "There are 2.\n"
    assert len(lie_on(sqs, "ManifestDeadLetters")) == 2


def test_letters_go_back_in_their_order_and_groups(sqs: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """More than a call takes; none is left behind."""
    bodies = [f"{whose}{number}" for number in range(4) for whose in "abc"]
    put(sqs, "Mail", *bodies)
    assert redrive.main(["Mail", "--write"]) == 0
    assert capsys.readouterr().out == "Put back: 12.\n"
    url = redrive.find_queue_url(sqs, "MailQueue")
    assert redrive.count_messages(sqs, url) == 12
    back = lie_on(sqs, "MailQueue")
    assert [body for body, group in back if group == "of-a"] == sorted(body for body, _ in back if body[0] == "a")
    assert redrive.count_messages(sqs, redrive.find_queue_url(sqs, "MailDeadLetters")) == 0


def test_a_queue_without_order_needs_no_group(sqs: Any) -> None:
    """The manifests' queue is none of FIFO."""
    put(sqs, "Manifest", "one")
    assert redrive.main(["Manifest", "--write"]) == 0
    assert lie_on(sqs, "ManifestQueue") == [("one", "")]


def test_of_two_stacks_none_is_guessed(sqs: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """It says how many there are, and moves nothing."""
    put(sqs, "Manifest", "one")
    sqs.create_queue(QueueName="another-ManifestDeadLetters-5E6F")
    assert redrive.main(["Manifest", "--write"]) == 1
    said = "Not put back. There are 2 queues called ManifestDeadLetters in this account and region.\n"
    assert capsys.readouterr().err == said
