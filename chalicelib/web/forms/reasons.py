"""The actor and the reason of what an organiser does, for histories and the audit log."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from chalicelib.audit.audit_log import Actor
from chalicelib.auth.guard import read_signed_in_email
from chalicelib.problems import FieldError
from chalicelib.text import CLEAN_PROSE
from chalicelib.validation import find_errors, validate
from chalicelib.web.http.framework import Request

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), CLEAN_PROSE]


class OptionalReason(BaseModel):
    """A reason that the organiser may give."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    reason: Reason | None = None

    def build_actor(self, request: Request) -> Actor:
        """Build the actor from the signed-in organiser and the reason."""
        return Actor(read_signed_in_email(request), self.reason or "")


def find_reason_errors(submitted: Mapping[str, Any]) -> tuple[FieldError, ...]:
    """Find what is wrong with the reason of a form that has it beside fields of another model."""
    return find_errors(OptionalReason, _select_reason(submitted))


def parse_reason(submitted: Mapping[str, Any]) -> OptionalReason:
    """Parse the reason of such a form; raises InvalidFields."""
    return validate(OptionalReason, _select_reason(submitted))


def _select_reason(submitted: Mapping[str, Any]) -> dict[str, Any]:
    return {name: submitted[name] for name in OptionalReason.model_fields if name in submitted}


class RequiredReason(OptionalReason):
    """A reason that the organiser must give."""

    reason: Reason
