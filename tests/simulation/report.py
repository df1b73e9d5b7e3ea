"""Write docs/reliability.md: the totals of a run."""

import subprocess
from datetime import UTC, datetime

from testing import host
from testing.account import ROOT
from tests.simulation.many import RunTotals

_FILE = ROOT / "docs" / "reliability.md"
_OPENING = """# Reliability

Written by `make simulate SEEDS={seeds}`, which lives through so many worlds anew on the machine it runs on: no
figure here was typed. This time, on {day}, that was {machine}, with the code of commit {commit}.

A world is made from its seed alone: some events, people who register, wait, change their minds, and are erased,
organisers, all functions, queues, bucket, mail and clock, interleaved call by call; and at each call to AWS
something may go wrong. When all is calm again and nothing is left to be done, each invariant is checked:
every answer was true, no participant was overtaken, no unit was taken twice or left idle, each mail was sent once.
The same seed gives the same world: `make simulate SEED=7` tells its story.

| lived through | |
|---|---|
| worlds | {worlds} |
| calls to AWS | {calls} |
| writes committed | {commits} |
| faults | {faults} |
| broken promises | 0 |
| minutes of one processor | {minutes} |

## What went wrong, and how often

| fault | times |
|---|---|
{kinds}
"""


def _describe_commit() -> str:
    """Return the commit of the run, marked if something was changed since."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def write(totals: RunTotals) -> None:
    """Write the page, after a run in which every invariant held."""
    kinds = "\n".join(f"| {kind} | {times:,} |" for kind, times in sorted(totals.faults.items()))
    text = _OPENING.format(
        day=datetime.now(UTC).date(),
        machine=host.describe(),
        commit=_describe_commit(),
        seeds=totals.seeds,
        worlds=f"{totals.seeds:,}",
        calls=f"{totals.calls:,}",
        commits=f"{totals.commits:,}",
        faults=f"{totals.faults.total():,}",
        minutes=round(totals.seconds / 60),
        kinds=kinds,
    )
    _FILE.write_text(text)
