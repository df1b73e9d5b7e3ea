"""One flow after another in a world of its own, in which one call to AWS fails, before or after it took effect."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from msgspec.structs import replace

from chalicelib import facts
from chalicelib.audit import tasks
from chalicelib.auth.sessions import issue_token
from chalicelib.aws.keys import format_timestamp
from chalicelib.facts import Fact
from chalicelib.links import registration_links
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
    """The function dies at the call of that number; `calls` counts them, and `writes` those that wrote."""

    number: int = -1
    took_effect: bool = False
    calls: int = 0
    writes: int = 0

    def before(self, operation: str) -> None:  # noqa: ARG002 - as `Faults.before`
        self.calls += 1
        if self.calls == self.number and not self.took_effect:
            raise Died

    def after(self) -> None:
        self.writes += 1
        if self.calls == self.number and self.took_effect:
            raise Died


class Scene:
    """An event with little room, in a world without faults but the one. `begun` has what was begun in it: the
    routes that were asked, the queues that were worked off with the kinds of their messages, the schedules."""

    def __init__(self) -> None:
        self.world = World(0)
        self.world.faults.is_calm = True
        self.event_id = "offer-0"
        self.world.event_ids = [self.event_id]
        self.triggers: set[str] = set()
        self._problems: list[str] = []

    def publish(self) -> None:
        allotments = [builders.allotment(name, min(capacity, 2), choice) for name, capacity, choice in UNITS]
        publish(builders.event(self.event_id, allotments=allotments, waitlist={"mode": "offer"}, **DISTANT_DATES))

    def run(self, act: Callable[[], Any], failing: Failing) -> None:
        """The flow, as a function does it that may die."""
        faults, sqs = self.world.faults, self.world.aws.sqs
        faults.before, faults.after, sqs._after = failing.before, failing.after, failing.after  # type: ignore[method-assign]

        def living() -> None:
            try:
                act()
            except Died:  # whoever asked asks again
                assert failing.number > 0

        self.world.begin("flow", living)
        while self.world.tasks.unfinished:
            self.world.tasks.resume_one()

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        task = self.world.tasks.current
        if task:
            task.fault_count += 1
        self.triggers.add(site.find_route(method, path))
        return site.send(Call(method, path, body, path, headers), self.world.tasks, self.world.log_line)[1]

    def request_as_organiser(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.send(method, f"/organiser/events/{self.event_id}{path}", body, **self.session, **headers)

    @cached_property
    def session(self) -> dict[str, str]:
        token = issue_token("organiser@network.example", self.world.clock.now())
        return {"Authorization": f"Bearer {token}"}

    def submit_form(self, path: str, **headers_or_token: str) -> None:
        """A button on a page, which leads to another page, or to the one where to sign in."""
        token = headers_or_token.pop("token", "")
        self.triggers.add(site.find_route("POST", path))
        status = site.post_form(path, {"token": token}, headers_or_token)
        assert status in (303, 401, *site.TRY_AGAIN), status

    def register(self, name: str, *needs: str, key: str = "key", **more: Any) -> Any:
        document = person(name, *needs) | more
        path = f"/events/{self.event_id}/registrations"
        return self.send("POST", path, document, **{"Idempotency-Key": f"{key}-{name}"})

    def request_own(self, name: str, method: str, what: str = "", body: Any = None) -> Any:
        return self.send(
            method,
            f"/registrations/{registration_links.build_token(self.event_id, self.get_id(name))}{what}",
            body,
        )

    def get_id(self, name: str) -> str:
        return build_registration_id(self.event_id, f"{name.lower()}@example.org")

    def find(self, name: str) -> Registration:
        found = store.find(self.event_id, self.get_id(name))
        assert found
        return found

    def get_last_fact(self, name: str) -> Fact:
        found = self.find(name)
        return facts.from_history_entry(self.event_id, found.id, found.revision, found.history[-1])

    def find_latest_fact(self, kind: str) -> Any:
        """The latest fact of that kind, as the relay tells it: of the moment when it was written."""
        fact = [fact for fact in self.world.aws.stream_reader.facts if fact.kind == kind][-1]
        return fact if fact.at else replace(fact, at=format_timestamp(self.world.clock.now()))

    def get_reference(self, name: str) -> str:
        """What the lists call somebody for the airline."""
        return assign_locators(store.list_registrations(self.event_id))[self.get_id(name)]

    @property
    def first_problem(self) -> str:
        """The id of the first thing to do; once that is struck off, still."""
        self._problems = self._problems or [each.id for each in tasks.list_open(self.event_id)]
        return self._problems[0]

    def run_scheduled(self, name: str, run: Callable[[], Any]) -> None:
        self.triggers.add(name)
        run()

    def deliver(self, queue: str, body: Fact | str) -> None:
        """The message, which comes again after a while where it was not done."""
        self.triggers.add(f"{queue}: {body.kind if isinstance(body, Fact) else json.loads(body)['eventType']}")
        self.world.clock.advance(LONGER_THAN_A_LEASE)
        module = WORKERS[queue]
        assert not invoke_worker(module, getattr(module, queue), messages(body))

    def read_state(self) -> dict[str, Any]:
        """What it has come to, but for moments."""
        self.world.drain()
        now, rows = records.read(self.event_id), self.world.aws.table.table._rows.values()
        return {
            "registrations": {
                whose: (each.status, each.needs, [entry["fact"] for entry in each.history], len(each.entry_keys))
                for whose, each in now.registrations.items()
            },
            "line": [tuple(entry.members) for entry in store.read_waitlist(self.event_id)],
            "places": (now.places.capacity, now.places.held, now.places.taken, now.places.line_length),
            "mails": {_normalize_mail_key(key) for key in self.world.aws.ses.taken},
            "items": sorted(
                _kind_and_state(row) for row in rows if not _is_empty_recount(row) and not _is_sign_in(row)
            ),
            "ways in": {_kind_and_state(row) for row in rows if _is_sign_in(row)},
            "files": sorted(
                key.rpartition("/")[2] for key, held in self.world.aws.bucket.versions.items() for _ in held
            ),
        }


def person(name: str, *needs: str) -> dict[str, Any]:
    return builders.person(name, "Hansen", email=f"{name.lower()}@example.org", needs=list(needs))


def _kind_and_state(row: Row) -> tuple[str, str]:
    """Of an item: what kind it is, and how it stands."""
    item = row.item
    state = item.get("state", item.get("status", {})).get("S", "")
    return item["SK"]["S"].partition("#")[0], state


def _normalize_mail_key(key: str) -> str:
    """Which mail it is; of a sign-in link only that, because each that is asked for has a name by chance."""
    return key if not key.startswith(".") else facts.parse_kind(key)


def _is_sign_in(row: Row) -> bool:
    """Whoever asks for a sign-in link again gets another, and each ends by itself."""
    sort_key: str = row.item["SK"]["S"]
    return sort_key == "SIGNIN" or sort_key.endswith("sign-in-requested")


def _is_empty_recount(row: Row) -> bool:
    """A repair asked for again finds all in order, and its entry in the journal says so."""
    return row.item.get("kind") == {"S": "recounted"} and row.item["subject"] == {"S": "0"}
