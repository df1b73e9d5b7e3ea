"""The link that is the key to a registration: signed event and registration ids."""

from itsdangerous import BadSignature, URLSafeSerializer

from chalicelib.aws import secret_keys
from chalicelib.problems import LinkNotValid
from chalicelib.settings import settings


def _build_serializer() -> URLSafeSerializer:
    return URLSafeSerializer(secret_keys.get_signing_keys(), salt="registration")


def build_token(event_id: str, registration_id: str) -> str:
    """Build the signed token; the newest signing key signs, and older ones are still read."""
    return str(_build_serializer().dumps([event_id, registration_id]))


def build_link(event_id: str, registration_id: str) -> str:
    """Build the URL of the participant's page."""
    return f"{settings().public_url}/registrations/{build_token(event_id, registration_id)}"


def read_token(token: str) -> tuple[str, str]:
    """Read event id and registration id out of a token; raises LinkNotValid for any that is not signed here."""
    try:
        event_id, registration_id = _build_serializer().loads(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise LinkNotValid from error
    return str(event_id), str(registration_id)
