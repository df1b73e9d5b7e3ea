"""Measure registering under load: the whole local stack beside the floor, in turns."""

from collections import Counter
from collections.abc import Sequence
from itertools import count, islice

from benchmarks import inside, load, plots
from benchmarks.headlines import ABSOLUTE_NOISE, Figure, Section
from benchmarks.load import LoadResult
from benchmarks.local_stack import Measurement, Program, start_server
from testing import builders

PLACES, ATTEMPTS, CONNECTIONS = 600, 2_000, 16
_ALONE = 150  #: one after the other
_WARM = 50
_EVENT = "sold-out"

#: pretix 2026.8.0 with gunicorn, Celery and PostgreSQL on a comparable machine with 2 cores: an accepted
#: registration with its mail; measured with the same load, once, by its own benchmark.
_PEER = {"milliseconds": 321, "a_second": 7.3, "alone": 185}
_AIM = _PEER["milliseconds"] / 10

_SECTION = """## Registering

{attempts:,} people over {connections} kept connections want the {places} places of one event; {places}
get one, {beyond:,} stand in line, each by a transaction and each with a mail; then {alone} more of another event,
one after the other. All on this machine: server, functions, emulated AWS and the caught mails. The **floor** is
the same HTTP server with a handler that makes the same two-item transaction with boto3, and nothing else: no rule,
no check, no mail.

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

Answering one, not what follows, takes {confirmed:.2f} times the floor's {least:.1f} ms of its thread where there
is a place, and {waiting:.2f} times where there is none.
"""


def section() -> Section:
    """Measure, and return the section."""
    stack, stack_alone = _whole_stack()
    floor, floor_alone = _floor()
    least, parts = inside.measure()
    (runner, emulator), (floor_runner, floor_emulator) = stack.processor, floor.processor
    answering = {part.name: part.answering / least.answering for part in parts}
    text = _SECTION.format(
        attempts=ATTEMPTS,
        connections=CONNECTIONS,
        places=PLACES,
        beyond=ATTEMPTS - PLACES,
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
        least=least.answering,
        **answering,
    )
    figures = [
        Figure("registration with mail, ms of processor", runner + emulator, ABSOLUTE_NOISE),
        *(Figure(f"answering who is {name}, floors", ratio) for name, ratio in answering.items()),
    ]
    return Section(text + inside.render(least, parts, _AIM), tuple(figures))


def _whole_stack() -> tuple[Measurement, Measurement]:
    with start_server() as program:
        for event_id, places in ((_EVENT, PLACES), ("alone", _ALONE + _WARM)):
            program.system.create(event_id, allotments=[builders.allotment("place", places)])
        people = map(load.person, count())
        program.run_load("alone", [*islice(people, _WARM)], 1)
        many = program.run_load(_EVENT, [*islice(people, ATTEMPTS)], CONNECTIONS)
        one = program.run_load("alone", [*islice(people, _ALONE)], 1)
        _check(program, many)
        return many, one


def _check(program: Program, many: Measurement) -> None:
    """Check that the load had the outcome that the page states."""
    became = Counter(many.load.statuses)
    assert became == {201: ATTEMPTS}, became
    assert program.system.read_counts(_EVENT) == {"place": (PLACES, ATTEMPTS - PLACES)}
    mails = program.system.get("/_local/mails").document["mails"]
    assert len(mails) == ATTEMPTS + _ALONE + _WARM, len(mails)


def _floor() -> tuple[Measurement, Measurement]:
    with start_server("benchmarks.floor") as program:
        people = map(load.person, count())
        program.run_load(_EVENT, [*islice(people, _WARM)], 1)
        many = program.run_load(_EVENT, [*islice(people, ATTEMPTS)], CONNECTIONS)
        return many, program.run_load(_EVENT, [*islice(people, _ALONE)], 1)


def _rows(loads: Sequence[LoadResult]) -> str:
    rows = [("answered a second", [f"{each.calls_per_second:.1f}" for each in loads])]
    rows += [
        (f"{percent} of 100 within", [f"{each.milliseconds(percent):.1f} ms" for each in loads])
        for percent in (50, 95, 99)
    ]
    return "\n".join(f"| {name} | {' | '.join(cells)} |" for name, cells in rows)


def _plot(loads: dict[str, LoadResult]) -> str:
    percents = range(5, 100, 5)
    curves = {
        name: [(percent, result.milliseconds(percent)) for percent in percents] for name, result in loads.items()
    }
    return plots.lines("registering", ("of 100", "ms until answered"), curves)
