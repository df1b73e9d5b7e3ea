"""Keep bots out of our own form: a honeypot field that only they fill in, and a minimum fill time.

The form of another site has neither, and is taken as it is.
"""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.language import N_
from chalicelib.problems import FieldError
from chalicelib.web.http.problems import TooQuick

MIN_FILL_TIME = timedelta(seconds=2)  #: from showing the form to sending it
HONEYPOT_FIELD, SHOWN_AT_FIELD = "homepage", "shown_at"


def find_errors(submitted: dict[str, Any], now: datetime) -> tuple[FieldError, ...]:
    """Find the error of a honeypot that is filled in; raises TooQuick.

    A person gets past both by doing as they say.
    """
    if submitted.get(HONEYPOT_FIELD):
        return (FieldError(HONEYPOT_FIELD, "not_empty", N_("Leave this field empty.")),)
    if SHOWN_AT_FIELD in submitted and not _has_minimum_fill_time(submitted[SHOWN_AT_FIELD], now):
        raise TooQuick
    return ()


def remove_fields(submitted: dict[str, Any]) -> dict[str, Any]:
    """Return what the form sent without the fields against bots."""
    return {name: value for name, value in submitted.items() if name not in (HONEYPOT_FIELD, SHOWN_AT_FIELD)}


def _has_minimum_fill_time(shown_at: str, now: datetime) -> bool:
    try:
        return now - datetime.fromisoformat(shown_at) >= MIN_FILL_TIME
    except (ValueError, TypeError):  # no moment, or one without a zone: not from our form
        return False
