"""Count what a thousand registrations use up in AWS, and price it by the price list."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from benchmarks.configured import MEMORY
from chalicelib import clock
from chalicelib.programme import flows as programme
from chalicelib.programme.model import Event
from infra.programme import load
from testing import builders
from testing.in_process.functions import CANCEL, REGISTER, InProcessFunctions, run_in_process

COUNT = 100  #: of each kind, and they differ by a byte or two

_SPRING = datetime.fromisoformat("2020-04-01T08:00:00+02:00")  #: both events are open
_WHOLE_PROCESSOR = 1769  #: megabytes: a function with less has that much less of a processor
#: Milliseconds that a call's answer takes: ours, taken from what AWS and its users say of them.
_WAITING = {"dynamodb_calls": 6, "mails": 60}
_SENDING = {"fifo_queue_requests": 12, "queue_requests": 12}  #: by the relay; Lambda receives for the others


@dataclass
class Usage:
    """The usage of a number of registrations, by function: counts by name, and milliseconds of processor."""

    by_function: dict[str, Counter[str]] = field(default_factory=dict)
    milliseconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    @property
    def counts(self) -> Counter[str]:
        """The counts of all functions together."""
        return sum(self.by_function.values(), Counter())

    def add(self, other: "Usage") -> None:
        """Add the other usage to this one."""
        for name, spent in other.milliseconds.items():
            self.milliseconds[name] += spent
        for name, counts in other.by_function.items():
            self.by_function[name] = self.by_function.get(name, Counter()) + counts

    def select(self, name: str) -> "Usage":
        """Return the usage of one function."""
        milliseconds = defaultdict(float, {name: self.milliseconds[name]})
        return Usage({name: self.by_function.get(name, Counter())}, milliseconds)


Kind = Callable[[InProcessFunctions, Event, int], Usage]


def register_confirmed(functions: InProcessFunctions, event: Event, number: int, **details: Any) -> Usage:
    """Register a person who is confirmed."""
    return _measure(functions, lambda: _register(functions, event, number, **details))


def register_traveller(functions: InProcessFunctions, event: Event, number: int) -> Usage:
    """Register a person with travel details, who is confirmed."""
    return register_confirmed(functions, event, number, **builders.ALL_DETAILS)


def register_waiting(functions: InProcessFunctions, event: Event, number: int) -> Usage:
    """Register a person at a full event without other waiting people."""
    programme.set_capacity(event.id, "place", number, clock.now(), confirmed=False)
    functions.drain()
    return register_confirmed(functions, event, number)


def promote_waiting(functions: InProcessFunctions, event: Event, number: int) -> Usage:
    """Register a waiting person and promote them with an added place; the organiser's own call is not metered."""
    register_waiting(functions, event, number)
    programme.set_capacity(event.id, "place", number + 1, clock.now(), confirmed=False)
    return _measure(functions, lambda: None)


def cancel_confirmed(functions: InProcessFunctions, event: Event, number: int) -> Usage:
    """Cancel a confirmed registration for which no one waits."""
    link = _register(functions, event, number)
    functions.drain()
    return _measure(functions, lambda: functions.request("POST", CANCEL, token=link.rpartition("/")[2]))


KINDS: Mapping[str, tuple[str, Kind]] = {
    "confirmed": ("leverandoerernes-oenskeseddel", register_confirmed),
    "confirmed, all travel details told": ("doegnmoede-bornholm", register_traveller),
    "waiting": ("leverandoerernes-oenskeseddel", register_waiting),
    "moved up": ("leverandoerernes-oenskeseddel", promote_waiting),
    "cancelled": ("leverandoerernes-oenskeseddel", cancel_confirmed),
}


def measure_idle_hour() -> Usage:
    """Measure an hour without any request, with the shipped programme."""
    clock.start_at(_SPRING)
    with run_in_process() as functions:
        for event in load.load_events():
            programme.create_if_absent(event, clock.now())
        functions.drain()
        functions.run_scheduled("clock")  # what was due before

        def an_hour() -> None:
            for _ in range(12):
                functions.run_scheduled("clock")
            functions.run_scheduled("reconciler")

        return _measure(functions, an_hour)


def measure_usage(kind: str, count: int) -> Usage:
    """Measure the usage of so many registrations, each made after all work for the one before is done.

    That is how they come to a small event. In a rush they are cheaper, because messages share calls.
    """
    event_id, register = KINDS[kind]
    shipped = load.load_event(load.SHIPPED_FOLDER / f"{event_id}.yaml").model_dump(mode="json")
    roomy = [{**each, "capacity": count + 1} for each in shipped["allotments"]]
    event = Event.model_validate({**shipped, "allotments": roomy})
    sum_of_all = Usage()
    clock.start_at(_SPRING)
    with run_in_process() as functions:
        programme.create_if_absent(event, clock.now())
        functions.drain()
        for number in range(count):
            sum_of_all.add(register(functions, event, number))
    return sum_of_all


def _register(functions: InProcessFunctions, event: Event, number: int, **details: Any) -> str:
    body = builders.person(f"P{number}", "Hansen", **details)
    link: str = functions.request("POST", REGISTER, body, event_id=event.id)["registration"]["links"]["self"]
    return link


def _measure(functions: InProcessFunctions, act: Callable[[], object]) -> Usage:
    functions.usage.clear()
    functions.milliseconds.clear()
    act()
    functions.drain()
    return Usage(dict(functions.usage), functions.milliseconds.copy())


@cache
def load_prices() -> dict[str, Any]:
    """Load the price list."""
    prices: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "prices.yaml").read_text())
    return prices


def compute_gb_seconds(usage: Usage) -> float:
    """Compute the billed GB-seconds: processor at the function's share of one, and the code's waiting time."""
    return sum(
        (usage.milliseconds[name] / min(1.0, MEMORY[name] / _WHOLE_PROCESSOR) + _sum_waiting(name, counts))
        * (MEMORY[name] / 1024 / 1000)
        for name, counts in usage.by_function.items()
    )


def _sum_waiting(function: str, counts: Counter[str]) -> float:
    waits = _WAITING | (_SENDING if function == "relay" else {})
    return float(sum(each * counts[name] for name, each in waits.items()))


def price_usage(usage: Usage) -> dict[str, float]:
    """Price the usage in US dollars, by purpose, without mails."""
    listed, counts = load_prices(), usage.counts
    return {
        "API Gateway": counts["http_requests"] * listed["per_million"]["http_requests"] / 1e6,
        "DynamoDB": sum(counts[n] * listed["per_million"][n] / 1e6 for n in ("write_units", "read_units")),
        "Lambda": counts["invocations"] * listed["per_million"]["invocations"] / 1e6
        + compute_gb_seconds(usage) * listed["per_gb_second"],
        "SQS": sum(counts[n] * listed["per_million"][n] / 1e6 for n in ("queue_requests", "fifo_queue_requests")),
        "logs and transfer": sum(counts[n] * listed["per_gb"][n] / 1e9 for n in ("log_bytes", "answer_bytes")),
    }


def price_mails(usage: Usage) -> float:
    """Return what sending the mails costs at SES, in USD: each mail, and the bytes of their attachments."""
    listed: dict[str, float] = load_prices()["mails"]
    return (
        usage.counts["mails"] * listed["per_thousand"] / 1e3 + usage.counts["mail_bytes"] * listed["per_gb"] / 1e9
    )
