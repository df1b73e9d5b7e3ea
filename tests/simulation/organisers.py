"""Act as organisers, who try once."""

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.items import decode_item
from testing.faulty_aws.aws import Aws
from testing.faulty_aws.tasks import Died
from tests.simulation import site
from tests.simulation.people import People, Person
from tests.simulation.promised_links import LinkWatch, build_mark
from tests.simulation.site import ORGANISER, Call

#: Method, path, body, and the words for it.
_Request = tuple[str, str, dict[str, Any] | None, str]
_WHY: dict[str, Any] = {"reason": "they speak"}
_NO_BODY: dict[str, Any] = {}


class Organisers:
    """The organisers of a world; `requested_manifests` has the manifests that they were promised."""

    def __init__(
        self,
        dice: random.Random,
        aws: Aws,
        watch: LinkWatch,
        people: People,
        now: Callable[[], datetime],
        say: Callable[[str], None],
    ) -> None:
        self._dice, self._aws, self._watch, self._people, self._now, self._log_line = (
            dice,
            aws,
            watch,
            people,
            now,
            say,
        )
        self.requested_manifests: list[tuple[str, int]] = []

    def act(self, event_id: str, people: list[Person]) -> None:
        """Make one call, and check what its response promises."""
        person = self._dice.choice(people)
        call = self._choose_call(event_id, person)
        try:
            status, answer = self._watch.send(call)
        except Died:
            self._log_line(f"{call} → nothing")
            return
        if status == 204:
            self._people.check_erased(person)
        elif status in (200, 202) and "status" in answer.get("registration", ()):
            site.check_answer_recorded(self._aws.stream_reader, event_id, answer["registration"])
        elif status in (200, 202) and "manifest" in answer:
            self.requested_manifests.append((event_id, answer["manifest"]["version"]))

    def _choose_call(self, event_id: str, person: Person) -> Call:
        ways: list[Callable[[str, Person], _Request]] = [
            *(self._units, self._hand) * 3,
            *(self._lists, self._door) * 2,
            self._others,
        ]
        headers = site.sign_in(self._aws.table, self._now())
        if self._dice.random() < 0.1:
            return self._change(event_id, headers)
        method, path, body, label = self._dice.choice(ways)(f"/organiser/events/{event_id}", person)
        return Call(method, path, body, label, headers, source=ORGANISER)

    def _units(self, event: str, _person: Person) -> _Request:
        dice = self._dice
        allotment, units = dice.choice(["place", "place", "room", "bed", "bus"]), dice.randint(2, 6)
        held = {"place": dice.randint(0, 2), "room": dice.randint(0, 1)}
        way = dice.sample(["room", "bed"], 2)
        requests: list[_Request] = [
            ("PUT", f"{event}/allotments/{allotment}", {"capacity": units}, f"{units} units of {allotment}"),
            ("PUT", f"{event}/holds/speakers", {"units": held}, f"hold {held}"),
            ("POST", f"{event}/allotments/{way[0]}/moves", {"to": way[1], "units": 1}, f"move a {way[0]}"),
        ]
        return dice.choice(requests)

    def _hand(self, event: str, person: Person) -> _Request:
        registration_path, name, dice = f"{event}/registrations/{person.id}", person.name, self._dice
        priority, overbook = dice.choice([1, 5, 9]), dice.random() < 0.5
        told = {"organisation": build_mark(ORGANISER, dice.randrange(1000))}
        return dice.choice(
            [
                ("POST", f"{registration_path}/promotion", {**_WHY, "confirm": overbook}, f"promote {name}"),
                ("PUT", f"{registration_path}/priority", {**_WHY, "priority": priority}, f"{name} to {priority}"),
                ("POST", f"{registration_path}/cancellation", _WHY, f"cancel {name}"),
                ("PATCH", registration_path, told, f"write down for {name}"),
            ]
        )

    def _lists(self, event: str, _person: Person) -> _Request:
        return self._dice.choice(
            [
                ("POST", f"{event}/manifests", _NO_BODY, "ask for the lists"),
                ("POST", f"{event}/manifests", _NO_BODY, "ask for the lists"),
                ("POST", f"{event}/manifests/latest/sent", {"to": "hotel"}, "the hotel has the lists"),
            ]
        )

    def _door(self, event: str, person: Person) -> _Request:
        path = f"{event}/registrations/{person.id}/check-in"
        return self._dice.choice(
            [
                ("POST", path, _NO_BODY, f"{person.name} has come"),
                ("POST", path, _NO_BODY, f"{person.name} has come"),
                ("DELETE", path, None, f"{person.name} has not come"),
            ]
        )

    def _others(self, event: str, person: Person) -> _Request:
        registration_path = f"{event}/registrations/{person.id}"
        return self._dice.choice(
            [
                ("POST", f"{registration_path}/mail", _NO_BODY, f"mail {person.name} once more"),
                ("DELETE", registration_path, None, f"erase {person.name}"),
                ("POST", f"{event}/recount", _NO_BODY, "recount"),
            ]
        )

    def _change(self, event_id: str, headers: dict[str, str]) -> Call:
        """Move the event to another time, or to another place."""
        key = keys.event_key(event_id)
        row = self._aws.table.table.get_row((key["PK"], key["SK"]))
        assert row
        stored = decode_item(row.item)
        document = json.loads(stored["document"])
        if self._dice.random() < 0.5:
            shift = timedelta(days=self._dice.randint(-1, 1), hours=self._dice.randint(0, 2))
            for name in ("starts_at", "ends_at"):
                document[name] = (datetime.fromisoformat(document[name]) + shift).isoformat()
        else:
            document["venue"]["name"] = f"Hall {self._dice.randint(1, 9)}"
        versions = headers | {"If-Match": f'"{stored["version"]}"'}
        label = f"{document['starts_at']} at {document['venue']['name']}"
        return Call("PUT", f"/organiser/events/{event_id}", document, label, versions, source=ORGANISER)
