"""A user of the deployed system: as `tests/stack/client.py`, without the calls that only the local runner has."""

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
from tests.stack.client import Answer, System

_PATIENCE = 120  # seconds: a machine with other work starts a function slowly

Seen = TypeVar("Seen")


class NeverCame(AssertionError):
    """What was waited for did not happen."""


@dataclass
class Deployed(System):
    """The stack whose API answers at `address`; its links begin with the public address."""

    patience: ClassVar = _PATIENCE

    public_url: str
    organiser: str
    resources: dict[str, str]  #: physical by logical id
    mails: Path
    _session: str = field(default="")

    def ask(self, method: str, url: str, body: bytes | None = None, **headers: str) -> Answer:
        return super().ask(method, url.replace(self.public_url, self.address), body, **headers)

    def sent(self) -> list[dict[str, Any]]:
        """What SES was asked to send, in order."""
        kept = sorted(self.mails.glob("*.json"), key=lambda path: int(path.stem))
        return [json.loads(path.read_text()) for path in kept]

    def mails_to(self, to: str) -> list[EmailMessage]:
        return [message(request) for request in self.sent() if request["Destination"]["ToAddresses"] == [to]]

    def eventually(self, look: Callable[[], Seen]) -> Seen:
        """What `look` finds, once it finds something; raises NeverCame when patience ends."""
        ends = time.monotonic() + _PATIENCE
        while time.monotonic() < ends:
            if found := look():
                return found
            time.sleep(0.2)
        raise NeverCame(look)

    def sign_in(self) -> None:
        """As the organiser does it: ask for a link, follow the one in the mail, keep the session."""
        self.eventually(lambda: self.get("/health").status == 200)
        assert self.ask_for_sign_in().status == 202
        mail = self.eventually(lambda: self.mails_to(self.organiser))[-1]
        link = next(word for word in _text(mail).split() if "/organiser/sign-in?token=" in word)
        answer = self.get(link)
        assert answer.status == 303, answer.body
        self._session = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
        assert self.get(link).status == 401

    def ask_for_sign_in(self) -> Answer:
        return self.post("/organiser/sessions", {"email": self.organiser})

    def as_organiser(self, method: str, url: str, document: Any = None, **headers: str) -> Answer:
        body = json.dumps(document).encode() if document is not None else None
        bearer = {"Authorization": f"Bearer {self._session}", "Content_Type": "application/json"}
        return self.ask(method, url, body, **bearer, **headers)

    def build_manifest(self, event_id: str) -> Any:
        """The next manifest of the event, once it is built."""
        asked = self.as_organiser("POST", f"/organiser/events/{event_id}/manifests")
        assert asked.status == 202, asked.body

        def built() -> Any:
            shown = self.as_organiser("GET", asked.headers["location"]).document["manifest"]
            return shown if shown["status"] != "building" else None

        manifest = self.eventually(built)
        assert manifest["status"] == "ready"
        return manifest


def to_come(**changes: Any) -> dict[str, Any]:
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


def message(request: dict[str, Any]) -> EmailMessage:
    """The mail that SES was asked to send."""
    raw = base64.b64decode(request["Content"]["Raw"]["Data"])
    return message_from_bytes(raw, policy=policy.default)


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
