"""The SES v2 of this machine."""

from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.local import mailbox
from infra.local.mailbox import LocalSes, MailArchive, MailSummary


@pytest.fixture
def letters(tmp_path: Path) -> MailArchive:
    return MailArchive(tmp_path)


@pytest.fixture
def ses(letters: MailArchive) -> Iterator[Any]:
    """A client of the mailbox."""
    box = LocalSes(letters)
    client = boto3.client(
        "sesv2",
        endpoint_url=box.url,
        region_name="eu-west-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",  # pragma: allowlist secret - the mailbox takes any
    )
    yield client
    client.close()
    box.stop()


def mail(**headers: str) -> EmailMessage:
    """A mail with an attachment."""
    message = EmailMessage()
    wanted = {
        "From": "Tilmelding <sender@example.org>",
        "To": "Søren Ågård <soeren@example.org>",
        "Subject": "Du er tilmeldt – velkommen",
        "Date": "Fri, 01 Nov 2019 08:00:00 +0100",
    }
    for name, value in (wanted | headers).items():
        if value:
            message[name] = value
    message.set_content("Velkommen!")
    message.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="invite.ics")
    return message


def send(ses: Any, raw: bytes, **more: Any) -> str:
    destination = {"Destination": {"ToAddresses": ["soeren@example.org"]}}
    answer = ses.send_email(Content={"Raw": {"Data": raw}}, **(destination | more))
    return str(answer["MessageId"])


def test_a_message_is_kept_whole(ses: Any, letters: MailArchive) -> None:
    """Byte for byte, attachments included, and shown as its headers say."""
    raw = mail().as_bytes()

    first, second = send(ses, raw), send(ses, raw)

    assert first != second
    assert letters.read(1) == raw
    sent_at = datetime.fromisoformat("2019-11-01T08:00:00+01:00")
    shown = [MailSummary(n, "soeren@example.org", "Du er tilmeldt – velkommen", sent_at) for n in (1, 2)]
    assert letters.list_mails() == shown


def test_numbers_go_on_after_a_restart(letters: MailArchive, tmp_path: Path) -> None:
    """Kept mails are found again; what was not finished is not one."""
    letters.save(mail(Subject="One").as_bytes())
    (tmp_path / "2.tmp").write_bytes(b"half of a ma")

    again = MailArchive(tmp_path)

    assert again.save(mail(Subject="Two").as_bytes()) == 2
    assert [(letter.n, letter.subject) for letter in again.list_mails()] == [(1, "One"), (2, "Two")]


def test_a_mail_that_is_not_there_is_none(letters: MailArchive) -> None:
    """Numbers that were never given out have no message."""
    assert letters.read(7) is None


@pytest.mark.parametrize(
    ("raw", "more", "said"),
    [
        (mail(To="").as_bytes(), {"Destination": {"ToAddresses": []}}, "as the destination"),
        (mail().as_bytes(), {"Destination": {"ToAddresses": ["soeren"]}}, "as the destination"),
        (mail().as_bytes(), {"Destination": {"ToAddresses": ["a@b.dk"] * 51}}, "as the destination"),
        (mail(From="").as_bytes(), {}, "lacks a From header"),
        (b"\x00\x01\x02", {}, "cannot be read"),
        (b"", {}, "cannot be read"),
        (mail().as_bytes() + b"\n" * mailbox.MAX_BYTES, {}, "more than 41943040 bytes"),
    ],
    ids=["no one", "no address", "51", "no sender", "no mail", "nothing", "over 40 MB"],
)
def test_what_ses_refuses_is_refused(ses: Any, letters: MailArchive, raw: bytes, more: Any, said: str) -> None:
    """A BadRequestException that says why, and nothing is kept."""
    with pytest.raises(ClientError) as refused:
        send(ses, raw, **more)

    assert refused.value.response["Error"]["Code"] == "BadRequestException"
    assert said in refused.value.response["Error"]["Message"]
    assert letters.list_mails() == []


def test_a_mail_that_is_not_raw_is_refused(ses: Any) -> None:
    """The app sends raw messages; anything else would lose the calendar part."""
    simple = {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hi"}}}

    with pytest.raises(ClientError, match="Only raw messages"):
        ses.send_email(Destination={"ToAddresses": ["a@b.dk"]}, Content={"Simple": simple})
