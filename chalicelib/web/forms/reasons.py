"""Who says so, and why: kept in the histories and in the journal."""

from typing import Annotated

from chalice.app import Request
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from chalicelib.audit.audit_log import Word
from chalicelib.auth.guard import organiser
from chalicelib.text import seen_lines

Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(seen_lines)
]


class Said(BaseModel):
    """Why an organiser does it, if they say so."""

    model_config = ConfigDict(defer_build=True, extra="forbid")
    reason: Reason | None = None

    def word(self, request: Request) -> Word:
        return Word(organiser(request), self.reason or "")


class Why(Said):
    """Why an organiser does it: this is always said."""

    reason: Reason
