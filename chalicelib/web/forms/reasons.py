"""Who says so, and why: kept in the histories and in the journal."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from chalicelib.audit.audit_log import Actor
from chalicelib.auth.guard import read_signed_in_email
from chalicelib.text import reject_control_characters_in_prose
from chalicelib.web.http.framework import Request

Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    AfterValidator(reject_control_characters_in_prose),
]


class OptionalReason(BaseModel):
    """Why an organiser does it, if they say so."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    reason: Reason | None = None

    def build_actor(self, request: Request) -> Actor:
        return Actor(read_signed_in_email(request), self.reason or "")


class RequiredReason(OptionalReason):
    """Why an organiser does it: this is always said."""

    reason: Reason
