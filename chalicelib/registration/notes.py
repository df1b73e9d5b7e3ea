"""Notes: facts in a registration's history that change nothing else in it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib import facts
from chalicelib.aws import keys
from chalicelib.aws.items import Update
from chalicelib.aws.key_grammar import Key
from chalicelib.facts import RegistrationFact
from chalicelib.histories.model import History
from chalicelib.histories.writes import build_guarded_update

if TYPE_CHECKING:  # pydantic is slow to import, and the feedback worker writes notes without it
    from chalicelib.registration.model import Registration


def build_note(fact: RegistrationFact, extras: Mapping[str, str] | None = None) -> Update:
    """Append the fact, with extras, to its registration's history, whatever else is written there meanwhile.

    The write's condition fails where there is no such registration (any more). The fact's revision is its place in
    the history.
    """
    when = "attribute_exists(#attendee)"
    return Update.set(_key(fact), {}, when=when, append={"history": [_build_entry(fact, extras)]})


def build_guarded_note(
    history: History,
    fact: RegistrationFact,
    extras: Mapping[str, str] | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> Update:
    """Append the fact as `build_note` does, on condition that the history has not grown since it was read.

    `attributes` are written with it.
    """
    return build_guarded_update(_key(fact), history, attributes or {}, _build_entry(fact, extras))


def apply_note(
    registration: "Registration", fact: RegistrationFact, extras: Mapping[str, str] | None = None
) -> "Registration":
    """Return the registration as a guarded note leaves it."""
    return registration.with_facts(_build_entry(fact, extras))


def _build_entry(fact: RegistrationFact, extras: Mapping[str, str] | None) -> dict[str, Any]:
    return {**facts.to_history_entry(fact), **(extras or {})}


def _key(fact: RegistrationFact) -> Key:
    return keys.registration_key(fact.event_id, fact.registration_id)
