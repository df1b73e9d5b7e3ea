"""Organisers, who try once."""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalicelib.web.sign_in import session_token
from tests.simulation import site
from tests.simulation.people import Person
from tests.simulation.site import Call
from tests.simulation.tasks import Died, Tasks

_WHY = {"reason": "they speak"}


class Organisers:
    def __init__(
        self, dice: random.Random, tasks: Tasks, now: Callable[[], datetime], say: Callable[[str], None]
    ) -> None:
        self._dice, self._tasks, self._now, self._say = dice, tasks, now, say

    def act(self, event_id: str, people: list[Person]) -> None:
        call = self._next(f"/organiser/events/{event_id}", self._dice.choice(people))
        try:
            site.ask(call, self._tasks, self._say)
        except Died:
            self._say(f"{call} → nothing")

    def _next(self, event: str, person: Person) -> Call:
        dice, registration = self._dice, f"{event}/registrations/{person.id}"
        allotment, units = dice.choice(["place", "place", "room", "bed", "bus"]), dice.randint(2, 6)
        held = {"place": dice.randint(0, 2), "room": dice.randint(0, 1)}
        way = dice.sample(["room", "bed"], 2)
        priority, beyond = dice.choice([1, 5, 9]), dice.random() < 0.5
        calls: list[tuple[str, str, dict[str, Any], str]] = [
            ("PUT", f"{event}/allotments/{allotment}", {"capacity": units}, f"{units} units of {allotment}"),
            ("PUT", f"{event}/holds/speakers", {"units": held}, f"hold {held}"),
            ("POST", f"{event}/allotments/{way[0]}/moves", {"to": way[1], "units": 1}, f"move a {way[0]}"),
            ("POST", f"{registration}/promotion", {**_WHY, "confirm": beyond}, f"promote {person.name}"),
            ("PUT", f"{registration}/priority", {**_WHY, "priority": priority}, f"{person.name} to {priority}"),
            ("POST", f"{registration}/cancellation", _WHY, f"cancel {person.name}"),
        ]
        method, path, body, said = dice.choice(calls)
        token = session_token("organiser@network.example", self._now())
        return Call(method, path, body, said, {"Authorization": f"Bearer {token}"})
