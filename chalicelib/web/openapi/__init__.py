"""The OpenAPI 3.1 description of the HTTP interface, made from the models that requests are read with.

A test holds it against the app's routes: each is described, and nothing is described that is not there.
"""

from typing import Any

from pydantic.json_schema import models_json_schema

from chalicelib import VERSION
from chalicelib.programme.model import Event
from chalicelib.settings import settings
from chalicelib.web.door.check_in import CheckIn, CheckInByCode
from chalicelib.web.forms.new_party import NewParty
from chalicelib.web.forms.new_registration import NewRegistration
from chalicelib.web.forms.registration_change import ChangedRegistration
from chalicelib.web.openapi import lists, organisers, participants, registrations, staff
from chalicelib.web.openapi.answers import ANSWERS
from chalicelib.web.openapi.operations import Operation
from chalicelib.web.openapi.words import REF, TEXT
from chalicelib.web.organiser.additions import BookingFile, SharedRoom
from chalicelib.web.organiser.allotments import Capacity, Move, Repair
from chalicelib.web.organiser.holds import Hold
from chalicelib.web.organiser.manifests import Sending
from chalicelib.web.organiser.registration_actions import Cancellation, Priority, Promotion
from chalicelib.web.organiser.registrations import Mails
from chalicelib.web.participant.registration import Acceptance, Refusal


def _with_path_parameters(path: str, operations: dict[str, Operation]) -> dict[str, Any]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    parameters = [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in names]
    return {**operations, "parameters": parameters} if parameters else dict(operations)


_MODELS = (
    NewRegistration,
    NewParty,
    ChangedRegistration,
    Acceptance,
    Refusal,
    Event,
    Capacity,
    Move,
    Hold,
    Repair,
    Cancellation,
    Promotion,
    Priority,
    Mails,
    Sending,
    SharedRoom,
    BookingFile,
    CheckIn,
    CheckInByCode,
)


def description() -> dict[str, Any]:
    """The whole description."""
    paths = participants.PATHS | organisers.PATHS | registrations.PATHS | staff.PATHS | lists.PATHS
    models = [(model, "validation") for model in _MODELS]
    _, schemas = models_json_schema(models, ref_template=REF)  # type: ignore[arg-type]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tilmelding", "version": VERSION},
        "servers": [{"url": settings().public_url}],
        "paths": {path: _with_path_parameters(path, operations) for path, operations in paths.items()},
        "components": {
            "schemas": {**schemas["$defs"], **ANSWERS},
            "securitySchemes": {
                "session": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "organiser"},
            },
        },
    }
