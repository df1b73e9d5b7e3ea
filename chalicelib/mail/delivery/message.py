"""Building a MIME message from a letter: headers, text, HTML, and calendar files.

The structure is the one that Outlook, Gmail and Apple Mail all read as an invitation:
mixed(alternative(plain, related(HTML, QR code), calendar), invite.ics, one file for each further entry).
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

_MAX_WORD_LENGTH = 30  #: characters: 60 octets and more once they are encoded
_QUOTED_ONLY_CHARACTERS = frozenset('()<>@,:;.\\"[]')  #: a name holds these in quotes only (RFC 5322, 3.2.3)


class _CachedHeaderRegistry(HeaderRegistry):
    """Python's registry with a cache, because it creates a class for every header that is set."""

    @cache  # noqa: B019 - there is one registry
    def __getitem__(self, name: str) -> type[BaseHeader]:
        return super().__getitem__(name)


_POLICY = SMTP.clone(header_factory=_CachedHeaderRegistry())


@dataclass(frozen=True)
class Mailbox:
    """An address, with the name to show beside it."""

    name: str
    address: str

    @classmethod
    def parse(cls, text: str) -> "Mailbox":
        """Parse a mailbox written as `Name <address>`."""
        return cls(*parseaddr(text))


@dataclass(frozen=True)
class Envelope:
    """The mail's sender, recipient, address for replies, and id."""

    sender: Mailbox
    to: Mailbox
    reply_to: Mailbox | None
    mail_id: str


def build_message(
    letter: Letter, envelope: Envelope, calendar_files: Sequence[CalendarFile], now: datetime
) -> bytes:
    """Build the message as it goes over the wire: ASCII, CRLF, no line longer than RFC 5322 allows.

    The result is deterministic: the same arguments give the same bytes.
    """
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
    for calendar_file in calendar_files:
        _attach_calendar_file(mail, calendar_file)
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
    """Add the QR code's image as a part related to the HTML."""
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
    """Add the file as an alternative to the text, in base64, so that it arrives byte for byte."""
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
    """Return the name to show beside an address, or an empty one where a header line cannot hold its longest word,
    which would break the header in two.

    Python's email package drops the quotes of a name over several lines, so that a comma in it would begin another
    address: a long name goes without the characters that need quotes.
    """
    if len(name) > _MAX_WORD_LENGTH:
        name = "".join(" " if char in _QUOTED_ONLY_CHARACTERS else char for char in name)
    name = _sanitize_header_text(name)
    return name if max(map(len, name.split()), default=0) <= _MAX_WORD_LENGTH else ""


def _sanitize_header_text(text: str) -> str:
    """Replace every control character by a blank, so that no text ends a header, and split what looks like an
    encoded word (RFC 2047), so that no mail program decodes it."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split()).replace("=?", "= ?")
