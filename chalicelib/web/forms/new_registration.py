"""Parse a posted registration: its model, and the checks against its event."""

import hashlib
import json
import secrets
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from chalicelib.aws import secret_keys
from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields
from chalicelib.programme.lines import PLACE
from chalicelib.programme.model import Event
from chalicelib.registration.attendee import Attendee, Dietary
from chalicelib.registration.model import derive_registration_id
from chalicelib.registration.registering import Applicant
from chalicelib.validation import validate

Needs = Annotated[tuple[str, ...], Field(max_length=20)]


def _require_accepted(accepted: bool) -> bool:
    if not accepted:
        raise PydanticCustomError("privacy_not_accepted", "not accepted")
    return accepted


def extract_attendee(posted: Attendee) -> Attendee:
    """Extract the attendee from what was posted; an empty wish about food is none."""
    parts = {name: getattr(posted, name) for name in Attendee.model_fields}
    if posted.dietary and not posted.dietary.has_content:
        parts["dietary"] = None
    return Attendee.model_construct(**parts)


class NewRegistration(Attendee):
    """A posted registration: the attendee and what they need, `place` always included."""

    privacy_accepted: Annotated[bool, AfterValidator(_require_accepted)]
    needs: Needs = ()

    def to_attendee(self) -> Attendee:
        """Extract the attendee."""
        return extract_attendee(self)


def parse(document: dict[str, Any], event: Event, path: str = "") -> Applicant:
    """Parse the document as an applicant for this event; raises InvalidFields naming every bad field."""
    posted = validate(NewRegistration, document)
    check_choices(posted.needs, posted.dietary, event)
    identity = derive_registration_id(secret_keys.get_identity_key(), event.id, posted.email)
    return Applicant(identity, posted.to_attendee(), posted.needs, path)


def check_choices(needs: tuple[str, ...], dietary: Dietary | None, event: Event, field: str = "needs") -> None:
    """Check the choices; raises InvalidFields where the event has no such choice, or the consent is missing."""
    errors = (*_find_unknown_needs(needs, event, field), *_find_exclusive_needs(needs, event, field))
    errors = (*errors, *_find_missing_consent(dietary))
    if errors:
        raise InvalidFields(errors=errors)


def _find_unknown_needs(needs: tuple[str, ...], event: Event, field: str) -> tuple[FieldError, ...]:
    return tuple(
        FieldError(f"{field}.{index}", "unknown_need", N_("This event has no such choice."))
        for index, need in enumerate(needs)
        if event.find_allotment(need) is None
    )


def _find_exclusive_needs(needs: tuple[str, ...], event: Event, field: str) -> tuple[FieldError, ...]:
    """Find an error where a person takes more than one of the allotments with the same `choice`."""
    chosen = [a for a in event.allotments if a.name in needs and a.name != PLACE and a.choice]
    if len({allotment.choice for allotment in chosen}) == len(chosen):
        return ()
    return (FieldError(field, "choose_one", N_("Choose only one kind of room.")),)


def _find_missing_consent(dietary: Dietary | None) -> tuple[FieldError, ...]:
    if dietary is None or dietary.consent or not dietary.has_content:
        return ()
    return (
        FieldError(
            "dietary.consent", "consent_needed", N_("We may only keep what you cannot eat with your consent.")
        ),
    )


def derive_request_id(key: str, document: dict[str, Any]) -> str:
    """Derive the idempotency id from the caller's key and the body; without a key, draw a new one."""
    if not key:
        return secrets.token_hex(16)
    canonical = json.dumps(document, sort_keys=True)
    return hashlib.sha256(f"{key}\0{canonical}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
