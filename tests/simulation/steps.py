"""Run one flow at a time in a world of its own, in which one call to AWS fails, before or after it took effect."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from msgspec.structs import replace

from chalicelib import facts
from chalicelib.audit import tasks
from chalicelib.aws.keys import format_timestamp
from chalicelib.facts import Fact
from chalicelib.registration import store
from chalicelib.registration.model import Registration
from chalicelib.travel.lists.locators import assign_locators
from chalicelib.workers import broadcasts, feedback, mail, manifest, waitlist
from testing import builders
from testing.batches import messages
from testing.dynamodb.table import Row
from testing.faulty_aws.functions import invoke_worker
from testing.faulty_aws.tasks import Died
from testing.invariants import records
from testing.world import UNITS, build_registration_id, publish
from tests.simulation import site
from tests.simulation.site import Call
from tests.simulation.world import DISTANT_DATES, World

LONGER_THAN_A_LEASE = timedelta(minutes=3)
WORKERS = {"mail": mail, "waitlist": waitlist, "rounds": broadcasts, "manifest": manifest, "feedback": feedback}


@dataclass
class Failing:
    """The call at which the function dies, by its number.

    `calls` counts the calls, and `writes` those that wrote.
    """

    number: int = -1
    took_effect: bool = False
    calls: int = 0
    writes: int = 0

    def before(self, operation: str) -> None:  # noqa: ARG002 - as `Faults.before`
        """Count the call, and die if it is the one."""
        self.calls += 1
        if self.calls == self.number and not self.took_effect:
            raise Died

    def after(self) -> None:
        """Count the write, and die if it is the one."""
        self.writes += 1
        if self.calls == self.number and self.took_effect:
            raise Died


class Scene:
    """An event with little room, in a world without other faults.

    `triggers` has what was triggered in it: routes, queues with the kinds of their messages, schedules.
    """

    def __init__(self) -> None:
        self.world = World(0)
        self.world.faults.is_calm = True
        self.event_id = "offer-0"
        self.world.event_ids = [self.event_id]
        self.triggers: set[str] = set()
        self._problems: list[str] = []

    def publish(self) -> None:
        """Publish the event."""
        allotments = [builders.allotment(name, min(capacity, 2), choice) for name, capacity, choice in UNITS]
        publish(builders.event(self.event_id, allotments=allotments, waitlist={"mode": "offer"}, **DISTANT_DATES))

    def run(self, act: Callable[[], Any], failing: Failing) -> None:
        """Run the flow as a function does that may die."""
        faults, sqs = self.world.faults, self.world.aws.sqs
        faults.before, faults.after, sqs._after = failing.before, failing.after, failing.after  # type: ignore[method-assign]

        def living() -> None:
            try:
                act()
            except Died:  # the caller asks again
                assert failing.number > 0

        self.world.begin("flow", living)
        while self.world.tasks.unfinished:
            self.world.tasks.resume_one()

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a call, and return the response's document."""
        task = self.world.tasks.current
        if task:
            task.fault_count += 1
        self.triggers.add(site.find_route(method, path))
        return site.send(Call(method, path, body, path, headers), self.world.tasks, self.world.log_line)[1]

    def request_as_organiser(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a call about the event with an organiser's session."""
        return self.send(method, f"/organiser/events/{self.event_id}{path}", body, **self.session, **headers)

    @cached_property
    def session(self) -> dict[str, str]:
        """Return the header of an organiser's session."""
        return site.sign_in(self.world.aws.table, self.world.clock.now())

    def submit_form(self, path: str, **headers_or_token: str) -> None:
        """Press a button on a page, which leads to another page or to the sign-in."""
        token = headers_or_token.pop("token", "")
        self.triggers.add(site.find_route("POST", path))
        status = site.post_form(path, {"token": token}, headers_or_token)
        assert status in (303, 401, *site.TRY_AGAIN), status

    def register(self, name: str, *needs: str, key: str = "key", **more: Any) -> Any:
        """Register a participant of that name."""
        document = person(name, *needs) | more
        path = f"/events/{self.event_id}/registrations"
        return self.send("POST", path, document, **{"Idempotency-Key": builders.request_key(f"{key}-{name}")})

    def request_own(self, name: str, method: str, what: str = "", body: Any = None) -> Any:
        """Send a call through the participant's own link."""
        return self.send(
            method,
            f"/registrations/{site.build_token(self.world.aws.table, self.event_id, self.get_id(name))}{what}",
            body,
        )

    def get_id(self, name: str) -> str:
        """Return the id of the participant's registration."""
        return build_registration_id(self.event_id, f"{name.lower()}@example.org")

    def find(self, name: str) -> Registration:
        """Return the participant's registration."""
        registration = store.find(self.event_id, self.get_id(name))
        assert registration
        return registration

    def get_last_fact(self, name: str) -> Fact:
        """Return the last fact of the participant's history."""
        registration = self.find(name)
        return facts.from_history_entry(
            self.event_id, registration.id, registration.revision, registration.history[-1]
        )

    def find_latest_fact(self, kind: str) -> Any:
        """Return the latest fact of that kind, as the relay sends it: with the moment of its write."""
        fact = [fact for fact in self.world.aws.stream_reader.facts if fact.kind == kind][-1]
        return fact if fact.at else replace(fact, at=format_timestamp(self.world.clock.now()))

    def get_reference(self, name: str) -> str:
        """Return the participant's locator on the lists."""
        return assign_locators(store.list_registrations(self.event_id))[self.get_id(name)]

    @property
    def first_problem(self) -> str:
        """Return the id of the first task; the same one after it is resolved."""
        self._problems = self._problems or [task.id for task in tasks.list_open(self.event_id)]
        return self._problems[0]

    def run_scheduled(self, name: str, run: Callable[[], Any]) -> None:
        """Run a scheduled function."""
        self.triggers.add(name)
        run()

    def deliver(self, queue: str, body: Fact | str) -> None:
        """Deliver the message, some time after an earlier delivery."""
        self.triggers.add(f"{queue}: {body.kind if isinstance(body, Fact) else json.loads(body)['eventType']}")
        self.world.clock.advance(LONGER_THAN_A_LEASE)
        module = WORKERS[queue]
        assert not invoke_worker(module, getattr(module, queue), messages(body))

    def read_state(self) -> dict[str, Any]:
        """Drain, and return the event's state without its moments."""
        self.world.drain()
        event_records, rows = records.read(self.event_id), self.world.aws.table.table._rows.values()
        return {
            "registrations": {
                registration_id: (
                    registration.status,
                    registration.needs,
                    [entry["fact"] for entry in registration.history],
                    len(registration.entry_keys),
                )
                for registration_id, registration in event_records.registrations.items()
            },
            "line": [tuple(entry.members) for entry in store.read_waitlist(self.event_id)],
            "places": (
                event_records.places.capacity,
                event_records.places.held,
                event_records.places.taken,
                event_records.places.line_length,
            ),
            "mails": {_normalize_mail_key(key) for key in self.world.aws.ses.taken},
            "items": sorted(
                _kind_and_state(row) for row in rows if not _is_empty_recount(row) and not _is_sign_in(row)
            ),
            "ways in": {_kind_and_state(row) for row in rows if _is_sign_in(row)},
            "files": sorted(
                key.rpartition("/")[2]
                for key, versions in self.world.aws.bucket.versions.items()
                for _ in versions
            ),
        }


def person(name: str, *needs: str) -> dict[str, Any]:
    """Build a participant with these needs."""
    return builders.person(name, "Hansen", email=f"{name.lower()}@example.org", needs=list(needs))


def _kind_and_state(row: Row) -> tuple[str, str]:
    """Return the kind of an item, and its state."""
    item = row.item
    state = item.get("state", item.get("status", {})).get("S", "")
    return item["SK"]["S"].partition("#")[0], state


def _normalize_mail_key(key: str) -> str:
    """Return the mail's key; of a sign-in link only the kind, because its id is random."""
    return key if not key.startswith(".") else facts.parse_kind(key)


def _is_sign_in(row: Row) -> bool:
    """Return True for a mailed way in, and a session: each request makes another one, and each ends by itself."""
    sort_key: str = row.item["SK"]["S"]
    return sort_key.startswith(("SIGNIN", "SESSION#")) or sort_key.endswith(("sign-in-requested", "links-asked"))


def _is_empty_recount(row: Row) -> bool:
    """Return True for the audit entry of a repair that found everything in order, as a repeated one does."""
    return row.item.get("kind") == {"S": "recounted"} and row.item["subject"] == {"S": "0"}
