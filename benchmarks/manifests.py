"""Measure the build of a manifest with all its files, for six hundred and for ten thousand travellers."""

from datetime import UTC, datetime

from benchmarks import crowd
from benchmarks.configured import MEMORY, TIMEOUT
from benchmarks.headlines import ABSOLUTE_NOISE, Figure, Section
from benchmarks.local_aws import local_aws
from benchmarks.measuring import Cost, mean, measure_program
from chalicelib.aws import keys, table
from chalicelib.programme import store as programme_store
from chalicelib.programme import transactions
from chalicelib.programme.versions import Version
from chalicelib.registration import sealing, updates
from chalicelib.registration.model import Registration

SIZES = (600, 10_000)
NOW = datetime(2020, 8, 11, 12, 30, tzinfo=UTC)
_CHANGED = 100  #: one in so many comes later
_AT_ONCE = 100  #: actions that a transaction of DynamoDB takes at most

_SECTION = """## Manifests

One build as the queue's function does it: registrations read from the table, all lists made and checked, every
file (XLSX, PDF, CSV, JSON, passenger name lists) written and kept. The second version also has what changed
since the first, in which one in {changed} was missing. Each build is a process of its own; table and bucket are
an emulator's, on the same machine. Those of {small:,} are built before and after, and the
mean is said.

| travellers | version | seconds | of processor | memory at most |
|---|---|---|---|---|
{rows}

From {small:,} to {large:,} travellers, the first version takes {first:.1f} times as much processor, the second one
{second:.1f} times. In AWS, the function may take {timeout} seconds and {memory:,} MB.
"""


def section() -> Section:
    """Measure, and return the section."""
    small, large = SIZES
    before, largest, after = (_builds(size) for size in (small, large, small))
    costs = {small: [mean(builds) for builds in zip(before, after, strict=True)], large: largest}
    growth = [costs[large][version].processor / costs[small][version].processor for version in (0, 1)]
    rows = [_row(size, version, cost) for size in SIZES for version, cost in enumerate(costs[size], start=1)]
    text = _SECTION.format(
        changed=_CHANGED,
        rows="\n".join(rows),
        small=small,
        large=large,
        first=growth[0],
        second=growth[1],
        timeout=TIMEOUT["manifest"],
        memory=MEMORY["manifest"],
    )
    slowest = Figure(f"manifest of {large:,}, seconds of processor", costs[large][0].processor, ABSOLUTE_NOISE)
    return Section(text, (slowest, Figure("manifest, growth", growth[0])))


def _builds(size: int) -> list[Cost]:
    """Of the first version, and of a second one with what changed since."""
    with local_aws():
        table.client.cache_clear()
        event = crowd.event(size)
        transactions.create(event, keys.format_timestamp(NOW))
        late = _registered(size)
        first = measure_program("benchmarks.manifest_build", event.id, 1)
        _write(late)
        stored = programme_store.read_current(event.id)
        transactions.replace(stored, event, Version(stored.version + 1, keys.format_timestamp(NOW)))
        return [first, measure_program("benchmarks.manifest_build", event.id, 2)]


def _registered(size: int) -> list[Registration]:
    """Let the crowd register, and return those who come later."""
    registrations = list(crowd.people(size))
    _write([each for number, each in enumerate(registrations) if number % _CHANGED])
    return registrations[::_CHANGED]


def _write(registrations: list[Registration]) -> None:
    for start in range(0, len(registrations), _AT_ONCE):
        some = registrations[start : start + _AT_ONCE]
        table.transact(*(updates.build_new_registration(sealing.seal(each)) for each in some))


def _row(size: int, version: int, cost: Cost) -> str:
    return f"| {size:,} | {version} | {cost.seconds:.1f} | {cost.processor:.1f} | {cost.megabytes:.0f} MB |"
