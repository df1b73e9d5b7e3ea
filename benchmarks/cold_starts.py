"""What a function does before it can do anything: imports and its first client, beside those of an empty one."""

import os
import resource
import subprocess
import sys

from benchmarks.headlines import Figure, Section
from tests.aws import ENVIRONMENT

_CLIENT = "boto3.client('dynamodb', region_name='eu-west-1')"
FLOOR = f"import boto3, chalice; from pydantic import BaseModel; {_CLIENT}"
_RUNS = 5
_NOISE = 0.15  #: of the ratio of two sums, each the least of its runs

#: Of each function, by its module: what it cannot do without beside the floor.
_OWN = {
    "web.service": "",
    "workers.relay": "",
    "workers.feedback": "",
    "workers.waitlist": "",
    "workers.rounds": "",
    "workers.clock": "",
    "workers.reconciler": "",
    "workers.mail": "import icalendar, jinja2, email_validator",
    "workers.manifest": "import xlsxwriter, typst",
}

_SECTION = """## Cold starts

What a function does before its first event: imports, and the client for DynamoDB. Processor's time of a new
process, the least of {runs} runs, all in turns, as multiples of what nobody can do without here: `chalice`,
`boto3` with one client, and `pydantic` ({floor:.0f} ms on this machine, bare Python taken off). Beside it the
same floor with what the function is there for: Powertools' batches for workers, `icalendar` and `jinja2` for
mails, `xlsxwriter` and `typst` for manifests. Modules are compiled beforehand, as they are in the package
([why](decisions/compiled-code-in-the-package.md)).

| function | start | floor with its own libraries |
|---|---|---|
{rows}
"""


def section() -> Section:
    """What was measured."""
    starts = {name: f"import chalicelib.{name}; from chalicelib import table; table.client()" for name in _OWN}
    floors = {name: _floor(name) for name in _OWN}
    codes = {"pass", FLOOR, *starts.values(), *floors.values()}
    least = dict.fromkeys(codes, float("inf"))
    for _ in range(_RUNS):
        for code in codes:
            least[code] = min(least[code], _processor(code))
    floor = least[FLOOR] - least["pass"]

    def times(code: str) -> float:
        return (least[code] - least["pass"]) / floor

    rows = [f"| `{name}` | {times(starts[name]):.2f} | {times(floors[name]):.2f} |" for name in _OWN]
    return Section(
        _SECTION.format(runs=_RUNS, floor=1000 * floor, rows="\n".join(rows)),
        tuple(
            Figure(f"start of `{name}`, floors", times(starts[name]), _NOISE)
            for name in ("web.service", "workers.mail")
        ),
    )


def _floor(name: str) -> str:
    batches = "; from aws_lambda_powertools.utilities.batch import BatchProcessor" if "workers" in name else ""
    return f"{FLOOR}{batches}" + (f"; {_OWN[name]}" if _OWN[name] else "")


def _processor(code: str) -> float:
    """Seconds that a new process takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True, env=dict(os.environ) | ENVIRONMENT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
