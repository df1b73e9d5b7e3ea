"""Parse calendar files of mails as another program does."""

from email.message import Message

from icalendar import Calendar


def read_content(part: Message) -> bytes:
    """Return the decoded content of a part that has no parts itself."""
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def parse_calendar(part: Message) -> Calendar:
    """Parse the calendar file that a part of a mail carries."""
    return Calendar.from_ical(read_content(part))


def parse_calendars(mail: Message) -> list[Calendar]:
    """Parse the calendar files of a mail, inline and attached, in their order."""
    return [parse_calendar(part) for part in mail.walk() if part.get_content_type() == "text/calendar"]
