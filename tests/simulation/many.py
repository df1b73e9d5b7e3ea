"""Run many worlds in as many processes as there are cores; results are cached by the state of the code."""

import json
import logging
import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from testing.account import ROOT
from tests.simulation.living import run_world, use_test_settings

CHUNK = 50  #: worlds after which it is written down how far it has come
_CODE = ("app.py", "chalicelib", "infra/resources.yaml", "testing", "tests/simulation")


@dataclass
class RunTotals:
    """The sums of a run: worlds, seconds of processor, commits, calls, and faults by kind."""

    seeds: int = 0
    seconds: float = 0
    commits: int = 0
    calls: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "RunTotals") -> "RunTotals":
        return RunTotals(
            self.seeds + other.seeds,
            self.seconds + other.seconds,
            self.commits + other.commits,
            self.calls + other.calls,
            self.faults + other.faults,
        )


def run_worlds(seeds: range) -> RunTotals:
    """Run the worlds of these seeds in this process.

    Raises what the first world raises in which an invariant does not hold.
    """
    logging.disable(logging.CRITICAL)  # what the functions say of each fault
    started_at, totals = time.process_time(), RunTotals(len(seeds))
    with use_test_settings():
        for seed in seeds:
            world = run_world(seed)
            totals.faults += world.faults.injected
            totals.commits += len(world.aws.commits)
            totals.calls += world.aws.calls
    totals.seconds = time.process_time() - started_at
    return totals


def run_all_worlds(seeds: int, processes: int) -> Iterator[RunTotals]:
    """Run the worlds of all seeds, and yield the totals each time that they grow.

    What this code has run before comes from the cache.
    """
    cache = _ResultCache()
    total = sum(cache.chunks.values(), RunTotals())
    yield total
    missing = [first for first in range(0, seeds, CHUNK) if first not in cache.chunks]
    with ProcessPoolExecutor(processes) as pool:
        running = {pool.submit(run_worlds, range(first, min(first + CHUNK, seeds))): first for first in missing}
        try:
            for finished in as_completed(running):
                cache.add(running[finished], finished.result())
                total += finished.result()
                yield total
        finally:
            pool.shutdown(cancel_futures=True)


class _ResultCache:
    """The totals by the first seed of each chunk, in a file for each state of the code."""

    def __init__(self) -> None:
        self._file = ROOT / "build" / "simulation" / f"{compute_digest()}.jsonl"
        self.chunks: dict[int, RunTotals] = {}
        for line in self._file.read_text().splitlines() if self._file.exists() else ():
            document = json.loads(line)
            first = document.pop("first")
            self.chunks[first] = RunTotals(**document | {"faults": Counter(document["faults"])})

    def add(self, first: int, totals: RunTotals) -> None:
        """Add the totals of a chunk, and write them down."""
        self.chunks[first] = totals
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a") as file:
            file.write(json.dumps({"first": first, **vars(totals)}) + "\n")


def compute_digest() -> str:
    """Compute the digest of the code that a world rests on: of tests only their support."""
    files = sorted(path for name in _CODE for path in _list_files(ROOT / name))
    digest = sha256()
    for path in files:
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _list_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [file for file in path.rglob("*.py") if not file.name.startswith("test_")]


def count_cores() -> int:
    """Return the number of processes to run."""
    return int(os.environ.get("PROCESSES") or os.cpu_count() or 1)
