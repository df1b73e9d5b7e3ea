"""Having the mail about how a registration stands sent once more."""

from contextlib import suppress
from datetime import datetime, timedelta
from math import ceil

from chalicelib import facts
from chalicelib.audit.audit_log import Word
from chalicelib.aws import table
from chalicelib.aws.keys import timestamp
from chalicelib.aws.table import Refused
from chalicelib.facts import MailAsked
from chalicelib.problems import TooBusy, TooSoon, WantsNoMail
from chalicelib.registration.flows import ATTEMPTS, find
from chalicelib.registration.model import By, Registration
from chalicelib.registration.notes import note_next

#: How long after a mail was asked for the next may be. Whoever has the link may not fill somebody's mailbox; an
#: organiser's double click is one.
_BETWEEN: dict[By, timedelta] = {"participant": timedelta(hours=1), "organiser": timedelta(minutes=1)}


def ask(event_id: str, registration_id: str, by: By, now: datetime, word: Word | None = None) -> Registration:
    """Have the mail sent once more, by an organiser's word, if it is one; the stream carries it on.

    Raises LinkNotValid, TooSoon, TooBusy, and WantsNoMail where an organiser asks for whoever has complained about
    a mail.
    """
    for _ in range(ATTEMPTS):
        registration = find(event_id, registration_id)
        if by == "organiser" and registration.has_complained:
            raise WantsNoMail
        if left := wait(registration, by, now):
            raise TooSoon(ceil(left.total_seconds()))
        asked = MailAsked(
            event_id=event_id,
            registration_id=registration_id,
            revision=registration.revision + 1,
            at=timestamp(now),
            by=by,
        )
        with suppress(Refused):
            table.write(note_next(asked, word.said if word else None))
            return registration
    raise TooBusy


def wait(registration: Registration, by: By, now: datetime) -> timedelta | None:
    """How long until it may be asked for again; None when it may be now."""
    asked = [
        datetime.fromisoformat(entry["at"])
        for entry in registration.history
        if entry["fact"] == facts.MailAsked.kind and entry["by"] == by
    ]
    left = max(asked) + _BETWEEN[by] - now if asked else timedelta(0)
    return left if left > timedelta(0) else None
