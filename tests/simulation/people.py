"""People, who ask again where they had no answer, and organisers, who do not."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.registration import links
from chalicelib.registration.model import registration_id
from chalicelib.settings import settings
from chalicelib.web.sign_in import session_token
from tests import builders
from tests.simulation import site
from tests.simulation.aws import Aws, Clock
from tests.simulation.mailbox import GONE
from tests.simulation.site import REFUSED, TRY_AGAIN
from tests.simulation.tasks import Died, Task, Tasks

NEEDS = [[], [], ["room"], ["bed"], ["bus"], ["room", "bus"], ["bed", "bus"]]
Call = tuple[str, str, dict[str, Any] | None, dict[str, str]]


@dataclass(eq=False)
class Person:
    """One of those who may come to one event; `unanswered` is the call that they will make again."""

    name: str
    event_id: str
    email: str
    registered: bool = False
    unanswered: Call | None = None
    busy: bool = False

    @property
    def id(self) -> str:
        return registration_id(settings().identity_key, self.event_id, self.email)


class People:
    def __init__(
        self, dice: random.Random, aws: Aws, tasks: Tasks, clock: Clock, say: Callable[[str], None]
    ) -> None:
        self._dice, self._aws, self._tasks, self._clock, self._say = dice, aws, tasks, clock, say
        self._number = 0

    def invite(self, number: int, event_ids: list[str]) -> Person:
        name = f"P{number}"
        gone = GONE if self._dice.random() < 0.1 else ""
        return Person(name, self._dice.choice(event_ids), f"{gone}{name.lower()}@example.org")

    def act(self, person: Person) -> None:
        """One call, of which the answer is believed."""
        call = person.unanswered or self._next(person)
        person.busy, person.unanswered = True, call
        try:
            status, answer = self._ask(call)
        except Died:
            self._say(f"{call[0]} {_short(call)} → nothing")
            return
        finally:
            person.busy = False
        if status not in TRY_AGAIN:
            person.unanswered = None
        if status in (200, 201):
            person.registered = True
            for each in answer.get("party", [answer["registration"]]):
                site.kept(self._aws.table, person.event_id, each)

    def _ask(self, call: Call) -> tuple[int, Any]:
        task = self._tasks.current
        assert isinstance(task, Task)
        status, answer = site.ask(*call)
        said = answer["registration"]["status"] if status in (200, 201) and "registration" in answer else ""
        self._say(f"{call[0]} {_short(call)} → {status} {said or _problem(answer)}")
        assert status in (200, 201, *REFUSED, *TRY_AGAIN), (status, answer)
        assert status != 500 or task.struck, "an error without a fault"
        return status, answer

    def _next(self, person: Person) -> Call:
        if not person.registered or self._dice.random() < 0.1:
            return self._register(person)
        path = f"/registrations/{links.token(person.event_id, person.id)}"
        needs, wishes = self._dice.choice(NEEDS), self._dice.choice(NEEDS)
        calls: list[tuple[str, str, dict[str, Any] | None]] = [
            ("GET", path, None),
            ("POST", f"{path}/cancellation", None),
            ("POST", f"{path}/acceptance", None),
            ("POST", f"{path}/refusal", {"keep_place": self._dice.random() < 0.5}),
            ("PATCH", path, {"needs": needs}),
            ("PATCH", path, {"wait_for": wishes}),
        ]
        return (*self._dice.choice(calls), {})

    def _register(self, person: Person) -> Call:
        self._number += 1
        needs = self._dice.choice(NEEDS)
        document = builders.person(person.name, "Hansen", email=person.email, needs=needs)
        if self._dice.random() < 0.2:
            others = [f"{person.name}-{other}" for other in range(self._dice.randint(1, 2))]
            document |= {
                "party": [builders.person(each, "Hansen", needs=self._dice.choice(NEEDS)) for each in others],
                "accept_fewer": self._dice.random() < 0.3,
            }
        path = f"/events/{person.event_id}/registrations"
        return "POST", path, document, {"Idempotency-Key": f"key-{self._number}"}

    def organise(self, event_id: str, people: list[Person]) -> None:
        """An organiser does something, once."""
        call = self._organisers_call(event_id, self._dice.choice(people))
        try:
            self._ask(call)
        except Died:
            self._say(f"{call[0]} {_short(call)} → nothing")

    def _organisers_call(self, event_id: str, person: Person) -> Call:
        event = f"/organiser/events/{event_id}"
        registration = f"{event}/registrations/{person.id}"
        d, why = self._dice, {"reason": "they speak"}
        units = {"place": d.randint(0, 2), "room": d.randint(0, 1)}
        way = d.sample(["room", "bed"], 2)
        calls: list[tuple[str, str, dict[str, Any] | None]] = [
            (
                "PUT",
                f"{event}/allotments/{d.choice(['place', 'room', 'bed', 'bus'])}",
                {"capacity": d.randint(0, 6)},
            ),
            ("PUT", f"{event}/holds/speakers", {"units": units}),
            ("POST", f"{event}/allotments/{way[0]}/moves", {"to": way[1], "units": 1}),
            ("POST", f"{registration}/promotion", {**why, "confirm": d.random() < 0.5}),
            ("PUT", f"{registration}/priority", {**why, "priority": d.choice([1, 5, 9])}),
            ("POST", f"{registration}/cancellation", why),
        ]
        token = session_token("organiser@network.example", self._clock.now())
        return (*d.choice(calls), {"Authorization": f"Bearer {token}"})


def _short(call: Call) -> str:
    """The call without what differs from key to key."""
    path = "/".join(part for part in call[1].split("/") if len(part) < 40)
    return path if call[2] is None else f"{path} {call[2].get('needs', call[2] if 'email' not in call[2] else '')}"


def _problem(answer: Any) -> str:
    return str(answer.get("type", "")).rpartition("/")[2] if isinstance(answer, dict) else ""
