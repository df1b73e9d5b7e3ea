"""The mailboxes of the walk-throughs: each mail as it was sent, and the links in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from testing import builders
from testing.in_process.functions import InProcessFunctions
from testing.world import publish
from tests.web.browser import PAGE, call, post

EVENT = "leverandoerernes-oenskeseddel"
HERE = f"/events/{EVENT}/registrations"
_URL = re.compile(r"https://tilmelding\.example/[\w/.-]+")


@dataclass(frozen=True)
class Mail:
    """A mail as it lies in a mailbox."""

    to: str
    subject: str
    text: str
    everything: str  #: with the page and the calendar files

    @property
    def links(self) -> list[str]:
        """List all links to this service that a mail scanner finds."""
        return list(dict.fromkeys(_URL.findall(self.everything)))

    @property
    def own_link(self) -> str:
        """Find the mailed link: the first to a registration in the text."""
        return next(str(link) for link in _URL.findall(self.text) if "/registrations/" in link)


class Post:
    """Deliver all mails, and look into mailboxes."""

    def __init__(self, functions: InProcessFunctions) -> None:
        self.functions = functions
        publish(builders.event())

    def fetch(self, address: str) -> list[Mail]:
        """Let everything happen that is to happen, and return the mails to the address, the earliest first."""
        self.functions.drain()
        return [mail for mail in map(_read, self.functions.wire.mails) if mail.to == address]

    def fetch_latest(self, address: str) -> Mail:
        """Return the latest mail to the address."""
        return self.fetch(address)[-1]


def _read(raw: bytes) -> Mail:
    message = message_from_bytes(raw, policy=SMTP)
    assert isinstance(message, EmailMessage)
    parts = [str(part.get_content()) if part.get_content_maintype() == "text" else "" for part in _walk(message)]
    body = message.get_body(("plain",))
    assert body
    address = message["To"].addresses[0].addr_spec
    return Mail(address, str(message["Subject"]), str(body.get_content()), "\n".join(parts))


def _walk(message: EmailMessage) -> Iterator[EmailMessage]:
    return (part for part in message.walk() if isinstance(part, EmailMessage) and not part.is_multipart())


def register(name: str, email: str = "", key: str = "", **changes: Any) -> dict[str, Any]:
    """Register by JSON, and return the answer's registration."""
    email = email or f"{name.lower()}@example.org"
    answer = post(HERE, builders.person(name, "Hansen", email=email, **changes), _key(key))
    assert answer.status_code == 201, answer.body
    registration: dict[str, Any] = answer.json_body["registration"]
    return registration


def _key(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}


def see(link: str) -> tuple[int, str]:
    """Return what a link shows, as document and as page, with all that it leads to."""
    statuses, texts = [], []
    for path in ("", "/personal-data", "/calendar.ics", "/change"):
        for headers in ({}, PAGE):
            answer = call("GET", f"{link}{path}", headers=headers)
            statuses.append(answer.status_code)
            texts.append(answer.body.decode())
    return statuses[0], "\n".join(texts)


def kind_of(answer: Any) -> tuple[int, str]:
    """Return the status and the type of the problem."""
    return answer.status_code, answer.json_body["type"].rpartition("/")[2]
