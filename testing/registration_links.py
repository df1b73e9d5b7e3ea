"""The links to registrations that are in the table, and the access that they give, for tests."""

from chalicelib.auth.link_tokens import LinkKind, LinkToken
from chalicelib.links import registration_links
from chalicelib.registration import store
from chalicelib.registration.access import Access
from chalicelib.registration.model import Registration


def _find(event_id: str, registration_id: str) -> Registration:
    registration = store.find(event_id, registration_id)
    assert registration, "no such registration"
    return registration


def build_link(event_id: str, registration_id: str, kind: LinkKind = "mailed") -> str:
    """Build the URL of this registration's link of this kind."""
    return registration_links.build_link(_find(event_id, registration_id), kind)


def build_token(event_id: str, registration_id: str, kind: LinkKind = "mailed") -> str:
    """Build the token of this registration's link of this kind."""
    return registration_links.build_token(_find(event_id, registration_id), kind)


def build_access(event_id: str, registration_id: str, kind: LinkKind = "mailed") -> Access:
    """Build the access that this registration's link of this kind gives."""
    return registration_links.read_token(build_token(event_id, registration_id, kind))


def participant(event_id: str, registration_id: str) -> Access:
    """Build the access of the mailed link; one that is not valid where there is no such registration."""
    registration = store.find(event_id, registration_id)
    if registration is None:
        return Access(event_id, registration_id, LinkToken("mailed", event_id, registration_id, "forged"))
    return registration_links.read_token(registration_links.build_token(registration, "mailed"))


def access_of(by: str, event_id: str, registration_id: str) -> Access:
    """Build the access of the participant, by the mailed link, or of an organiser."""
    return participant(event_id, registration_id) if by == "participant" else Access(event_id, registration_id)
