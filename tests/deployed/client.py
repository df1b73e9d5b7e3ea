"""A user of the deployed system: as `testing/system.py`, without the calls that only the local runner has."""

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from chalicelib.programme.model import ZONE
from testing.system import Response, System

_TIMEOUT_SECONDS = 120  # seconds: a machine with other work starts a function slowly

Seen = TypeVar("Seen")


class TimedOut(AssertionError):
    """What was waited for did not happen."""


@dataclass
class DeployedSystem(System):
    """The stack whose API answers at `address`; its links begin with the public address."""

    timeout_seconds: ClassVar = _TIMEOUT_SECONDS

    public_url: str
    organiser: str
    resources: dict[str, str]  #: physical by logical id
    mails: Path
    _session: str = field(default="")

    def request(self, method: str, url: str, body: bytes | None = None, **headers: str) -> Response:
        return super().request(method, url.replace(self.public_url, self.address), body, **headers)

    def list_sent(self) -> list[dict[str, Any]]:
        """What SES was asked to send, in order."""
        kept = sorted(self.mails.glob("*.json"), key=lambda path: int(path.stem))
        return [json.loads(path.read_text()) for path in kept]

    def list_mails_to(self, to: str) -> list[EmailMessage]:
        return [
            parse_message(request) for request in self.list_sent() if request["Destination"]["ToAddresses"] == [to]
        ]

    def wait_for(self, look: Callable[[], Seen]) -> Seen:
        """What `look` finds, once it finds something; raises NeverCame when patience ends."""
        ends = time.monotonic() + _TIMEOUT_SECONDS
        while time.monotonic() < ends:
            if found := look():
                return found
            time.sleep(0.2)
        raise TimedOut(look)

    def sign_in(self) -> None:
        """As the organiser does it: ask for a link, follow the one in the mail, keep the session."""
        self.wait_for(lambda: self.get("/health").status == 200)
        assert self.request_sign_in().status == 202
        mail = self.wait_for(lambda: self.list_mails_to(self.organiser))[-1]
        link = next(word for word in _read_text(mail).split() if "/organiser/sign-in?token=" in word)
        answer = self.get(link)
        assert answer.status == 303, answer.body
        self._session = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
        assert self.get(link).status == 401

    def request_sign_in(self) -> Response:
        return self.post("/organiser/sessions", {"email": self.organiser})

    def as_organiser(self, method: str, url: str, document: Any = None, **headers: str) -> Response:
        body = json.dumps(document).encode() if document is not None else None
        bearer = {"Authorization": f"Bearer {self._session}", "Content_Type": "application/json"}
        return self.request(method, url, body, **bearer, **headers)

    def build_manifest(self, event_id: str) -> Any:
        """The next manifest of the event, once it is built."""
        asked = self.as_organiser("POST", f"/organiser/events/{event_id}/manifests")
        assert asked.status == 202, asked.body

        def built() -> Any:
            shown = self.as_organiser("GET", asked.headers["location"]).document["manifest"]
            return shown if shown["status"] != "building" else None

        manifest = self.wait_for(built)
        assert manifest["status"] == "ready"
        return manifest


def upcoming(**changes: Any) -> dict[str, Any]:
    """Changes of an event's document: it begins in a month, and one may register."""
    begins = datetime.now(ZONE).replace(hour=15, minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(30)
    return {
        "starts_at": begins.isoformat(),
        "ends_at": (begins + timedelta(hours=3)).isoformat(),
        "registration": {
            "opens_at": (begins - timedelta(60)).isoformat(),
            "closes_at": (begins - timedelta(1)).isoformat(),
        },
        **changes,
    }


def parse_message(request: dict[str, Any]) -> EmailMessage:
    """The mail that SES was asked to send."""
    raw = base64.b64decode(request["Content"]["Raw"]["Data"])
    return message_from_bytes(raw, policy=policy.default)


def _read_text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
