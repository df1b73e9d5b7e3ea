"""Notes: facts in a registration's history that change nothing else in it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib import facts
from chalicelib.aws import keys
from chalicelib.aws.items import Update
from chalicelib.facts import RegistrationFact

if TYPE_CHECKING:  # pydantic is slow to import, and the feedback worker writes notes without it
    from chalicelib.registration.model import Registration


def build_note(fact: RegistrationFact, extras: Mapping[str, str] | None = None) -> Update:
    """Append the fact, with extras, to its registration's history, whatever else is written there meanwhile.

    The write's condition fails where there is no such registration (any more). The fact's revision is its place in
    the history.
    """
    return _build_append(fact, extras, "attribute_exists(#attendee)")


def build_guarded_note(
    fact: RegistrationFact,
    extras: Mapping[str, str] | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> Update:
    """Append the fact as `build_note` does, on condition that the history has not grown since it was read.

    `attributes` are written with it.
    """
    return _build_append(fact, extras, "size(#history) = :known", {":known": fact.revision - 1}, attributes)


def apply_note(
    registration: "Registration", fact: RegistrationFact, extras: Mapping[str, str] | None = None
) -> "Registration":
    """Return the registration as a guarded note leaves it."""
    return replace(registration, history=(*registration.history, _build_entry(fact, extras)))


def _build_entry(fact: RegistrationFact, extras: Mapping[str, str] | None) -> dict[str, Any]:
    return {**facts.to_history_entry(fact), **(extras or {})}


def _build_append(
    fact: RegistrationFact,
    extras: Mapping[str, str] | None,
    when: str,
    values: Mapping[str, int] | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> Update:
    entry = _build_entry(fact, extras)
    key = keys.registration_key(fact.event_id, fact.registration_id)
    return Update.set(key, attributes or {}, when=when, values=values, append={"history": [entry]})
