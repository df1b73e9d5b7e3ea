"""Act as participants, who ask again where they had no response."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chalicelib.facts import Erased
from chalicelib.registration.model import derive_registration_id
from chalicelib.settings import settings
from testing import builders
from testing.faulty_aws.aws import Aws
from testing.faulty_aws.ses import BOUNCING_PREFIX, COMPLAINING_PREFIX
from testing.faulty_aws.tasks import Died, Tasks
from tests.simulation import site
from tests.simulation.site import TRY_AGAIN, Call

NEEDS = [[], [], ["room"], ["bed"], ["bus"], ["room", "bus"], ["bed", "bus"]]
#: What people do, by how they stand, and how often.
_ACTION_WEIGHTS: dict[str, dict[str, int]] = {
    "confirmed": {"look": 2, "cancel": 8, "accept": 2, "need": 4, "wish": 8, "erase": 1},
    "waiting": {"look": 2, "cancel": 2, "need": 4, "wish": 2, "register": 2, "erase": 1},
    "offered": {"look": 2, "cancel": 2, "accept": 10, "decline": 4, "keep": 6, "need": 2, "wait": 6, "erase": 1},
    "cancelled": {"register": 12, "look": 2, "accept": 2, "erase": 2},
    "": {"register": 1},
}


@dataclass(eq=False)
class Person:
    """A participant of one event; `unanswered` is the call that they will make again."""

    name: str
    event_id: str
    email: str
    unanswered: Call | None = None
    busy: bool = False

    @cached_property
    def id(self) -> str:
        """Return the id of the person's registration."""
        return derive_registration_id(settings().identity_key, self.event_id, self.email)


class People:
    """The participants of a world; `persons` grows by those whom others register."""

    def __init__(self, dice: random.Random, aws: Aws, tasks: Tasks, say: Callable[[str], None]) -> None:
        self._dice, self._aws, self._tasks, self._log_line = dice, aws, tasks, say
        self._number = 0
        self.persons: list[Person] = []

    def invite(self, number: int, event_ids: list[str]) -> None:
        """Add a person, some of whom have an address that bounces or complains."""
        kind = self._dice.choices(["", BOUNCING_PREFIX, COMPLAINING_PREFIX], (8, 1, 1))[0]
        event_id = self._dice.choice(event_ids)
        self.persons.append(Person(f"P{number}", event_id, f"{kind}p{number}@example.org"))

    def act(self, person: Person) -> None:
        """Make one call, and check what its response promises."""
        call = person.unanswered or self._choose_call(person)
        if call is None:
            person.busy = False
            return
        person.unanswered = call
        try:
            status, answer = site.send(call, self._tasks, self._log_line)
        except Died:
            self._log_line(f"{call} → nothing")
            return
        finally:
            person.busy = False
        if status not in TRY_AGAIN:
            person.unanswered = None
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
        if action == "wait":
            return None
        if action == "register":
            return self._register(person)
        path, needs = (
            f"/registrations/{site.build_token(self._aws.table, person.event_id, person.id)}",
            self._dice.choice(NEEDS),
        )
        method, suffix, body = {
            "look": ("GET", "", None),
            "erase": ("DELETE", "", None),
            "cancel": ("POST", "/cancellation", None),
            "accept": ("POST", "/acceptance", None),
            "decline": ("POST", "/refusal", {}),
            "keep": ("POST", "/refusal", {"keep_place": True}),
            "need": ("PATCH", "", {"needs": needs}),
            "wish": ("PATCH", "", {"wait_for": needs}),
        }[action]
        return Call(method, path + suffix, body, action)

    def _register(self, person: Person) -> Call:
        self._number += 1
        needs = self._dice.choice(NEEDS)
        document = builders.person(person.name, "Hansen", email=person.email, needs=needs, dietary=_food(person))
        if self._dice.random() < 0.2:
            document |= {"party": self._others(person), "accept_fewer": self._dice.random() < 0.3}
        path, key = (
            f"/events/{person.event_id}/registrations",
            {"Idempotency-Key": builders.request_key(str(self._number))},
        )
        suffix = " and others" if "party" in document else ""
        return Call("POST", path, document, f"register{suffix} {' '.join(needs)}", key)

    def _others(self, person: Person) -> list[dict[str, Any]]:
        others = []
        for _ in range(self._dice.randint(1, 2)):
            other = Person(f"P{len(self.persons)}", person.event_id, f"p{len(self.persons)}@example.org")
            self.persons.append(other)
            details = {"email": other.email, "needs": self._dice.choice(NEEDS), "dietary": _food(other)}
            others.append(builders.person(other.name, "Hansen", **details))
        return others


def _food(person: Person) -> dict[str, Any]:
    """Build dietary details that are the person's own."""
    return {"note": f"As {person.name} likes it", "consent": True}
