"""What turns robots away from our own form: a field that only they fill in, and the time that a person takes.

The form of another site has neither, and is taken as it is.
"""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.language import N_
from chalicelib.problems import FieldError, InvalidFields
from chalicelib.web.http.problems import TooQuick

QUICKEST = timedelta(seconds=2)  #: from showing the form to sending it
TRAP, SHOWN_AT = "homepage", "shown_at"


def turned_away(sent: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What a form sent, without what is only there for robots; raises InvalidFields and TooQuick, which a person
    gets past by doing as they say."""
    if sent.get(TRAP):
        raise InvalidFields(errors=(FieldError(TRAP, "not_empty", N_("Leave this field empty.")),))
    if SHOWN_AT in sent and not _was_shown_a_while_ago(sent[SHOWN_AT], now):
        raise TooQuick
    return {name: value for name, value in sent.items() if name not in (TRAP, SHOWN_AT)}


def _was_shown_a_while_ago(shown_at: str, now: datetime) -> bool:
    try:
        return now - datetime.fromisoformat(shown_at) >= QUICKEST
    except (ValueError, TypeError):  # no moment, or one that says no zone: not what our form says
        return False
