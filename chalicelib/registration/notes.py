"""Notes in a registration's history: what happened about it that changes nothing in it."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib import facts
from chalicelib.aws import keys
from chalicelib.aws.items import Update
from chalicelib.facts import RegistrationFact


def build_note(fact: RegistrationFact, extras: Mapping[str, str] | None = None) -> Update:
    """The fact at the end of its registration's history, with what else is said there of it, whatever else is
    written there meanwhile; refused where there is no such registration (any more). Its revision is its place
    there."""
    return Update(
        key=keys.registration_key(fact.event_id, fact.registration_id),
        expression="SET history = list_append(history, :happened)",
        condition="attribute_exists(attendee)",
        names={},
        values={":happened": [{**facts.to_history_entry(fact), **(extras or {})}]},
    )


def build_guarded_note(fact: RegistrationFact, extras: Mapping[str, str] | None = None) -> Update:
    """As `note`, refused too where the history has grown since it was read: the fact's revision is its place."""
    noted = build_note(fact, extras)
    values = {**noted.values, ":known": fact.revision - 1}
    return replace(noted, condition="size(history) = :known", values=values)
