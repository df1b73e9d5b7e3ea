"""Notes in a registration's history: what happened about it that changes nothing in it."""

from chalicelib import facts, keys
from chalicelib.facts import RegistrationFact
from chalicelib.items import Update


def note(fact: RegistrationFact) -> Update:
    """The fact at the end of its registration's history, whatever else is written there meanwhile; refused
    where there is no such registration. Its revision is its place there."""
    return Update(
        key=keys.registration_key(fact.event_id, fact.registration_id),
        expression="SET history = list_append(history, :happened)",
        condition="attribute_exists(PK)",
        names={},
        values={":happened": [facts.entry(fact)]},
    )
