"""Act as participants, who ask again where they had no response."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from chalicelib.facts import Erased
from chalicelib.registration.model import derive_registration_id
from chalicelib.settings import settings
from testing import builders
from testing.faulty_aws.aws import Aws
from testing.faulty_aws.ses import BOUNCING_PREFIX, COMPLAINING_PREFIX
from testing.faulty_aws.tasks import Died
from tests.simulation import site
from tests.simulation.promised_links import LinkWatch, build_mark
from tests.simulation.site import MAILED, TRY_AGAIN, Call

NEEDS = [[], [], ["room"], ["bed"], ["bus"], ["room", "bus"], ["bed", "bus"]]
#: What people do, by how they stand, and how often.
_ACTION_WEIGHTS: dict[str, dict[str, int]] = {
    "confirmed": {"look": 2, "cancel": 8, "accept": 2, "need": 4, "wish": 8, "tell": 2, "erase": 1},
    "waiting": {"look": 2, "cancel": 2, "need": 4, "wish": 2, "tell": 1, "register": 2, "erase": 1},
    "offered": {"look": 2, "cancel": 2, "accept": 10, "decline": 4, "keep": 6, "need": 2, "wait": 6, "erase": 1},
    "cancelled": {"register": 12, "look": 2, "accept": 2, "erase": 2},
    "": {"register": 1},
}


@dataclass(frozen=True)
class OwnLink:
    """A link to a registration, with the source that a call by it has."""

    url: str
    source: str

    @property
    def token(self) -> str:
        """Return the token."""
        return self.url.rpartition("/")[2]


@dataclass(eq=False)
class Person:
    """A participant of one event; `unanswered` is the call that they will make again.

    `answered` is the link in the answer to their own registering, with its source; `void_links` are those that
    opened nothing any more.
    """

    name: str
    event_id: str
    email: str
    unanswered: Call | None = None
    busy: bool = False
    answered: OwnLink | None = None
    void_links: set[str] = field(default_factory=set)

    @cached_property
    def id(self) -> str:
        """Return the id of the person's registration."""
        return derive_registration_id(settings().identity_key, self.event_id, self.email)


class People:
    """The participants of a world; `persons` grows by those whom others register."""

    def __init__(self, dice: random.Random, aws: Aws, watch: LinkWatch, say: Callable[[str], None]) -> None:
        self._dice, self._aws, self._watch, self._log_line = dice, aws, watch, say
        self._number = 0
        self.persons: list[Person] = []

    def invite(self, number: int, event_ids: list[str]) -> None:
        """Add a person, some of whom have an address that bounces or complains."""
        kind = self._dice.choices(["", BOUNCING_PREFIX, COMPLAINING_PREFIX], (8, 1, 1))[0]
        event_id = self._dice.choice(event_ids)
        self.persons.append(Person(f"P{number}", event_id, f"{kind}p{number}@example.org"))

    def find(self, fact: Any) -> Person:
        """Find the person whom the fact is about."""
        return next(
            each for each in self.persons if (each.event_id, each.id) == (fact.event_id, fact.registration_id)
        )

    def act(self, person: Person) -> None:
        """Make one call, and check what its response promises."""
        call = person.unanswered or self._choose_call(person)
        if call is None:
            person.busy = False
            return
        person.unanswered = call
        try:
            status, answer = self._watch.send(call)
        except Died:
            self._log_line(f"{call} → nothing")
            return
        finally:
            person.busy = False
        if status not in TRY_AGAIN:
            person.unanswered = None
        self._remember_link(person, call, status, answer)
        self.check_answer(person, call, status, answer)

    def _remember_link(self, person: Person, call: Call, status: int, answer: dict[str, Any]) -> None:
        """Remember the link of an answer, and which one opens nothing any more, or too little."""
        if status == 201:
            person.answered = OwnLink(answer["registration"]["links"]["self"], call.source)
        elif status in (403, 404) and "/registrations/" in f"{call.path}/":
            person.void_links.add(call.path.split("/")[2])

    def check_answer(self, person: Person, call: Call, status: int, answer: dict[str, Any]) -> None:
        """Check that what the answer says of the person's registration is so."""
        if status in (200, 201):
            for registration in answer.get("party", [answer["registration"]]):
                site.check_answer_recorded(self._aws.stream_reader, person.event_id, registration)
        elif status == 204:
            self.check_erased(person)
        elif status == 409 and "Idempotency-Key" in call.headers:
            site.check_refused_not_done(self._aws.table, person.event_id, person.id, call)

    def check_erased(self, person: Person) -> None:
        """Check that the history has an erasure, as the response said."""
        history = self._aws.stream_reader.history(person.event_id, person.id)
        assert any(entry["fact"] == Erased.kind for entry in history), person

    def read_status(self, person: Person) -> str:
        """Return the status of the person's registration, or an empty text."""
        return site.read_status(self._aws.table, person.event_id, person.id)

    def _choose_call(self, person: Person) -> Call | None:
        """Choose what makes sense after the person's last mail, most of the time."""
        weights = _ACTION_WEIGHTS[self.read_status(person)]
        action = self._dice.choices([*weights], [*weights.values()])[0]
        if action == "wait" or self._waits_for_mail(person):
            return None
        if action == "register":
            return self.register(person)
        link, needs = self._choose_link(person), self._dice.choice(NEEDS)
        if link is None:
            return self.register(person)
        self._number += 1
        method, suffix, body = {
            "look": ("GET", "", None),
            "erase": ("DELETE", "", None),
            "cancel": ("POST", "/cancellation", None),
            "accept": ("POST", "/acceptance", None),
            "decline": ("POST", "/refusal", {}),
            "keep": ("POST", "/refusal", {"keep_place": True}),
            "need": ("PATCH", "", {"needs": needs}),
            "wish": ("PATCH", "", {"wait_for": needs}),
            "tell": ("PATCH", "", {"organisation": build_mark(link.source, self._number)}),
        }[action]
        label = action if link.source == MAILED else f"{action} by the answer's link"
        return Call(method, f"/registrations/{link.token}{suffix}", body, label, source=link.source)

    def _waits_for_mail(self, person: Person) -> bool:
        """Return True if no mail has come yet to a person who has registered, most of the time."""
        return bool(person.answered and person.email not in self._aws.ses.last_links and self._dice.random() < 0.7)

    def _choose_link(self, person: Person) -> OwnLink | None:
        """Choose the link in the last mail, most of the time, or that of the answer; None where both are void."""
        mailed = self._aws.ses.last_links.get(person.email)
        links = [OwnLink(mailed, MAILED)] * 4 if mailed else []
        links += [person.answered] if person.answered else []
        links = [link for link in links if link.token not in person.void_links]
        return self._dice.choice(links) if links else None

    def register(self, person: Person, *, alone: bool = False) -> Call:
        """Build the call that registers the person, at times with others.

        Of these it tells nothing about health: that is for them alone to tell.
        """
        self._number += 1
        needs = self._dice.choice(NEEDS)
        document = builders.person(
            person.name, "Hansen", email=person.email, needs=needs, dietary=build_food(person.name)
        )
        if not alone and self._dice.random() < 0.2:
            document |= {"party": self._others(person), "accept_fewer": self._dice.random() < 0.3}
        path, key = f"/events/{person.event_id}/registrations", builders.request_key(str(self._number))
        document |= {"organisation": build_mark(key, 0)}
        suffix = " and others" if "party" in document else ""
        label = f"register{suffix} {' '.join(needs)}"
        return Call("POST", path, document, label, {"Idempotency-Key": key}, source=key)

    def _others(self, person: Person) -> list[dict[str, Any]]:
        others = []
        for _ in range(self._dice.randint(1, 2)):
            other = Person(f"P{len(self.persons)}", person.event_id, f"p{len(self.persons)}@example.org")
            self.persons.append(other)
            needs = self._dice.choice(NEEDS)
            others.append(builders.person(other.name, "Hansen", email=other.email, needs=needs))
        return others


def build_food(name: str) -> dict[str, Any]:
    """Build dietary details that only a person of this name has."""
    return {"note": f"As {name} likes it", "consent": True}
