"""A posted registration: its model, and what its event says about it."""

import hashlib
import json
import secrets
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields
from chalicelib.programme.model import PLACE, Event
from chalicelib.registration.attendee import Attendee
from chalicelib.web.validation import validated


def _accepted(accepted: bool) -> bool:
    if not accepted:
        raise PydanticCustomError("privacy_not_accepted", "not accepted")
    return accepted


class NewRegistration(Attendee):
    """What is posted to register: the attendee and what they need, `place` always included."""

    privacy_accepted: Annotated[bool, AfterValidator(_accepted)]
    needs: Annotated[tuple[str, ...], Field(max_length=20)] = ()

    def attendee(self) -> Attendee:
        """The attendee alone; an empty wish about food is none."""
        parts = {name: getattr(self, name) for name in Attendee.model_fields}
        if self.dietary and not self.dietary.says_something:
            parts["dietary"] = None
        return Attendee.model_construct(**parts)


def read(document: dict[str, Any], event: Event) -> NewRegistration:
    """The document as a registration for this event; raises InvalidFields naming every bad field."""
    posted = validated(NewRegistration, document)
    errors = (*_unknown_needs(posted, event), *_more_than_one(posted, event), *_without_consent(posted))
    if errors:
        raise InvalidFields(errors=errors)
    return posted


def _unknown_needs(posted: NewRegistration, event: Event) -> tuple[FieldError, ...]:
    return tuple(
        FieldError(f"needs.{place}", "unknown_need", N_("This event has no such choice."))
        for place, need in enumerate(posted.needs)
        if event.allotment(need) is None
    )


def _more_than_one(posted: NewRegistration, event: Event) -> tuple[FieldError, ...]:
    """Of the allotments with one `choice`, a person takes one at most."""
    chosen = [a for a in event.allotments if a.name in posted.needs and a.name != PLACE and a.choice]
    if len({allotment.choice for allotment in chosen}) == len(chosen):
        return ()
    return (FieldError("needs", "choose_one", N_("Choose only one kind of room.")),)


def _without_consent(posted: NewRegistration) -> tuple[FieldError, ...]:
    if posted.dietary is None or posted.dietary.consent or not posted.dietary.says_something:
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
