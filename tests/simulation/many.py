"""Many worlds, in as many processes as there are cores to spare; what was lived through stays known."""

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
    """So many worlds: their faults by kind, what was committed in them, the processor's seconds that they took."""

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
    """Raises what the first world raises in which something does not hold."""
    logging.disable(logging.CRITICAL)  # what the functions say of each fault
    began, lived = time.process_time(), RunTotals(len(seeds))
    with use_test_settings():
        for seed in seeds:
            world = run_world(seed)
            lived.faults += world.faults.injected
            lived.commits += len(world.aws.commits)
            lived.calls += world.aws.calls
    lived.seconds = time.process_time() - began
    return lived


def run_all_worlds(seeds: int, processes: int) -> Iterator[RunTotals]:
    """The sum, each time that it has grown. What this code has lived through before is not lived through again."""
    known = _ResultCache()
    total = sum(known.chunks.values(), RunTotals())
    yield total
    todo = [first for first in range(0, seeds, CHUNK) if first not in known.chunks]
    with ProcessPoolExecutor(processes) as pool:
        going = {pool.submit(run_worlds, range(first, min(first + CHUNK, seeds))): first for first in todo}
        try:
            for done in as_completed(going):
                known.add(going[done], done.result())
                total += done.result()
                yield total
        finally:
            pool.shutdown(cancel_futures=True)


class _ResultCache:
    """What was lived through, by the first seed of each chunk, in a file for each state of the code."""

    def __init__(self) -> None:
        self._file = ROOT / "build" / "simulation" / f"{compute_digest()}.jsonl"
        self.chunks: dict[int, RunTotals] = {}
        for line in self._file.read_text().splitlines() if self._file.exists() else ():
            written = json.loads(line)
            first = written.pop("first")
            self.chunks[first] = RunTotals(**written | {"faults": Counter(written["faults"])})

    def add(self, first: int, lived: RunTotals) -> None:
        self.chunks[first] = lived
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a") as file:
            file.write(json.dumps({"first": first, **vars(lived)}) + "\n")


def compute_digest() -> str:
    """Of the code that a world rests on: of the tests only what they are made with."""
    files = sorted(path for name in _CODE for path in _list_files(ROOT / name))
    read = sha256()
    for path in files:
        read.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return read.hexdigest()[:16]


def _list_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [file for file in path.rglob("*.py") if not file.name.startswith("test_")]


def count_cores() -> int:
    return int(os.environ.get("PROCESSES") or os.cpu_count() or 1)
