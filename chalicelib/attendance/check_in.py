"""Check-in at the door: recorded once, and undone after a slip."""

from datetime import datetime, timedelta

from chalicelib.aws import table
from chalicelib.aws.keys import format_timestamp
from chalicelib.aws.retry import retried
from chalicelib.facts import CheckedIn, CheckInUndone
from chalicelib.problems import NoPlace
from chalicelib.registration.access import Access, build_closing_attributes
from chalicelib.registration.flows import load_registration
from chalicelib.registration.model import Registration
from chalicelib.registration.notes import apply_note, build_guarded_note

MAX_BACKDATING = timedelta(days=30)


@retried()
def check_in(access: Access, at: datetime, now: datetime) -> Registration:
    """Check the participant in at `at`, and return the registration; one that is checked in stays so.

    A moment later than now, or longer ago than any door goes without network, is moved to that bound. Raises
    NoPlace where the registration is not confirmed, LinkNotValid and TooBusy.
    """
    registration = load_registration(access)
    if registration.status != "confirmed":
        raise NoPlace
    if registration.checked_in_at:
        return registration
    return _append(CheckedIn, registration, max(min(at, now), now - MAX_BACKDATING))


@retried()
def undo(access: Access, now: datetime) -> Registration:
    """Undo the check-in, if there is one, and return the registration. Raises LinkNotValid and TooBusy."""
    registration = load_registration(access)
    if not registration.checked_in_at:
        return registration
    return _append(CheckInUndone, registration, now)


def _append(kind: type[CheckedIn | CheckInUndone], registration: Registration, at: datetime) -> Registration:
    """Append the fact to the history, on condition that it has not grown since it was read."""
    fact = kind(
        event_id=registration.event_id,
        registration_id=registration.id,
        revision=registration.revision + 1,
        at=format_timestamp(at),
    )
    table.write(build_guarded_note(registration, fact, attributes=build_closing_attributes(registration)))
    return apply_note(registration, fact)
