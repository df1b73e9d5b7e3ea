"""A letter as a mail."""

import io
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP

import pytest
import zxingcpp
from PIL import Image

from chalicelib.facts import Accepted, Cancelled, Confirmed
from chalicelib.mail.delivery.message import Envelope, Mailbox, build_message
from chalicelib.mail.letters.calendar import CalendarFile, build_files_for_fact
from chalicelib.mail.letters.context import LetterContext
from chalicelib.mail.letters.letter import Letter, render_html, render_text
from tests.mail.samples import LINKS, NOW, accepted, cancelled, confirmed, overnight_meeting, sample, traveller

ENVELOPE = Envelope(
    sender=Mailbox.parse("Tilmelding <tilmelding@network.example>"),
    to=Mailbox("Søren Ågård-Özil", "soeren@example.org"),
    reply_to=Mailbox("Netværket", "netvaerk@network.example"),
    mail_id="rid.0001.confirmed",
)


def _parsed(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=SMTP)
    assert isinstance(mail, EmailMessage)
    return mail


def _invitations() -> tuple[CalendarFile, ...]:
    who = traveller()
    return build_files_for_fact(LetterContext(overnight_meeting(), who, LINKS), confirmed(who), NOW)


def _mail(
    letter: Letter, envelope: Envelope = ENVELOPE, invitations: tuple[CalendarFile, ...] = ()
) -> EmailMessage:
    return _parsed(build_message(letter, envelope, invitations, NOW))


def _structure(part: MIMEPart) -> object:
    inside = [_structure(child) for child in part.iter_parts()] if part.is_multipart() else None
    return {part.get_content_type(): inside} if inside else part.get_content_type()


def _text(part: MIMEPart) -> str:
    text = part.get_content()
    assert isinstance(text, str)
    return text.replace("\r\n", "\n")


def test_invitation_has_the_structure_that_mail_programs_read() -> None:
    """mixed(alternative(plain, related(HTML, code), calendar), invite.ics), then the departures' files."""
    mail = _mail(sample("confirmed", "da"), invitations=_invitations())
    related = {"multipart/related": ["text/html", "image/png"]}
    alternative = {"multipart/alternative": ["text/plain", related, "text/calendar"]}
    assert _structure(mail) == {"multipart/mixed": [alternative, *["text/calendar"] * 4]}
    assert [part.get_filename() for part in mail.iter_attachments()] == [
        "invite.ics",
        "flight_out.ics",
        "transfer_out.ics",
        "flight_home.ics",
    ]


@pytest.mark.parametrize("name", ["joined", "offered", "declined", "place-kept", "expired"])
def test_letter_without_invitation_has_no_calendar_part(name: str) -> None:
    """A participant who waits, or has only an offer, gets text and HTML alone."""
    mail = _mail(sample(name, "da"))
    assert _structure(mail) == {"multipart/mixed": [{"multipart/alternative": ["text/plain", "text/html"]}]}


@pytest.mark.parametrize("name", ["confirmed", "accepted", "cancelled"])
def test_method_of_each_part_is_the_method_in_its_body(name: str) -> None:
    """A mail program that looks at the part and one that looks at the file see the same."""
    who = traveller()
    facts: dict[str, Confirmed | Accepted | Cancelled] = {
        "confirmed": confirmed(who),
        "accepted": accepted(who),
        "cancelled": cancelled(who),
    }
    invitations = build_files_for_fact(LetterContext(overnight_meeting(), who, LINKS), facts[name], NOW)
    mail = _mail(sample(name, "da"), invitations=invitations)
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    methods = [part["content-type"].params["method"] for part in parts]
    assert methods == ["CANCEL" if name == "cancelled" else "REQUEST"] * 5
    for part, method in zip(parts, methods, strict=True):
        assert f"METHOD:{method}\r\n".encode() in part.get_payload(decode=True)


def test_calendar_files_arrive_as_they_were_made() -> None:
    """Every byte, line ends and folds included, inline and attached."""
    invitations = _invitations()
    mail = _mail(sample("confirmed", "da"), invitations=invitations)
    parts = [part.get_payload(decode=True) for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert parts == [invitations[0].content, *(invitation.content for invitation in invitations)]


def test_headers_say_what_the_mail_is() -> None:
    """From whom, to whom, where answers go, when, in which language, and that a program wrote it."""
    mail = _mail(sample("confirmed", "da"))
    wanted = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language")
    assert {name: str(mail[name]) for name in wanted} == {
        "From": "Tilmelding <tilmelding@network.example>",
        "To": "Søren Ågård-Özil <soeren@example.org>",
        "Reply-To": "Netværket <netvaerk@network.example>",
        "Subject": "Du er tilmeldt: Døgnmøde på Bornholm",
        "Date": "Fri, 01 Nov 2019 07:00:30 +0000",
        "Message-ID": "<rid.0001.confirmed@network.example>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "da",
    }


def test_text_and_html_arrive_whole() -> None:
    """Both bodies are the letter's, in UTF-8."""
    letter = sample("confirmed", "da")
    mail = _mail(letter)
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain
    assert html
    assert (_text(plain), _text(html)) == (render_text(letter), render_html(letter))
    assert mail.get_content_charset() is None
    assert {plain.get_content_charset(), html.get_content_charset()} == {"utf-8"}


def test_sign_in_mail_has_nowhere_to_answer() -> None:
    """Without an event there is no Reply-To."""
    envelope = replace(ENVELOPE, to=Mailbox("", "organiser@network.example"), reply_to=None)
    mail = _mail(sample("sign-in", "da"), envelope)
    assert (mail["Reply-To"], str(mail["To"])) == (None, "organiser@network.example")


@pytest.mark.parametrize(
    "name",
    [
        "Kim, Jr. <x@example.org>",
        'Kim "K" (Lee); \\',
        "مريم العلي",
        "🦊 Ræv 👩‍👩‍👧",
        "Ø" * 300 + " " + "å" * 300,
        "x" * 600,
        "=?utf-8?q?Bcc?=",
        "Kim, evil@example.org, " * 5,
        "Søren, evil@example.org, " * 5,
        "Kim:x@example.org; " * 5,
        "(Kim) <x@example.org> " * 5,
    ],
)
def test_any_name_leaves_the_mail_whole(name: str) -> None:
    """Separators, other scripts, emoji and long names reach the reader, and the mail has no other recipient."""
    letter = replace(sample("confirmed", "da"), subject=f"Du er tilmeldt: {name}", greeting=f"Kære {name}")
    raw = build_message(letter, replace(ENVELOPE, to=Mailbox(name, "a@example.org")), _invitations(), NOW)
    mail = _parsed(raw)
    assert [address.addr_spec for address in mail["To"].addresses] == ["a@example.org"]
    assert set(mail.keys()) == _HEADERS
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.isascii()
    plain = mail.get_body(("plain",))
    assert plain
    assert _text(plain) == render_text(letter)


_HEADERS = {
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
}


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x00", "\x0b"])
def test_line_ends_cannot_begin_a_header(end: str) -> None:
    """Whatever ends a line in a name or a title becomes a blank."""
    evil = f"Kim{end}Bcc: x@example.org"
    letter = replace(sample("joined", "da"), subject=evil)
    mail = _mail(letter, replace(ENVELOPE, to=Mailbox(evil, "a@example.org")))
    assert set(mail.keys()) == _HEADERS
    assert str(mail["Subject"]) == "Kim Bcc: x@example.org"
    assert [address.display_name for address in mail["To"].addresses] == ["Kim Bcc: x@example.org"]


def test_the_same_mail_is_the_same_bytes() -> None:
    """A mail that is sent again has the same id and the same contents."""
    first, second = (build_message(sample("confirmed", "en"), ENVELOPE, _invitations(), NOW) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", ["x" * 80 + " " + "y" * 80, "ø" * 31 + " " + "å" * 300, "Søren " + "Å" * 29])
def test_a_name_of_any_length_leaves_the_headers_whole(name: str) -> None:
    """A word that no header line could hold leaves the name out; nothing ends the headers early."""
    raw = build_message(sample("confirmed", "da"), replace(ENVELOPE, to=Mailbox(name, "a@example.org")), (), NOW)
    mail = _parsed(raw)
    assert mail["To"].addresses[0].addr_spec == "a@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert b"Auto-Submitted" in raw.partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize("kind", ["confirmed", "promoted", "accepted"])
def test_the_code_in_the_mail_is_that_for_the_door(kind: str) -> None:
    """Read by a reader of another make; the HTML shows the picture that comes with it."""
    letter = sample(kind, "da")
    mail = _mail(letter)
    [picture] = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.get_content())))
    assert found.text == LINKS.code
    html = mail.get_body(("html",))
    assert html
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in html.get_content()


def test_waiting_participant_gets_no_qr_code() -> None:
    """There is nothing to show at the door yet."""
    assert [part for part in _mail(sample("joined", "da")).walk() if part.get_content_maintype() == "image"] == []
