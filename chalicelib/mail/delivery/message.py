"""A letter as a mail: its headers, its text, its HTML, and the calendar entries that go with it.

The structure is the one that Outlook, Gmail and Apple Mail all read as an invitation:
mixed(alternative(plain, related(HTML, code), calendar), invite.ics, one file for each further entry).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache

from chalicelib.links import qr_code
from chalicelib.mail.letters.calendar import CalendarFile
from chalicelib.mail.letters.letter import QR_CODE_CONTENT_ID, Letter, render_html, render_text

_MAX_WORD_LENGTH = 30  # signs: 60 octets and more once they are encoded
_QUOTED_ONLY_CHARACTERS = frozenset('()<>@,:;.\\"[]')  #: what stands in a name in quotes alone (RFC 5322, 3.2.3)


class _CachedHeaderRegistry(HeaderRegistry):
    """Python's own, each made once: it makes a class anew for every header that is set."""

    @cache  # noqa: B019 - there is one registry
    def __getitem__(self, name: str) -> type[BaseHeader]:
        return super().__getitem__(name)


_POLICY = SMTP.clone(header_factory=_CachedHeaderRegistry())


@dataclass(frozen=True)
class Mailbox:
    """Somebody's address, with the name to show beside it."""

    name: str
    address: str

    @classmethod
    def parse(cls, text: str) -> "Mailbox":
        """The mailbox written as `Name <address>`."""
        return cls(*parseaddr(text))


@dataclass(frozen=True)
class Envelope:
    """From whom, to whom, where answers go, and the mail's own id."""

    sender: Mailbox
    to: Mailbox
    reply_to: Mailbox | None
    mail_id: str


def build_message(
    letter: Letter, envelope: Envelope, calendar_files: Sequence[CalendarFile], now: datetime
) -> bytes:
    """The whole mail, as it goes over the wire: ASCII, CRLF, no line longer than RFC 5322 allows; the same mail is
    the same bytes."""
    mail = EmailMessage(policy=_POLICY)
    _set_headers(mail, letter, envelope, now)
    mail.set_content(render_text(letter), cte="quoted-printable")
    mail.add_alternative(render_html(letter), subtype="html", cte="quoted-printable")
    if letter.qr_code:
        _add_qr_code(mail, letter.qr_code.url)
    if calendar_files:
        _add_calendar_part(mail, calendar_files[0])
    mail.make_mixed()
    mail["Content-Language"] = letter.language  # only now: it would have moved into the first part
    for invitation in calendar_files:
        _attach_calendar_file(mail, invitation)
    for part in mail.walk():
        if part.is_multipart():
            # `=_` is found neither in quoted-printable nor in base64
            part.set_boundary(f"=_{part.get_content_subtype()}")
    return mail.as_bytes()


def _set_headers(mail: EmailMessage, letter: Letter, envelope: Envelope, now: datetime) -> None:
    mail["From"] = _build_address(envelope.sender)
    mail["To"] = _build_address(envelope.to)
    if envelope.reply_to:
        mail["Reply-To"] = _build_address(envelope.reply_to)
    mail["Subject"] = _sanitize_header_text(letter.subject)
    mail["Date"] = format_datetime(now.astimezone(UTC))
    mail["Message-ID"] = f"<{envelope.mail_id}@{envelope.sender.address.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"


def _add_qr_code(mail: EmailMessage, link: str) -> None:
    """The picture, beside the HTML that shows it."""
    *_, html = mail.iter_parts()
    html.add_related(
        qr_code.render_png(link),
        "image",
        "png",
        cid=f"<{QR_CODE_CONTENT_ID}>",
        disposition="inline",
        filename="code.png",
    )


def _add_calendar_part(mail: EmailMessage, calendar_file: CalendarFile) -> None:
    """As bytes and in base64, so that the file arrives as it was made."""
    parameters = {"method": calendar_file.method, "charset": "UTF-8"}
    mail.add_alternative(calendar_file.content, "text", "calendar", cte="base64", params=parameters)


def _attach_calendar_file(mail: EmailMessage, calendar_file: CalendarFile) -> None:
    parameters = {"method": calendar_file.method, "charset": "UTF-8"}
    mail.add_attachment(
        calendar_file.content, "text", "calendar", cte="base64", filename=calendar_file.name, params=parameters
    )


def _build_address(mailbox: Mailbox) -> Address:
    return Address(_format_display_name(mailbox.name), addr_spec=mailbox.address)


def _format_display_name(name: str) -> str:
    """The name to show beside an address; none where a line of the header could not hold its longest word, which
    would break the header in two.

    A name over several lines loses its quotes (Python's email does that), so that a comma in it would begin
    another address: it goes without the signs that need them.
    """
    if len(name) > _MAX_WORD_LENGTH:
        name = "".join(" " if sign in _QUOTED_ONLY_CHARACTERS else sign for sign in name)
    name = _sanitize_header_text(name)
    return name if max(map(len, name.split()), default=0) <= _MAX_WORD_LENGTH else ""


def _sanitize_header_text(text: str) -> str:
    """The text without anything that could end a header: every control character becomes a blank. What looks like
    an encoded word (RFC 2047) is parted, so that nobody decodes it."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split()).replace("=?", "= ?")
