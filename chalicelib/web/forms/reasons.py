"""The actor and the reason of what an organiser does, for histories and the audit log."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from chalicelib.audit.audit_log import Actor
from chalicelib.auth.guard import read_signed_in_email
from chalicelib.text import CLEAN_PROSE
from chalicelib.web.http.framework import Request

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), CLEAN_PROSE]


class OptionalReason(BaseModel):
    """A reason that the organiser may give."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    reason: Reason | None = None

    def build_actor(self, request: Request) -> Actor:
        """Build the actor from the signed-in organiser and the reason."""
        return Actor(read_signed_in_email(request), self.reason or "")


class RequiredReason(OptionalReason):
    """A reason that the organiser must give."""

    reason: Reason
