"""Let organisers slip in an event's dates, undo it or not, and check that nothing is deleted against their will.

Slips come after the world is drained and checked, on the same table and with the same faults: dates moved far,
back and forth, retention shortened, versions brought back, some confirmed and some not, while purges run.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from chalicelib.programme.model import RETENTION_STAGES
from testing.faulty_aws.faults import JUMP
from testing.faulty_aws.tasks import Died
from tests.simulation import site
from tests.simulation.promised_deletions import DeletionWatch
from tests.simulation.site import Call
from tests.simulation.world import World

_JUMPS = (timedelta(hours=1), timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=8))
_A_YEAR = timedelta(days=-366)  #: the slip that it began with
_TICKS_TO_THE_END = 5  #: nearly eight days: a deletion that still waited would come


class SlippingOrganisers:
    """The organisers of a world, who slip; `watch` sees what is deleted."""

    def __init__(self, world: World) -> None:
        self._world, self._dice, self.watch = world, world.dice, DeletionWatch(world)
        self._first_documents = {event_id: self._read_stored(event_id)[0] for event_id in world.event_ids}

    def run(self) -> None:
        """Slip for a while, then put all dates right, and check that all people are there who should be."""
        self._world.faults.is_calm = False
        for _ in range(self._dice.randint(150, 400)):
            self._step()
            self.watch.look()
        self._world.drain()
        self.watch.look()
        for event_id in self._world.event_ids:
            self._put_right(event_id)
        for _ in range(_TICKS_TO_THE_END):
            self._world.tick_and_drain()
            self.watch.look()
        for event_id in self._world.event_ids:
            self.watch.check(event_id)

    def _step(self) -> None:
        world = self._world
        if world.tasks.unfinished and self._dice.random() < 0.9:
            world.tasks.resume_one()
        elif self._dice.random() < 0.2 or world.faults.inject(JUMP):
            world.jump(self._dice.choice(_JUMPS))
        else:
            begin = self._dice.choices(
                (self._start_slip, self._undo_at_the_last_moment, world.relay, world.work, world.tick),
                (3, 1, 1, 1, 4),
            )
            begin[0]()

    def _start_slip(self) -> None:
        event_id = self._dice.choice(self._world.event_ids)
        self._world.begin("organiser", lambda: self._slip(event_id))

    def _undo_at_the_last_moment(self) -> None:
        """Put the dates right while the clock ticks, which may have begun to delete."""
        event_id = self._dice.choice(self._world.event_ids)
        self._world.tick()
        self._world.begin("organiser", lambda: self._try(self._build_right_dates(event_id)))

    def _slip(self, event_id: str) -> None:
        document, version = self._read_stored(event_id)
        confirms = self._dice.random() < 0.5
        if confirms:
            self.watch.confirmed_versions.add((event_id, version + 1))
        self._try(self._choose_call(event_id, document, version, confirms))

    def _try(self, call: Call) -> None:
        try:
            site.send(call, self._world.tasks, self._world.log_line)
        except Died:
            self._world.log_line(f"{call} → nothing")

    def _choose_call(self, event_id: str, document: dict[str, Any], version: int, confirms: bool) -> Call:
        headers = self._build_headers(version)
        path, query = f"/organiser/events/{event_id}", "?confirm=true" if confirms else ""
        if self._dice.random() < 0.3:
            number = self._dice.randint(1, version)
            return Call(
                "POST", f"{path}/versions/{number}/restoration{query}", {}, f"back to {number} {query}", headers
            )
        changed = document | self._choose_change(document)
        return Call("PUT", path + query, changed, f"{changed['ends_at']}, {changed['retention']} {query}", headers)

    def _choose_change(self, document: dict[str, Any]) -> dict[str, Any]:
        first = self._first_documents[document["id"]]
        shift = timedelta(days=self._dice.choice([-180, -60, -20, -1, 1, 20]))
        days = self._dice.choice([(0, 0, 0), (0, 0, 1), (1, 10, 20), (7, 30, 180)])
        return self._dice.choice(
            [
                _move(first, _A_YEAR),
                _move(first, _A_YEAR),
                _move(document, shift),
                {name: first[name] for name in (*_MOMENTS, "registration", "retention")},
                {"retention": dict(zip(RETENTION_STAGES, days, strict=True))},
            ]
        )

    def _put_right(self, event_id: str) -> None:
        """Put the dates right; this needs no confirmation."""
        self._world.begin("organiser", lambda: self._expect_done(self._build_right_dates(event_id)))
        self._world.drain()
        self.watch.look()

    def _build_right_dates(self, event_id: str) -> Call:
        """Build the call that lets the event be a year from its first date, when nothing is due yet."""
        document, version = self._read_stored(event_id)
        first = self._first_documents[event_id]
        dates = _move(first, -_A_YEAR) | {"retention": first["retention"]}
        headers = self._build_headers(version)
        return Call("PUT", f"/organiser/events/{event_id}", document | dates, "dates put right", headers)

    def _build_headers(self, version: int) -> dict[str, str]:
        session = site.sign_in(self._world.aws.table, self._world.clock.now())
        return {**session, "If-Match": f'"{version}"'}

    def _expect_done(self, call: Call) -> None:
        status, answer = site.send(call, self._world.tasks, self._world.log_line)
        assert status == 200, answer

    def _read_stored(self, event_id: str) -> tuple[dict[str, Any], int]:
        item = self.watch.read_item(event_id)
        document: dict[str, Any] = json.loads(item["document"])
        return document, int(item["version"])


_MOMENTS = ("starts_at", "ends_at")


def _move(document: dict[str, Any], shift: timedelta) -> dict[str, Any]:
    """Move the event, and its window with it."""
    window = document["registration"]
    moved = {name: _shift(window[name], shift) for name in ("opens_at", "closes_at")}
    return {name: _shift(document[name], shift) for name in _MOMENTS} | {"registration": window | moved}


def _shift(moment: str, by: timedelta) -> str:
    return (datetime.fromisoformat(moment) + by).isoformat()
