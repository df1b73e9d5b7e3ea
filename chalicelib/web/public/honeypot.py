"""What turns robots away from our own form: a field that only they fill in, and the time that a person takes.

The form of another site has neither, and is taken as it is.
"""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields
from chalicelib.web.http.problems import TooQuick

MIN_FILL_TIME = timedelta(seconds=2)  #: from showing the form to sending it
HONEYPOT_FIELD, SHOWN_AT_FIELD = "homepage", "shown_at"


def reject_bots(submitted: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What a form sent, without what is only there for robots; raises InvalidFields and TooQuick, which a person
    gets past by doing as they say."""
    if submitted.get(HONEYPOT_FIELD):
        raise InvalidFields(errors=(FieldError(HONEYPOT_FIELD, "not_empty", N_("Leave this field empty.")),))
    if SHOWN_AT_FIELD in submitted and not _has_minimum_fill_time(submitted[SHOWN_AT_FIELD], now):
        raise TooQuick
    return {name: value for name, value in submitted.items() if name not in (HONEYPOT_FIELD, SHOWN_AT_FIELD)}


def _has_minimum_fill_time(shown_at: str, now: datetime) -> bool:
    try:
        return now - datetime.fromisoformat(shown_at) >= MIN_FILL_TIME
    except (ValueError, TypeError):  # no moment, or one that says no zone: not what our form says
        return False
