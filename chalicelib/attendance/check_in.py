"""At the door: who has come, written down once; a slip of the finger is taken back."""

from datetime import datetime, timedelta

from chalicelib.aws import table
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.table import ConditionFailed
from chalicelib.facts import CheckedIn, CheckInUndone
from chalicelib.problems import NoPlace, TooBusy
from chalicelib.registration.flows import MAX_ATTEMPTS, load_registration
from chalicelib.registration.model import Registration
from chalicelib.registration.notes import build_guarded_note

MAX_BACKDATING = timedelta(days=30)


def check_in(event_id: str, registration_id: str, at: datetime, now: datetime) -> Registration:
    """Write down that they came, at `at`, but neither later than now nor longer ago than any door goes without
    network; who has come already came then.

    Raises NoPlace for whoever is not confirmed, LinkNotValid and TooBusy.
    """
    for _ in range(MAX_ATTEMPTS):
        registration = load_registration(event_id, registration_id)
        if registration.status != "confirmed":
            raise NoPlace
        if registration.checked_in_at:
            return registration
        if _try_append(CheckedIn, registration, max(min(at, now), now - MAX_BACKDATING)):
            return load_registration(event_id, registration_id)
    raise TooBusy


def undo(event_id: str, registration_id: str, now: datetime) -> Registration:
    """Take it back that they came; of whoever has not come nothing changes. Raises LinkNotValid and TooBusy."""
    for _ in range(MAX_ATTEMPTS):
        registration = load_registration(event_id, registration_id)
        if not registration.checked_in_at or _try_append(CheckInUndone, registration, now):
            return load_registration(event_id, registration_id)
    raise TooBusy


def _try_append(kind: type[CheckedIn | CheckInUndone], registration: Registration, at: datetime) -> bool:
    """Whether it stands in the history now; not if that has grown since it was read."""
    fact = kind(
        event_id=registration.event_id,
        registration_id=registration.id,
        revision=registration.revision + 1,
        at=format_timestamp(at),
    )
    try:
        table.write(build_guarded_note(fact))
    except ConditionFailed:
        return False
    return True
