"""Registering under load: the whole local stack beside the floor, in turns."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from benchmarks import load, plots, profiling
from benchmarks.headlines import Figure, Section
from benchmarks.load import Load
from benchmarks.local_stack import Program, running
from tests import builders

PLACES, ATTEMPTS, CONNECTIONS = 600, 2_000, 16
_ALONE = 150  #: one after the other
_PROFILED = 150
_WARM = 50
_EVENT = "sold-out"
_PATH = f"/events/{_EVENT}/registrations"

#: pretix 2026.8.0 with gunicorn, Celery and PostgreSQL on a comparable machine with 2 cores: an accepted
#: registration with its mail; measured with the same load, once, by its own benchmark.
_PEER = {"milliseconds": 321, "a_second": 7.3, "alone": 185}

_SECTION = """## Registering

{attempts:,} people over {connections} kept connections want the {places} places of one event; {confirmed} get one,
{waiting:,} stand in line, each by a transaction and each with a mail; then {alone} more of another event, one
after the other. All on this machine: server, functions, emulated AWS and the caught mails. The **floor** is the
same HTTP server with a handler that makes the same two-item transaction with boto3, and nothing else: no rule, no
check, no mail.

| | whole stack, {connections} connections | floor, {connections} connections | whole stack, one | floor, one |
|---|---|---|---|---|
{rows}

![Milliseconds until so many of a hundred were answered, over one connection]({plot})

Milliseconds of processor for each registration, from the request until its mail is out:

| | whole stack | floor |
|---|---|---|
| the runner: server and functions | {runner:.1f} | {floor_runner:.1f} |
| the emulated AWS | {emulator:.1f} | {floor_emulator:.1f} |
| **together** | **{together:.1f}** | **{floor_together:.1f}** |

A known peer (pretix 2026.8.0 with gunicorn, Celery and PostgreSQL, on a comparable machine) took {peer_ms} ms,
{peer_rate} a second over 16 connections, and {peer_alone} ms in the middle over one: the whole stack here takes
{share:.0%} of that processor.

The runner's processor by whose code it was spent in (sampled in a run of its own, {profiled} registrations):

| | answering requests | everything after |
|---|---|---|
{owners}

Answering takes {answering:.1f} ms of the runner for each registration, {ratio:.2f} times the floor's
{floor_runner:.1f} ms.
"""


@dataclass(frozen=True)
class Measured:
    """One server under one load: how it went, and milliseconds of processor for each call, by process."""

    load: Load
    processor: tuple[float, ...]


def section() -> Section:
    """What was measured."""
    stack, stack_alone, owners = _whole_stack()
    floor, floor_alone = _floor()
    runner, emulator = stack.processor
    floor_runner, floor_emulator = floor.processor
    answering = sum(share for (answers, _), share in owners.items() if answers) * runner
    became = Counter(stack.load.statuses)
    assert became == {201: ATTEMPTS}, became
    text = _SECTION.format(
        attempts=ATTEMPTS,
        connections=CONNECTIONS,
        places=PLACES,
        confirmed=PLACES,
        waiting=ATTEMPTS - PLACES,
        alone=_ALONE,
        rows=_rows([stack.load, floor.load, stack_alone.load, floor_alone.load]),
        plot=_plot({"whole stack, one": stack_alone.load, "floor, one": floor_alone.load}),
        runner=runner,
        emulator=emulator,
        together=runner + emulator,
        floor_runner=floor_runner,
        floor_emulator=floor_emulator,
        floor_together=floor_runner + floor_emulator,
        peer_ms=_PEER["milliseconds"],
        peer_rate=_PEER["a_second"],
        peer_alone=_PEER["alone"],
        share=(runner + emulator) / _PEER["milliseconds"],
        profiled=_PROFILED,
        owners=_owner_rows(owners, runner),
        answering=answering,
        ratio=answering / floor_runner,
    )
    return Section(
        text,
        (
            Figure("registration with mail, ms of processor", runner + emulator),
            Figure("answering, floors", answering / floor_runner),
        ),
    )


def _whole_stack() -> tuple[Measured, Measured, dict[tuple[bool, str], float]]:
    with running() as program:
        for event_id, places in ((_EVENT, PLACES), ("alone", _ALONE + _WARM), ("profiled", PLACES)):
            program.system.create(event_id, allotments=[builders.allotment("place", places)])
        people = map(person, count())
        _measure(program, "/events/alone/registrations", [next(people) for _ in range(_WARM)], 1)
        many = _measure(program, _PATH, [next(people) for _ in range(ATTEMPTS)], CONNECTIONS)
        one = _measure(program, "/events/alone/registrations", [next(people) for _ in range(_ALONE)], 1)
        more = [next(people) for _ in range(_PROFILED)]
        owners = profiling.shares(
            program.pid, lambda: _measure(program, "/events/profiled/registrations", more, CONNECTIONS)
        )
        _check(program)
        return many, one, owners


def _check(program: Program) -> None:
    """The load did what the page says that it did."""
    assert program.system.counts(_EVENT) == {"place": (PLACES, ATTEMPTS - PLACES)}
    mails = program.system.get("/_local/mails").document["mails"]
    assert len(mails) == ATTEMPTS + _ALONE + _WARM + _PROFILED, len(mails)


def _floor() -> tuple[Measured, Measured]:
    with running("benchmarks.floor") as program:
        people = map(person, count())
        _measure(program, _PATH, [next(people) for _ in range(_WARM)], 1)
        many = _measure(program, _PATH, [next(people) for _ in range(ATTEMPTS)], CONNECTIONS)
        return many, _measure(program, _PATH, [next(people) for _ in range(_ALONE)], 1)


def person(number: int) -> bytes:
    """Somebody, as a script posts them."""
    return json.dumps(builders.person("Anna", "Hansen", email=f"anna-{number}@example.org")).encode()


def _measure(program: Program, path: str, bodies: Sequence[bytes], connections: int) -> Measured:
    """The load, and the processor from its beginning until everything has followed."""
    before = program.processor()
    done = load.post(program.system.address, path, bodies, connections)
    program.settle()
    used = (after - since for since, after in zip(before, program.processor(), strict=True))
    return Measured(done, tuple(each * 1000 / len(bodies) for each in used))


def _rows(loads: Sequence[Load]) -> str:
    rows = [("answered a second", [f"{each.a_second:.1f}" for each in loads])]
    rows += [
        (f"{percent} of 100 within", [f"{each.milliseconds(percent):.1f} ms" for each in loads])
        for percent in (50, 95, 99)
    ]
    return "\n".join(f"| {name} | {' | '.join(cells)} |" for name, cells in rows)


def _plot(loads: dict[str, Load]) -> str:
    percents = range(5, 100, 5)
    curves = {name: [(each, done.milliseconds(each)) for each in percents] for name, done in loads.items()}
    return plots.lines("registering", ("of 100", "ms until answered"), curves)


def _owner_rows(shares: dict[tuple[bool, str], float], runner: float) -> str:
    names = sorted(
        {name for _, name in shares}, key=lambda name: -sum(shares.get((a, name), 0) for a in (True, False))
    )
    took = {whose: f"{share * runner:.1f} ms" for whose, share in shares.items()}
    return "\n".join(
        f"| {name} | {took.get((True, name), '–')} | {took.get((False, name), '–')} |" for name in names
    )
