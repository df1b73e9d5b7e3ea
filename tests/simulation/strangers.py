"""Act as strangers, who register the addresses of others and keep each link that they are ever answered."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from testing import builders
from testing.faulty_aws.tasks import Died
from tests.simulation.people import NEEDS, OwnLink, People, Person, build_food
from tests.simulation.promised_links import LinkWatch, build_mark
from tests.simulation.site import DONE, TRY_AGAIN, Call

_ADDRESS = "198.51.100.7"  #: on the network, another than the participants'
#: Of what is done again and again within an hour: more changes than are allowed, and many mails.
_CHANGES, _ROUNDS = 22, 8
#: What strangers do, and how often.
_ACTION_WEIGHTS = {
    "register": 8,
    "register several": 2,
    "replay": 4,
    "open": 8,
    "change": 5,
    "end": 3,
    "answer": 3,
    "lock out": 2,
    "flood": 1,
}


@dataclass(eq=False)
class Stranger:
    """A stranger; `links` are those of all answers, `posts` all calls to register, each with its addressee."""

    name: str
    links: list[tuple[Person, OwnLink]] = field(default_factory=list)
    posts: list[tuple[Person, Call]] = field(default_factory=list)


class Strangers:
    """The strangers of a world, none in half of them.

    `victims` are those whose addresses they registered; while there is a `focus`, they choose from it alone.
    """

    def __init__(
        self, dice: random.Random, watch: LinkWatch, people: People, log_line: Callable[[str], None]
    ) -> None:
        self._dice, self._watch, self._people, self._log_line = dice, watch, people, log_line
        self._number = 0
        self.persons = [Stranger(f"S{number}") for number in range(dice.choice([0, 0, 1, 2]))]
        self.victims: set[Person] = set()
        self.focus: list[Person] = []

    def act(self, stranger: Stranger) -> None:
        """Make one call, or one call after the other until it is refused or enough."""
        action = self._dice.choices([*_ACTION_WEIGHTS], [*_ACTION_WEIGHTS.values()])[0]
        self._make(stranger, self._plan(stranger, action))

    def register(self, stranger: Stranger, person: Person) -> None:
        """Register the address of the person."""
        self._make(stranger, iter([self._register(stranger, person, "register")]))

    def _make(self, stranger: Stranger, calls: Iterator[tuple[Person, Call]]) -> None:
        try:
            for person, call in calls:
                status, answer = self._watch.send(call)
                self._people.check_answer(person, call, status, answer)
                if status == 201:
                    link = answer["registration"]["links"]["self"]
                    stranger.links.append((person, OwnLink(link, call.source)))
                    self.victims.add(person)
                if status not in (*DONE, *TRY_AGAIN):
                    return
        except Died:
            self._log_line(f"{stranger.name} → nothing")

    def _plan(self, stranger: Stranger, action: str) -> Iterator[tuple[Person, Call]]:
        """Plan the calls, each after the answer to the one before."""
        if action == "replay" and stranger.posts:
            yield self._dice.choice(stranger.posts)
        elif action.startswith("register") or not stranger.links:
            yield self._register(stranger, self._dice.choice(self.focus or self._people.persons), action)
        elif action == "flood":
            yield from self._flood(stranger)
        else:
            person, link = self._choose_link(stranger)
            for _ in range(_CHANGES if action == "lock out" else 1):
                yield person, self._build_call(stranger, person, link, action)

    def _choose_link(self, stranger: Stranger) -> tuple[Person, OwnLink]:
        links = [each for each in stranger.links if each[0] in self.focus] or stranger.links
        return self._dice.choice(links[-4:] if self._dice.random() < 0.5 else links)

    def _flood(self, stranger: Stranger) -> Iterator[tuple[Person, Call]]:
        """Register one address and cancel, again and again, so that its mailbox fills."""
        person = self._dice.choice(self.focus or self._people.persons)
        for _ in range(_ROUNDS):
            yield self._register(stranger, person, "register")
            if stranger.links:
                victim, link = stranger.links[-1]
                yield victim, self._call_by(stranger, victim, link, "POST", "/cancellation", None)

    def _register(self, stranger: Stranger, person: Person, action: str) -> tuple[Person, Call]:
        """Build the call that registers the address, with details and health of their own invention."""
        self._number += 1
        key = builders.request_key(f"{stranger.name}-{self._number}")
        document = self._invent(stranger, person) | {
            "organisation": build_mark(key, 0),
            "dietary": build_food(stranger.name),
        }
        others = [each for each in self._people.persons if each.event_id == person.event_id and each != person]
        if action == "register several" and others:
            document |= {"party": [self._invent(stranger, self._dice.choice(others))], "accept_fewer": True}
        path = f"/events/{person.event_id}/registrations"
        label = f"{stranger.name} registers {person.name}"
        call = Call("POST", path, document, label, {"Idempotency-Key": key}, source=key, address=_ADDRESS)
        stranger.posts.append((person, call))
        return person, call

    def _invent(self, stranger: Stranger, person: Person) -> dict[str, Any]:
        needs = self._dice.choice(NEEDS)
        return builders.person(stranger.name, "Hansen", email=person.email, needs=needs)

    def _build_call(self, stranger: Stranger, person: Person, link: OwnLink, action: str) -> Call:
        self._number += 1
        told, needs = {"organisation": build_mark(link.source, self._number)}, self._dice.choice(NEEDS)
        calls: dict[str, list[tuple[str, str, dict[str, Any] | None]]] = {
            "open": [("GET", "", None), ("GET", "/personal-data", None), ("HEAD", "", None)],
            "change": [
                ("PATCH", "", told),
                ("PATCH", "", {"needs": needs}),
                ("PATCH", "", {"wait_for": needs}),
                ("POST", "/mail", {}),
            ],
            "end": [("POST", "/cancellation", None), ("POST", "/cancellation", None), ("DELETE", "", None)],
            "answer": [
                ("POST", "/acceptance", None),
                ("POST", "/refusal", {}),
                ("POST", "/refusal", {"keep_place": True}),
            ],
        }
        ways = calls.get(action, [("PATCH", "", told)])
        return self._call_by(stranger, person, link, *self._dice.choice(ways))

    def _call_by(
        self,
        stranger: Stranger,
        person: Person,
        link: OwnLink,
        method: str,
        suffix: str,
        body: dict[str, Any] | None,
    ) -> Call:
        path, label = f"/registrations/{link.token}{suffix}", f"{stranger.name} {method} {person.name}{suffix}"
        return Call(method, path, body, label, source=link.source, address=_ADDRESS)
