"""Facts read from a registration's history: the one that tells its status, and if it was ever confirmed."""

from collections.abc import Iterable
from typing import Any

from chalicelib import facts
from chalicelib.aws.keys import format_timestamp
from chalicelib.facts import (
    Cancelled,
    Confirmed,
    Declined,
    Expired,
    Joined,
    MailAsked,
    Offered,
    RegistrationFact,
    ToldOfChange,
)
from chalicelib.histories.model import CONFIRMING_KINDS, confirms
from chalicelib.programme.model import Leg
from chalicelib.registration.model import Registration

_TERMINAL_KINDS = (Cancelled.kind, Declined.kind, Expired.kind)

StatusFact = Confirmed | Joined | Offered | Cancelled | Declined | Expired


def build_status_fact(request: MailAsked, registration: Registration, waiting_for: tuple[str, ...]) -> StatusFact:
    """Build the fact that tells the registration's status now, for the latest mail once more.

    It has the revision of the request, so that calendars take its files for the latest.
    """
    attributes: dict[str, Any] = {
        "event_id": request.event_id,
        "registration_id": request.registration_id,
        "revision": request.revision,
        "at": request.at,
        "needs": registration.needs,
    }
    match registration.status:
        case "confirmed":
            return Confirmed(**attributes)
        case "waiting":
            return Joined(**attributes, waiting_for=waiting_for)
        case "offered":
            assert registration.offer_expires_at is not None
            return Offered(**attributes, expires_at=format_timestamp(registration.offer_expires_at))
        case "cancelled":
            return _get_terminal_fact(request, registration)


def _get_terminal_fact(request: MailAsked, registration: Registration) -> Cancelled | Declined | Expired:
    entry = [entry for entry in registration.known_facts if entry["fact"] in _TERMINAL_KINDS][-1]
    fact = facts.from_history_entry(request.event_id, request.registration_id, request.revision, entry)
    assert isinstance(fact, Cancelled | Declined | Expired)
    return fact


def read_extras(registration: Registration, fact: RegistrationFact) -> dict[str, Any]:
    """Read the fact's entry of the history, with what stands there for people besides; empty where none is."""
    facts_by_revision: dict[int, dict[str, Any]] = dict(registration.numbered_facts)
    return facts_by_revision.get(fact.revision, {})


def has_been_confirmed(history: Iterable[dict[str, Any]]) -> bool:
    """Tell if the registration was confirmed at some time in this history."""
    return any(entry["fact"] in CONFIRMING_KINDS for entry in history)


def list_units_once_confirmed(history: Iterable[dict[str, Any]]) -> set[str]:
    """List all units that the registration has had, at any time, while it was confirmed."""
    units: set[str] = set()
    for entry in history:
        if confirms(entry):
            units.update(entry["needs"], entry.get("gave", ()))
    return units


def list_legs_once_told(history: Iterable[dict[str, Any]]) -> dict[str, Leg]:
    """List the legs of which the participant was told a change, by name, as each was before the latest."""
    documents: dict[str, Any] = {}
    for entry in history:
        if entry["fact"] == ToldOfChange.kind:
            documents |= entry.get("was_legs", {})
    return {name: Leg.model_validate(document) for name, document in documents.items() if document}


def has_entries_to_cancel(registration: Registration, fact: Cancelled) -> bool:
    """Tell if a calendar may hold entries for the cancellation to remove: the registration was confirmed once."""
    return fact.was == "confirmed" or has_been_confirmed(registration.list_facts_until(fact.revision - 1))
