"""Use the running system as participants and organisers do: forms, JSON, the inbox, the organiser's pages."""

import http.client
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from chalicelib.auth import link_tokens
from testing import builders


@dataclass(frozen=True)
class Response:
    """A response's status, headers (lower-case names) and body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        """Parse the body as JSON."""
        return json.loads(self.body)


@dataclass
class System:
    """The running system at `address`."""

    address: str
    timeout_seconds: ClassVar = 30  #: seconds for an answer

    def request(self, method: str, url: str, body: bytes | None = None, **headers: str) -> Response:
        """Send one request without following redirects; keyword names become header names."""
        parts = urlsplit(url if "://" in url else self.address + url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=self.timeout_seconds)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        with connection.getresponse() as response:
            answer = Response(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        connection.close()
        return answer

    def get(self, url: str, **headers: str) -> Response:
        """Send a GET request."""
        return self.request("GET", url, None, **headers)

    def post(self, url: str, document: Any = None, **headers: str) -> Response:
        """Send a POST request with a JSON document."""
        return self.request(
            "POST", url, json.dumps(document or {}).encode(), Content_Type="application/json", **headers
        )

    def post_form(self, url: str, fields: list[tuple[str, str]], **headers: str) -> Response:
        """Send a POST request with the fields of a form."""
        kind = "application/x-www-form-urlencoded"
        return self.request("POST", url, urlencode(fields).encode(), Content_Type=kind, **headers)

    def register(self, event_id: str, name: str, **changes: Any) -> dict[str, Any]:
        """Register a participant by JSON, and return the registration as answered.

        The email address is made from event and name, unless `changes` give one.
        """
        who = builders.person(name, "Hansen", **{"email": build_email_address(event_id, name)} | changes)
        answer = self.post(f"/events/{event_id}/registrations", who)
        assert answer.status == 201, answer.body
        registration: dict[str, Any] = answer.document["registration"]
        return registration

    def read_registration(self, registration: dict[str, Any]) -> dict[str, Any]:
        """Return the registration as its own link shows it now."""
        shown: dict[str, Any] = self.get(registration["links"]["self"]).document["registration"]
        return shown

    def now(self) -> datetime:
        """Return the time of the system's clock."""
        return self.advance(timedelta(0))

    def advance(self, by: timedelta) -> datetime:
        """Move the system's clock on, wait until what is due is done, and return the new time."""
        answer = self.post("/_local/clock", {"advance": f"PT{int(by.total_seconds())}S"})
        assert answer.status == 200, answer.body
        self.wait_until_idle()
        return datetime.fromisoformat(answer.document["now"])

    def list_subjects(self, event_id: str, name: str) -> list[str]:
        """Return the subjects of a participant's mails up to their first colon, in order."""
        return [
            mail["Subject"].partition(":")[0] for mail in self.list_mails_to(build_email_address(event_id, name))
        ]

    def cancel(self, registration: dict[str, Any]) -> None:
        """Cancel the registration through its own link."""
        assert self.post(registration["links"]["self"] + "/cancellation").status == 200

    def find_mailed_link(self, registration_id: str, to: str) -> str:
        """Find the registration's mailed link in the first mail to an address."""
        text = self.list_mails_to(to)[0].get_body(("plain",)).get_content().replace("\n", "")  # type: ignore[union-attr]
        mailed = re.search(r"http[^\s]*/registrations/m[\w-]+", text)
        assert mailed, text
        token = link_tokens.parse_link(mailed[0].rpartition("/")[2])
        assert token.registration_id == registration_id
        return mailed[0]

    def wait_until_idle(self) -> None:
        """Wait until queues and stream are worked off; fails after 30 seconds."""
        answer = self.get("/_local/idle?timeout=30")
        assert answer.status == 200, answer.body

    def list_mails_to(self, to: str) -> list[EmailMessage]:
        """Return the mails to an address, in the order in which they were sent."""
        listed = self.get("/_local/mails").document["mails"]
        raw = [self.get(f"/_local/mails/{mail['n']}.eml").body for mail in listed if mail["to"] == to]
        return [message_from_bytes(each, policy=policy.default) for each in raw]

    def as_organiser(self, method: str, url: str, document: Any = None) -> Response:
        """Send a request with an organiser's session; `document` is sent as JSON."""
        token = self.get("/_local/organiser-token").document["token"]
        body = json.dumps(document).encode() if document is not None else None
        bearer = {"Authorization": f"Bearer {token}", "Content_Type": "application/json"}
        return self.request(method, url, body, **bearer)

    def create(self, event_id: str, **changes: Any) -> None:
        """Create an event of the test's own through the organiser's interface."""
        document = builders.event_document(event_id, **changes)
        assert self.as_organiser("PUT", f"/organiser/events/{event_id}", document).status == 201

    def read_counts(self, event_id: str) -> dict[str, tuple[int, int]]:
        """Return the units taken and the people waiting, by allotment."""
        shown = self.get(f"/events/{event_id}").document
        return {each["name"]: (each["taken"], each["waiting"]) for each in shown["allotments"]}


def build_email_address(event_id: str, name: str) -> str:
    """Build the address of a participant of an event from the name."""
    return f"{name.lower()}.{event_id}@example.org"
