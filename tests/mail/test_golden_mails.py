"""The mails as SES gets them, each in each language, as other programs read them."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from chalicelib.language import LANGUAGES, Language
from chalicelib.mail.letters.catalogue import MAIL_KINDS
from chalicelib.mail.letters.letter import render_html, render_text
from testing.calendars import parse_calendar
from tests.mail.samples import FACT_LETTERS, GOLDEN, LETTERS, build_sample_fact, sample, sample_mail, traveller

#: Which entries each mail brings, by their method; the others bring none.
FILES = {
    "confirmed": ["REQUEST"] * 4,
    "confirmed-by-a-colleague": ["REQUEST"] * 4,
    "promoted": ["REQUEST"] * 4,
    "accepted": ["REQUEST"] * 4,
    "changed": ["REQUEST"] * 3 + ["CANCEL"],
    "swapped": ["REQUEST"] * 4,
    "cancelled": ["CANCEL"] * 4,
    "cancelled-by-organiser": ["CANCEL"] * 4,
    "told-of-change": ["REQUEST"] * 4,
    "told-of-change-travel": ["REQUEST"] * 4,
}


def golden(name: str, language: Language) -> EmailMessage:
    mail = message_from_bytes((GOLDEN / f"{name}.{language}.eml").read_bytes(), policy=SMTP)
    assert isinstance(mail, EmailMessage)
    return mail


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part
    return str(part.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize(("name", "language"), LETTERS)
def test_mail_is_the_golden_one(name: str, language: Language) -> None:
    """Each mail is, byte for byte, the one that was looked at and kept."""
    assert sample_mail(name, language) == (GOLDEN / f"{name}.{language}.eml").read_bytes()


def test_no_golden_mail_is_left_over() -> None:
    """Each file is looked at by these tests."""
    assert {path.name for path in GOLDEN.iterdir()} == {
        f"{name}.{language}.{ending}" for name, language in LETTERS for ending in ("eml", "txt")
    }


def test_each_letter_of_the_catalogue_has_a_golden_mail() -> None:
    """A new row in the catalogue brings a sample."""
    samples = {build_sample_fact(name, traveller()).kind for name in FACT_LETTERS}
    assert samples == {kind for kind, mail in MAIL_KINDS.items() if mail.build_letter}


@pytest.mark.parametrize(("name", "language"), LETTERS)
def test_the_standard_library_reads_the_mail_whole(name: str, language: Language) -> None:
    """No defect in any part; subject, language, text and HTML are the letter's."""
    mail, letter = golden(name, language), sample(name, language)
    assert [defect for part in mail.walk() for defect in part.defects] == []
    assert (str(mail["Subject"]), str(mail["Content-Language"])) == (letter.subject, language)
    assert (body(mail, "plain"), body(mail, "html")) == (render_text(letter), render_html(letter))


@pytest.mark.parametrize(("name", "language"), LETTERS)
def test_icalendar_reads_the_files_of_the_mail(name: str, language: Language) -> None:
    """Each attached file is one entry, in the method that its part names; the first is shown in the mail too."""
    mail = golden(name, language)
    attached = list(mail.iter_attachments())
    read = [parse_calendar(part) for part in attached]
    assert [str(calendar["method"]) for calendar in read] == FILES.get(name, [])
    assert [part["content-type"].params["method"] for part in attached] == FILES.get(name, [])
    assert [len(calendar.walk("VEVENT")) for calendar in read] == [1] * len(read)
    shown = [
        part for part in mail.walk() if part.get_content_type() == "text/calendar" and not part.get_filename()
    ]
    assert [part.get_payload(decode=True) for part in shown] == [
        part.get_payload(decode=True) for part in attached[:1]
    ]


#: What is the same in both languages: names, addresses, numbers, and words that happen to be.
SAME = re.compile(
    r"https://.*|[\d.:–-]+|- [\d.:]+: Bar|\s+DAT DX123|\s+Allinge Turist|\s+Peter Holm|\s+Grønbechs Hotel|"
    r"Email address.*|.*soeren.*@example.org|"
)


@pytest.mark.parametrize("name", sorted({name for name, _ in LETTERS}))
def test_no_line_is_left_in_the_other_language(name: str) -> None:
    """Every line of words differs between Danish and English."""
    danish, english = (
        [str(golden(name, language)["Subject"]), *body(golden(name, language), "plain").splitlines()]
        for language in LANGUAGES
    )
    assert len(danish) == len(english)
    assert [line for line in danish if line in english and not SAME.fullmatch(line)] == []
