"""The links to a registration: their addresses, and the access that their tokens give."""

from itsdangerous import BadSignature, URLSafeSerializer

from chalicelib.auth import link_tokens
from chalicelib.auth.link_tokens import LinkKind, LinkToken
from chalicelib.aws import secret_keys
from chalicelib.problems import LinkNotValid
from chalicelib.programme import store as programme_store
from chalicelib.registration.access import Access
from chalicelib.registration.model import Registration
from chalicelib.settings import settings

_PATHS: dict[LinkKind, str] = {
    "answer": "registrations",
    "mailed": "registrations",
    "view": "views",
    "code": "codes",
}


def build_link(registration: Registration, kind: LinkKind) -> str:
    """Build the URL of the registration's link of this kind."""
    return _build_url(kind, build_token(registration, kind))


def build_used_link(registration: Registration) -> str:
    """Build the URL of the link that the registration was reached by: no answer holds another."""
    return build_link(registration, get_used_kind(registration))


def get_used_kind(registration: Registration) -> LinkKind:
    """Return the kind of the link that the registration was reached by; raises ValueError where it was none."""
    if registration.via == "organiser" or registration.via == "system" or registration.via == "poster":
        raise ValueError("The registration was not reached by a link.")
    return registration.via


def build_token(registration: Registration, kind: LinkKind) -> str:
    """Build the token of the registration's link of this kind."""
    generation = registration.get_generation(kind)
    return link_tokens.build_token(kind, registration.event_id, registration.id, generation)


def build_mailed_link(event_id: str, registration_id: str, generation: str) -> str:
    """Build the URL of the mailed link of a registration of which no more than this is left."""
    return _build_url("mailed", link_tokens.build_token("mailed", event_id, registration_id, generation))


def _build_url(kind: LinkKind, token: str) -> str:
    return f"{settings().public_url}/{_PATHS[kind]}/{token}"


def read_token(token: str) -> Access:
    """Read the access that a registration's token gives; raises LinkNotValid for any other text.

    Whether the token was given out for the registration as it is now, `Access.admit` tells.
    """
    parsed = _parse_token(token)
    if parsed.kind not in ("answer", "mailed"):
        raise LinkNotValid
    return _build_access(parsed)


def read_view_token(token: str) -> Access:
    """Read the access that a view link's token gives; otherwise as `read_token`."""
    parsed = link_tokens.parse_link(token)
    if parsed.kind != "view":
        raise LinkNotValid
    return _build_access(parsed)


def read_code(code: str) -> Access:
    """Read the access that a check-in code gives; otherwise as `read_token`."""
    return _build_access(link_tokens.parse_code(code))


def _build_access(token: LinkToken) -> Access:
    event_id = token.event
    if token.has_reference:
        event_id = token.resolve_event(programme_store.read_event_ids())
    return Access(event_id, token.registration_id, token)


def _parse_token(token: str) -> LinkToken:
    """Parse the token; one of an earlier release opens the status of what that release wrote, as a closed link."""
    try:
        return link_tokens.parse_link(token)
    except LinkNotValid:
        event_id, registration_id = _read_legacy_token(token)
        current = link_tokens.build_token("answer", event_id, registration_id, "")
        return link_tokens.parse_link(current)


def _read_legacy_token(token: str) -> tuple[str, str]:
    serializer = URLSafeSerializer(secret_keys.get_signing_keys(), salt="registration")
    try:
        event_id, registration_id = serializer.loads(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise LinkNotValid from error
    return str(event_id), str(registration_id)
