"""Hostile names, titles and notes in every kind of mail: the mail stays whole and harmless."""

import json
import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from html.parser import HTMLParser
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.language import Language
from chalicelib.mail.letters.letter import render_html, render_text
from chalicelib.programme.model import Event, MailNote, MailNoteKind, Title
from chalicelib.registration.model import Registration
from testing.calendars import parse_calendar, read_content
from tests.mail.samples import FACT_LETTERS, LETTERS, letter_about, mail_about, meeting_for, registration_for

HOSTILE = [
    "Kim\r\nBcc: x@example.org",
    "Kim\nContent-Type: text/html\n\n<b>x</b>",
    '</script><script>alert(1)</script><img src=x onerror="alert(1)">',
    '"><a href="https://evil.example">Log ind</a><!--',
    "{{ 7 * 7 }} {% raw %} %(title)s %s {name}",
    "\u202emoc.live\u202c مريم \u2066العلي\u2069",
    "🦊👩‍👩‍👧‍👦 \u200b\ufeff é",
    "x" * 300,
    "Ø" * 300,
    "END:VEVENT\r\nATTENDEE:mailto:x@example.org\r\n;,:\\",
    "=?utf-8?q?Bcc=3A_x=40example.org?=",
]


def dressed(meeting: Event, who: Registration, text: str) -> tuple[Event, Registration]:
    """The meeting and the person with that text wherever text goes, also such as no form would take."""
    title, note = Title.model_construct(da=text, en=text), MailNote.model_construct(da=text, en=text)
    words = {
        "title": title,
        "summary": title,
        "venue": meeting.venue.model_copy(update={"name": text, "note": title}),
        "contact": meeting.contact.model_copy(update={"name": text}),
        "allotments": tuple(each.model_copy(update={"title": title}) for each in meeting.allotments),
        "legs": tuple(
            each.model_copy(update={"title": title, "carrier": text, "meeting_point": title})
            for each in meeting.legs
        ),
        "notes": dict.fromkeys(get_args(MailNoteKind), note),
    }
    named = who.attendee.model_copy(update={"given_name": text, "family_name": text})
    return meeting.model_copy(update=words), replace(who, attendee=named)


def parsed(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=SMTP)
    assert isinstance(mail, EmailMessage)
    return mail


class Tags(HTMLParser):
    """The elements and attributes of a page, and what stands in its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, ...]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":  # one for each line of a stop
            self.found.append((tag, *(name for name, _ in attrs)))


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part
    return str(part.get_content())


def lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def check(name: str, language: Language, text: str) -> None:
    """The mail with the text in it is, but for the text, the mail without it."""
    plain_meeting, plain_who = dressed(meeting_for(name), registration_for(name, language), "Kim")
    meeting, who = dressed(meeting_for(name), registration_for(name, language), text)
    raw, letter = mail_about(name, meeting, who, language), letter_about(name, meeting, who, language)
    plain = parsed(mail_about(name, plain_meeting, plain_who, language))
    mail = parsed(raw)
    assert [defect for part in mail.walk() for defect in part.defects] == []
    assert (mail.keys(), raw.isascii()) == (plain.keys(), True)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert [each.addr_spec for each in mail["To"].addresses] == [each.addr_spec for each in plain["To"].addresses]
    assert [part.get_content_type() for part in mail.walk()] == [part.get_content_type() for part in plain.walk()]
    assert lines(body(mail, "plain")) == lines(render_text(letter))
    assert lines(body(mail, "html")) == lines(render_html(letter))
    assert Tags(body(mail, "html")).found == Tags(body(plain, "html")).found
    for part, beside in zip(mail.iter_attachments(), plain.iter_attachments(), strict=True):
        assert max(map(len, read_content(part).split(b"\r\n"))) <= 75
        entry, entry_beside = (parse_calendar(each).walk("VEVENT")[0] for each in (part, beside))
        assert list(entry) == list(entry_beside)
        assert str(entry["attendee"]) == str(entry_beside["attendee"])
    reservation = re.search(r'ld\+json">(.*?)</script>', body(mail, "html"), re.DOTALL)
    if reservation:
        assert json.loads(reservation[1])["reservationFor"]["name"] == text


@pytest.mark.parametrize(("name", "language"), LETTERS)
def test_hostile_words_leave_every_mail_whole(name: str, language: Language) -> None:
    """No header, element, entry or recipient comes of a written text, and no word of it is lost."""
    for text in HOSTILE:
        check(name, language, text)


@given(
    name=st.sampled_from(FACT_LETTERS),
    text=st.lists(
        st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=40).filter(str.strip)),
        min_size=1,
        max_size=4,
    ).map(" ".join),
)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_words_leave_the_mail_whole(name: str, text: str) -> None:
    """Any characters that they are made of."""
    check(name, "da", text)
