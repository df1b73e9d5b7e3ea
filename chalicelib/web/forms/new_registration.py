"""Parse a posted registration: its model, and the checks against its event."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StrictBool, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from chalicelib.aws import secret_keys
from chalicelib.contact.addresses import EmailAddress
from chalicelib.language import N_
from chalicelib.problems import FieldError
from chalicelib.programme.lines import PLACE
from chalicelib.programme.model import Event
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.model import derive_registration_id
from chalicelib.registration.registering import Applicant
from chalicelib.validation import validate

_FOOD_FIELDS = ("meals", "allergens", "note")
_MAX_SHOWN = 60  #: characters of a choice that is repeated in its error
Needs = Annotated[tuple[str, ...], Field(max_length=20)]


def _require_accepted(accepted: Any) -> Any:
    if accepted is not True:  # a number or a word in JSON is no consent; a form's checkbox is decoded before
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

    privacy_accepted: Annotated[StrictBool, BeforeValidator(_require_accepted)]
    needs: Needs = ()

    def to_attendee(self) -> Attendee:
        """Extract the attendee."""
        return extract_attendee(self)


def parse(
    document: dict[str, Any], event: Event, path: str = "", further_errors: Iterable[FieldError] = ()
) -> Applicant:
    """Parse the document as an applicant for this event; raises InvalidFields naming every bad field.

    `further_errors` are named beside those that are found here.
    """
    errors = (*find_need_errors(document.get("needs"), event), *find_consent_errors(document.get("dietary")))
    posted = validate(NewRegistration, document, (*errors, *further_errors))
    return Applicant(_derive_id(posted.email, event), posted.to_attendee(), posted.needs, path)


def read_email(document: Mapping[str, Any]) -> str:
    """Read the normalised address of what was posted; empty where it is none."""
    try:
        return _get_email_reader().validate_python(document.get("email"))
    except ValidationError:
        return ""


@cache
def _get_email_reader() -> TypeAdapter[str]:
    return TypeAdapter(EmailAddress)


def derive_identity(document: Mapping[str, Any], event: Event) -> str:
    """Derive the id under which the posted address registers for the event; empty where it is no address."""
    email = read_email(document)
    return _derive_id(email, event) if email else ""


def _derive_id(email: str, event: Event) -> str:
    return derive_registration_id(secret_keys.get_identity_key(), event.id, email)


def read_needs(posted: Any) -> dict[int, str]:
    """Read the choices of what was posted, by their index, whatever else stands among them."""
    if not isinstance(posted, list | tuple):
        return {}
    return {index: each for index, each in enumerate(posted) if isinstance(each, str)}


def find_need_errors(posted: Any, event: Event, field: str = "needs") -> Iterator[FieldError]:
    """Find the errors of the choices against the event, in what was posted, whether it is valid or not."""
    needs = read_needs(posted)
    for index, need in needs.items():
        if event.find_allotment(need) is None:
            message = N_("This event has no choice called “%(choice)s”.")
            yield FieldError(f"{field}.{index}", "unknown_need", message, {"choice": need[:_MAX_SHOWN]})
    for names in _find_exclusive_needs({*needs.values()}, event):
        message = N_("Choose only one of these: %(choices)s.")
        yield FieldError(field, "choose_one", message, {"choices": event.translate_titles(names)})


def _find_exclusive_needs(needs: set[str], event: Event) -> list[list[str]]:
    """Find the allotments, by their `choice`, of which a person chose more than the one that they can take."""
    chosen: dict[str, list[str]] = {}
    for allotment in event.allotments:
        if allotment.name in needs and allotment.name != PLACE and allotment.choice:
            chosen.setdefault(allotment.choice, []).append(allotment.name)
    return [names for names in chosen.values() if len(names) > 1]


def find_consent_errors(posted: Any) -> Iterator[FieldError]:
    """Find the missing consent to what was posted about food, whether it is valid or not."""
    if not isinstance(posted, dict) or posted.get("consent") is True:
        return
    if any(str(posted.get(name) or "").strip() for name in _FOOD_FIELDS):
        message = N_("We may only keep what you cannot eat with your consent.")
        yield FieldError("dietary.consent", "consent_needed", message)


def derive_request_id(key: str, document: dict[str, Any]) -> str:
    """Derive the idempotency id from the caller's key and the body; without a key, draw a new one."""
    if not key:
        return secrets.token_hex(16)
    canonical = json.dumps(document, sort_keys=True)
    return hashlib.sha256(f"{key}\0{canonical}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
