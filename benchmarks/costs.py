"""What a thousand registrations, and what becomes of them, cost in AWS: what they use up is counted, times the
price list."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from benchmarks.configured import MEMORY
from benchmarks.deployed import Deployed, deployed
from chalicelib import clock
from chalicelib.programme import flows as programme
from chalicelib.programme.model import Event
from infra.programme import load
from tests import builders

REGISTER = "/events/{event_id}/registrations"
CANCEL = "/registrations/{token}/cancellation"
COUNT = 100  #: of each kind, and they differ by a byte or two

_SPRING = datetime.fromisoformat("2020-04-01T08:00:00+02:00")  #: both events are open
_WHOLE_PROCESSOR = 1769  #: megabytes: a function with less has that much less of a processor
#: Milliseconds that a call's answer takes: ours, taken from what AWS and its users say of them.
_WAITING = {"dynamodb_calls": 6, "mails": 60}
_SENDING = {"fifo_queue_requests": 12, "queue_requests": 12}  #: by the relay; Lambda receives for the others


@dataclass
class Used:
    """What was used up by so many registrations, by function: counts by name, and milliseconds of processor."""

    of: dict[str, Counter[str]] = field(default_factory=dict)
    milliseconds: Counter[str] = field(default_factory=Counter)

    @property
    def counts(self) -> Counter[str]:
        return sum(self.of.values(), Counter())

    def add(self, other: "Used") -> None:
        self.milliseconds += other.milliseconds
        for name, counts in other.of.items():
            self.of[name] = self.of.get(name, Counter()) + counts

    def part(self, name: str) -> "Used":
        """What one function used up."""
        return Used({name: self.of.get(name, Counter())}, Counter({name: self.milliseconds[name]}))


Kind = Callable[[Deployed, Event, int], Used]


def confirmed(functions: Deployed, event: Event, number: int, **details: Any) -> Used:
    return _metered(functions, lambda: _register(functions, event, number, **details))


def confirmed_traveller(functions: Deployed, event: Event, number: int) -> Used:
    return confirmed(functions, event, number, **builders.EVERYTHING_TOLD)


def waiting(functions: Deployed, event: Event, number: int) -> Used:
    """All places are taken when they come, and nobody else waits."""
    programme.set_capacity(event.id, "place", number, clock.now(), confirmed=False)
    functions.work_off()
    return confirmed(functions, event, number)


def moved_up(functions: Deployed, event: Event, number: int) -> Used:
    """Somebody who waits, when an organiser adds a place: that call is not metered, what follows from it is."""
    waiting(functions, event, number)
    programme.set_capacity(event.id, "place", number + 1, clock.now(), confirmed=False)
    return _metered(functions, lambda: None)


def cancelled(functions: Deployed, event: Event, number: int) -> Used:
    """Somebody who had a place, with nobody in line for it."""
    link = _register(functions, event, number)
    functions.work_off()
    return _metered(functions, lambda: functions.request("POST", CANCEL, token=link.rpartition("/")[2]))


KINDS: Mapping[str, tuple[str, Kind]] = {
    "confirmed": ("leverandoerernes-oenskeseddel", confirmed),
    "confirmed, all travel details told": ("doegnmoede-bornholm", confirmed_traveller),
    "waiting": ("leverandoerernes-oenskeseddel", waiting),
    "moved up": ("leverandoerernes-oenskeseddel", moved_up),
    "cancelled": ("leverandoerernes-oenskeseddel", cancelled),
}


def idle() -> Used:
    """What an hour uses up in which nobody does anything, with the shipped programme."""
    clock.start_at(_SPRING)
    with deployed() as functions:
        for event in load.events():
            programme.ensure(event, clock.now())
        functions.work_off()
        functions.by_schedule("clock")  # what was due before

        def an_hour() -> None:
            for _ in range(12):
                functions.by_schedule("clock")
            functions.by_schedule("reconciler")

        return _metered(functions, an_hour)


def used_by(kind: str, count: int) -> Used:
    """What so many registrations use up, each of which comes when all before it is worked off: as they come to a
    small event, and dearer than in a rush, where messages share calls."""
    event_id, register = KINDS[kind]
    shipped = load.load(load.SHIPPED / f"{event_id}.yaml").model_dump(mode="json")
    roomy = [{**each, "capacity": count + 1} for each in shipped["allotments"]]
    event = Event.model_validate({**shipped, "allotments": roomy})
    sum_of_all = Used()
    clock.start_at(_SPRING)
    with deployed() as functions:
        programme.ensure(event, clock.now())
        functions.work_off()
        for number in range(count):
            sum_of_all.add(register(functions, event, number))
    return sum_of_all


def _register(functions: Deployed, event: Event, number: int, **details: Any) -> str:
    body = builders.person(f"P{number}", "Hansen", **details)
    link: str = functions.request("POST", REGISTER, body, event_id=event.id)["registration"]["links"]["self"]
    return link


def _metered(functions: Deployed, act: Callable[[], object]) -> Used:
    functions.used.clear()
    functions.milliseconds.clear()
    act()
    functions.work_off()
    return Used(dict(functions.used), Counter(functions.milliseconds))


@cache
def prices() -> Any:
    return yaml.safe_load((Path(__file__).parent / "prices.yaml").read_text())


def gb_seconds(used: Used) -> float:
    """What is billed: processor at the function's share of one, and the waiting for answers, which is ours."""
    return sum(
        (used.milliseconds[name] / min(1.0, MEMORY[name] / _WHOLE_PROCESSOR) + _waiting(name, counts))
        * (MEMORY[name] / 1024 / 1000)
        for name, counts in used.of.items()
    )


def _waiting(function: str, counts: Counter[str]) -> float:
    waits = _WAITING | (_SENDING if function == "relay" else {})
    return float(sum(each * counts[name] for name, each in waits.items()))


def priced(used: Used) -> dict[str, float]:
    """US dollars by what they are for; mails apart."""
    listed, counts = prices(), used.counts
    return {
        "API Gateway": counts["http_requests"] * listed["per_million"]["http_requests"] / 1e6,
        "DynamoDB": sum(counts[n] * listed["per_million"][n] / 1e6 for n in ("write_units", "read_units")),
        "Lambda": counts["invocations"] * listed["per_million"]["invocations"] / 1e6
        + gb_seconds(used) * listed["per_gb_second"],
        "SQS": sum(counts[n] * listed["per_million"][n] / 1e6 for n in ("queue_requests", "fifo_queue_requests")),
        "logs and transfer": sum(counts[n] * listed["per_gb"][n] / 1e9 for n in ("log_bytes", "answer_bytes")),
    }


def of_mails(used: Used) -> float:
    listed = prices()["mails"]
    return used.counts["mails"] * listed["per_thousand"] / 1e3 + used.counts["mail_bytes"] * listed["per_gb"] / 1e9
