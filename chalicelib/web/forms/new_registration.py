"""A posted registration: its model, and what its event says about it."""

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
from chalicelib.registration.model import registration_id
from chalicelib.registration.registering import Applicant
from chalicelib.web.http.validation import validated

Needs = Annotated[tuple[str, ...], Field(max_length=20)]


def _accepted(accepted: bool) -> bool:
    if not accepted:
        raise PydanticCustomError("privacy_not_accepted", "not accepted")
    return accepted


def attendee_alone(posted: Attendee) -> Attendee:
    """The attendee without what else was posted; an empty wish about food is none."""
    parts = {name: getattr(posted, name) for name in Attendee.model_fields}
    if posted.dietary and not posted.dietary.says_something:
        parts["dietary"] = None
    return Attendee.model_construct(**parts)


class NewRegistration(Attendee):
    """What is posted to register: the attendee and what they need, `place` always included."""

    privacy_accepted: Annotated[bool, AfterValidator(_accepted)]
    needs: Needs = ()

    def attendee(self) -> Attendee:
        return attendee_alone(self)


def read(document: dict[str, Any], event: Event, path: str = "") -> Applicant:
    """The document as somebody who wants to come to this event; raises InvalidFields naming every bad field."""
    posted = validated(NewRegistration, document)
    check(posted.needs, posted.dietary, event)
    identity = registration_id(secret_keys.identity(), event.id, posted.email)
    return Applicant(identity, posted.attendee(), posted.needs, path)


def check(needs: tuple[str, ...], dietary: Dietary | None, event: Event, field: str = "needs") -> None:
    """Raises InvalidFields where the event has no such choice, or the consent is missing."""
    errors = (*_unknown_needs(needs, event, field), *_more_than_one(needs, event, field))
    errors = (*errors, *_without_consent(dietary))
    if errors:
        raise InvalidFields(errors=errors)


def _unknown_needs(needs: tuple[str, ...], event: Event, field: str) -> tuple[FieldError, ...]:
    return tuple(
        FieldError(f"{field}.{place}", "unknown_need", N_("This event has no such choice."))
        for place, need in enumerate(needs)
        if event.allotment(need) is None
    )


def _more_than_one(needs: tuple[str, ...], event: Event, field: str) -> tuple[FieldError, ...]:
    """Of the allotments with one `choice`, a person takes one at most."""
    chosen = [a for a in event.allotments if a.name in needs and a.name != PLACE and a.choice]
    if len({allotment.choice for allotment in chosen}) == len(chosen):
        return ()
    return (FieldError(field, "choose_one", N_("Choose only one kind of room.")),)


def _without_consent(dietary: Dietary | None) -> tuple[FieldError, ...]:
    if dietary is None or dietary.consent or not dietary.says_something:
        return ()
    return (
        FieldError(
            "dietary.consent", "consent_needed", N_("We may only keep what you cannot eat with your consent.")
        ),
    )


def request_id(key: str, document: dict[str, Any]) -> str:
    """What tells this request from every other: the caller's key and the body; one of its own without a key."""
    if not key:
        return secrets.token_hex(16)
    canonical = json.dumps(document, sort_keys=True)
    return hashlib.sha256(f"{key}\0{canonical}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
