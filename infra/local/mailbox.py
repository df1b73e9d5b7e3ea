"""The mailbox of this machine: SendEmail of SES v2 for raw messages, and an archive of what was sent.

Mails to the addresses of SES's mailbox simulator are kept too, and then cause an event (`simulator.py`).
"""

import base64
import binascii
import json
import re
import threading
import uuid
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import default
from email.utils import getaddresses, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from infra.local.simulator import MailboxSimulator

MAX_BYTES = 40 * 1024 * 1024
MAX_RECIPIENTS = 50

_SEND_PATH = "/v2/email/outbound-emails"


class MessageRejected(Exception):
    """SES would reject the message."""


@dataclass(frozen=True)
class MailSummary:
    """An archived mail as the list shows it; `sent_at` is the date that the mail itself names."""

    n: int
    to: str
    subject: str
    sent_at: datetime | None


class MailArchive:
    """The archived mails, numbered from 1 in the order of arrival, each a file `{n}.eml`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._cache: dict[int, MailSummary] = {}
        self._last_number = max(
            (int(file.stem) for file in folder.glob("*.eml") if file.stem.isdigit()), default=0
        )

    def save(self, message: bytes) -> int:
        """Write the message atomically and return its number."""
        with self._lock:
            n = self._last_number + 1
            unfinished = self._folder / f"{n}.tmp"
            unfinished.write_bytes(message)
            unfinished.replace(self._get_path(n))
            self._last_number = n
            return n

    def read(self, n: int) -> bytes | None:
        """Return the message as it was sent, or None."""
        try:
            return self._get_path(n).read_bytes()
        except FileNotFoundError:
            return None

    def list_mails(self) -> list[MailSummary]:
        """Return a summary of every mail, in order."""
        return [
            self._summarize(n)
            for n in range(1, self._last_number + 1)
            if n in self._cache or self._get_path(n).exists()
        ]

    def _get_path(self, n: int) -> Path:
        return self._folder / f"{n}.eml"

    def _summarize(self, n: int) -> MailSummary:
        if n not in self._cache:
            headers = parse(self._get_path(n).read_bytes(), headers_only=True)
            to = ", ".join(list_recipients(headers, "To"))
            self._cache[n] = MailSummary(n, to, str(headers["Subject"] or ""), _parse_sent_at(headers))
        return self._cache[n]


def parse(message: bytes, *, headers_only: bool = False) -> EmailMessage:
    """Parse the message, or only its headers."""
    return BytesParser(EmailMessage, policy=default).parsebytes(message, headersonly=headers_only)


def list_recipients(message: Message, *headers: str) -> list[str]:
    """Return the bare addresses in these headers."""
    values = [str(value) for header in headers for value in message.get_all(header, [])]
    return [address for _, address in getaddresses(values) if address]


def _parse_sent_at(headers: EmailMessage) -> datetime | None:
    try:
        return parsedate_to_datetime(str(headers["Date"]))
    except (ValueError, TypeError):
        return None


def accept(request: Any) -> bytes:
    """Return the raw message of a SendEmail request; raises MessageRejected where SES would reject it."""
    message = _decode_raw(request)
    if len(message) > MAX_BYTES:
        raise MessageRejected("Message length is more than 41943040 bytes long.")
    parsed = message_from_bytes(message)  # ten times as fast as `parse`, which parses each header whole
    if not list_recipients(parsed, "From") or parsed.defects:
        raise MessageRejected("The raw message cannot be read: it lacks a From header, or its parts are broken.")
    destination = request.get("Destination") or {}
    to = [address for kind in ("To", "Cc", "Bcc") for address in destination.get(f"{kind}Addresses") or []]
    to = to or list_recipients(parsed, "To", "Cc", "Bcc")
    if not 1 <= len(to) <= MAX_RECIPIENTS or not all("@" in address for address in to):
        raise MessageRejected(
            f"Give 1 to {MAX_RECIPIENTS} mail addresses as the destination; these are {len(to)}."
        )
    for tag in request.get("EmailTags") or []:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", tag["Value"]):
            raise MessageRejected(f"A tag takes letters, digits, _ and - alone; this one is {tag['Value']}.")
    return message


def _decode_raw(request: Any) -> bytes:
    try:
        return base64.b64decode(request["Content"]["Raw"]["Data"], validate=True)
    except (KeyError, TypeError, binascii.Error) as error:
        raise MessageRejected("Only raw messages are taken here: give Content.Raw.Data.") from error


class LocalSes:
    """The SES v2 of this machine, on a free port of 127.0.0.1."""

    def __init__(self, mail_archive: MailArchive) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.mail_archive = mail_archive
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True, name="mailbox").start()

    def set_simulator(self, simulator: MailboxSimulator) -> None:
        """Pass each mail to the simulator from now on."""
        self._server.simulator = simulator

    @property
    def url(self) -> str:
        """The URL that it answers at."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    mail_archive: MailArchive
    simulator: MailboxSimulator | None = None
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self) -> None:
        """Answer SendEmail, and reject any other call."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != _SEND_PATH:
            self._respond(
                404, {"message": f"Only SendEmail is answered here, not {self.path}."}, "NotFoundException"
            )
            return
        try:
            request = json.loads(body)
            message = accept(request)
            self.server.mail_archive.save(message)
        except (MessageRejected, ValueError, AttributeError) as error:
            self._respond(400, {"message": str(error)}, "BadRequestException")
        else:
            self._respond(200, {"MessageId": self._deliver(request, message)})

    def _deliver(self, request: Any, message: bytes) -> str:
        """Return the mail's id, after the simulator has put its event on the queue.

        The sender hears of the mail afterwards, so that waiting until all work is done includes the event.
        """
        message_id = f"local-{uuid.uuid4()}"
        if self.server.simulator:
            self.server.simulator.process(request, parse(message, headers_only=True), message_id)
        return message_id

    def _respond(self, status: int, document: dict[str, str], error: str = "") -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if error:
            self.send_header("x-amzn-ErrorType", error)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: the mails page shows what came."""
