"""Tokens of links: what a link to a registration says, and the signature that only this service makes.

A signature covers the kind of the link, the event, the registration and its generation, a random text that is
stored with the registration: once that is another, every earlier link is void. So no token holds it, and none can
be told true from forged before the registration is read. Tokens are short, because cameras read codes: that of a
link has at most 70 characters, a code at most 60.
"""

import base64
import hashlib
import hmac
import secrets
from binascii import Error
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from chalicelib.aws import secret_keys
from chalicelib.problems import LinkNotValid

#: The link in the answer to a registration, the one in mails, the one in calendar files, and the code at the door.
LinkKind = Literal["answer", "mailed", "view", "code"]

_PREFIXES: dict[str, LinkKind] = {"a": "answer", "m": "mailed", "v": "view"}
_ID_LENGTH, _SHORT_ID_LENGTH = 26, 22  #: of a registration's 128 bits, in base32 and in base64
_SIGNATURE_LENGTH, _CODE_SIGNATURE_LENGTH = 16, 14  #: 96 bits in base64, and 70 in base32
_ROOM_IN_LINK, _ROOM_IN_CODE = 31, 20  #: characters for the event
_REFERENCE_MARK, _REFERENCE_LENGTH = "-", 10  #: no event's id begins with the mark


@dataclass(frozen=True)
class LinkToken:
    """A token as it was read; its signature is not checked yet.

    `event` is the event's id, or the reference that stands for a long one.
    """

    kind: LinkKind
    event: str
    registration_id: str
    signature: str

    def is_signed_for(self, event_id: str, generation: str) -> bool:
        """Return whether it was signed by this service for the registration's present generation."""
        expected = (
            _sign(key, self.kind, event_id, self.registration_id, generation)
            for key in secret_keys.get_signing_keys()
        )
        matches = [hmac.compare_digest(each.encode(), self.signature.encode()) for each in expected]
        return any(matches)

    def resolve_event(self, event_ids: Iterable[str]) -> str:
        """Return the id of the event that the reference stands for; raises LinkNotValid where there is none."""
        for event_id in event_ids:
            if self.event == build_event_reference(event_id, 0):
                return event_id
        raise LinkNotValid

    @property
    def has_reference(self) -> bool:
        """Return whether the event is told by a reference."""
        return self.event.startswith(_REFERENCE_MARK)


def create_generation() -> str:
    """Return a new generation: 64 random bits, so that none ever comes again."""
    return secrets.token_urlsafe(8)


def build_token(kind: LinkKind, event_id: str, registration_id: str, generation: str) -> str:
    """Build the token of a link; the newest signing key signs. A code is in capitals and digits."""
    signature = _sign(secret_keys.get_signing_keys()[-1], kind, event_id, registration_id, generation)
    if kind == "code":
        event = build_event_reference(event_id, _ROOM_IN_CODE)
        return f"{registration_id}{signature}{event}".upper()
    prefix = next(prefix for prefix, each in _PREFIXES.items() if each == kind)
    event = build_event_reference(event_id, _ROOM_IN_LINK)
    return f"{prefix}{_shorten_id(registration_id)}{signature}{event}"


def build_event_reference(event_id: str, room: int) -> str:
    """Return the event's id, or where that has more than `room` characters a hash that stands for it."""
    if len(event_id) <= room:
        return event_id
    digest = base64.b32encode(hashlib.sha256(event_id.encode()).digest()).decode().lower()
    return _REFERENCE_MARK + digest[:_REFERENCE_LENGTH]


def parse_link(token: str) -> LinkToken:
    """Read the token of a link; raises LinkNotValid for any other text."""
    kind = _PREFIXES.get(token[:1])
    signed, event = token[1 + _SHORT_ID_LENGTH :], token[1 + _SHORT_ID_LENGTH + _SIGNATURE_LENGTH :]
    if not (kind and event and token.isascii()):
        raise LinkNotValid
    return LinkToken(kind, event, _lengthen_id(token[1 : 1 + _SHORT_ID_LENGTH]), signed[:_SIGNATURE_LENGTH])


def parse_code(code: str) -> LinkToken:
    """Read a code, in capitals or not; raises LinkNotValid for any other text."""
    lowered = code.lower()
    event = lowered[_ID_LENGTH + _CODE_SIGNATURE_LENGTH :]
    if not (event and code.isascii()):
        raise LinkNotValid
    return LinkToken("code", event, lowered[:_ID_LENGTH], lowered[_ID_LENGTH:][:_CODE_SIGNATURE_LENGTH])


def _sign(key: str, kind: LinkKind, event_id: str, registration_id: str, generation: str) -> str:
    content = "\0".join(("link", kind, event_id, registration_id, generation)).encode()
    digest = hmac.new(key.encode(), content, hashlib.sha256).digest()
    if kind == "code":
        return base64.b32encode(digest).decode().lower()[:_CODE_SIGNATURE_LENGTH]
    return base64.urlsafe_b64encode(digest).decode()[:_SIGNATURE_LENGTH]


def _shorten_id(registration_id: str) -> str:
    """Write the id's 128 bits in base64; raises ValueError for what is no registration's id."""
    identity = base64.b32decode(registration_id.upper() + "=" * (-len(registration_id) % 8))
    return base64.urlsafe_b64encode(identity).decode().rstrip("=")


def _lengthen_id(short: str) -> str:
    try:
        identity = base64.b64decode(short + "==", altchars=b"-_", validate=True)
    except (Error, ValueError) as error:
        raise LinkNotValid from error
    registration_id = base64.b32encode(identity).decode().rstrip("=").lower()
    if _shorten_id(registration_id) != short:
        raise LinkNotValid  # another spelling of the same bits
    return registration_id
