"""The idempotency key of a request: a random text by which the same request, sent once more, is known again.

The answer to a repeated request holds a link, so a key that can be guessed would hand it out: programs draw at
least 128 random bits.
"""

from chalicelib.language import N_
from chalicelib.problems import FieldError
from chalicelib.web.http.framework import Request

FIELD = "idempotency_key"  #: of a form, and of a JSON document without the header
MIN_LENGTH, MAX_LENGTH = 16, 255  #: characters


def pop_key(request: Request, submitted: dict[str, object]) -> str:
    """Return the header's key, or that of the field, which is removed from the submission; empty without one."""
    in_body = submitted.pop(FIELD, "")
    return str(request.headers.get("idempotency-key", "") or in_body or "")


def find_errors(key: str) -> tuple[FieldError, ...]:
    """Find what is wrong with the key: too few characters, or too many. None is needed."""
    if key and len(key) < MIN_LENGTH:
        message = N_("Use at least %(min_length)s characters.")
        return (FieldError(FIELD, "too_short", message, {"min_length": MIN_LENGTH}),)
    if len(key) > MAX_LENGTH:
        message = N_("Use at most %(max_length)s characters.")
        return (FieldError(FIELD, "too_long", message, {"max_length": MAX_LENGTH}),)
    return ()
