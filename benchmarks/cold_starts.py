"""Measure what a function does before its first response: imports and first client, beside an empty function."""

import json

from benchmarks import in_memory, starting
from benchmarks.headlines import Figure, Section
from benchmarks.starting import Starts
from chalicelib.aws import keys
from chalicelib.aws.items import encode_item
from testing import builders
from testing.account import TABLE
from testing.in_process.functions import REGISTER, build_gateway_event
from testing.world import publish

_TURNS = 7
_NOISE = 0.25  #: of a ratio, the middle one of all turns

_FLOOR = "import boto3, chalice; from pydantic import BaseModel; boto3.client('dynamodb', region_name='eu-west-1')"
_BATCHES = "from aws_lambda_powertools.utilities.batch import BatchProcessor"
#: Of each function, by its module: what it cannot do without beside the floor, imported first, as it does.
_OWN_IMPORTS = {
    "web.app": "pass",
    "workers.relay": _BATCHES,
    "workers.feedback": _BATCHES,
    "workers.waitlist": _BATCHES,
    "workers.broadcasts": _BATCHES,
    "workers.clock": "pass",
    "workers.reconciler": "pass",
    "workers.mail": f"{_BATCHES}; import icalendar, jinja2, email_validator",
    "workers.manifest": f"{_BATCHES}; import xlsxwriter, typst",
}
_FLOORS = {name: starting.run_then_report(f"{own}; {_FLOOR}") for name, own in _OWN_IMPORTS.items()}
_STARTS = {
    name: starting.run_then_report(f"import chalicelib.{name}; from chalicelib.aws import table; table.client()")
    for name in _OWN_IMPORTS
}
_LEAST = _FLOORS["web.app"]
COMMANDS = (*_FLOORS.values(), *_STARTS.values())  #: what is started once in each turn, beside the first requests
_OURS, _PLAIN = (("-m", "benchmarks.first_request", which) for which in ("ours", "floor"))

_SECTION = """## Cold starts

What a function does before its first event: imports, and the client for DynamoDB. Processor's time of a new
process until it is ready (not of clearing it away again: Lambda never does), as multiples of the bare minimum
here: `chalice`, `boto3` with one client, and `pydantic` ({floor:.0f} ms on this machine, bare Python taken
off). Beside it the same floor with what the function is there for: Powertools' batches for workers with a queue
or a stream, `icalendar`, `jinja2` and `email_validator` for mails, `xlsxwriter` and `typst` for manifests. In each
of {turns} turns everything starts once, one after the other; a ratio is of two starts in the same turn, and what
is said is the middle one of all turns, and between what the middle half of them lies. Modules are compiled
beforehand, as they are in the package ([why](decisions/compiled-code-in-the-package.md)).

| function | start | middle half | floor with its own libraries |
|---|---|---|---|
{rows}

That a start is shorter than the sum of its parts is because the garbage collector is off, which Python runs
otherwise ([how starts are kept short](decisions/short-starts.md)); the relay and feedback do without `pydantic`,
too.

**What is put off does not come back**: start and first registration together, until its answer is there, take
{ours:.0f} ms, which is {ratio:.2f} times (middle half {half}) the {plain:.0f} ms of the same floor with one route,
a model of five fields, one read and one transaction. DynamoDB's answers take nothing in both. The first
registration alone takes {alone:.0f} ms: it makes the event's model and the applicant's ready, and imports what
reads addresses.
"""


def section() -> Section:
    """Measure, and return the section."""
    starts = starting.measure([*COMMANDS, _OURS, _PLAIN], _TURNS, json.dumps(build_first_request()))
    first = starts.ratio(_OURS, _PLAIN, 1)
    text = _SECTION.format(
        floor=starts.milliseconds(_LEAST),
        turns=_TURNS,
        rows="\n".join(_row(name, starts) for name in _OWN_IMPORTS),
        ours=starts.milliseconds(_OURS, 1),
        plain=starts.milliseconds(_PLAIN, 1),
        ratio=first.middle,
        half=first.middle_half,
        alone=starts.milliseconds(_OURS, 1) - starts.milliseconds(_OURS),
    )
    figures = [
        Figure(f"start of `{name}`, floors", starts.ratio(_STARTS[name], _LEAST).middle, _NOISE)
        for name in ("web.app", "workers.mail")
    ]
    return Section(text, (*figures, Figure("start and first registration, floors", first.middle, _NOISE)))


def _row(name: str, starts: Starts) -> str:
    ours, floor = (starts.ratio(each[name], _LEAST) for each in (_STARTS, _FLOORS))
    return f"| `{name}` | {ours.middle:.2f} | {ours.middle_half} | {floor.middle:.2f} |"


def build_first_request() -> dict[str, object]:
    """Build the registration of a new person, with the responses of DynamoDB on the way."""
    window = {"opens_at": "2001-01-01T08:00", "closes_at": "2998-01-01T08:00"}
    event = builders.event(starts_at="2998-05-05T15:00", ends_at="2998-05-05T18:00", registration=window)
    client = in_memory.use_memory_table()
    publish(event)
    item_keys = [encode_item(key) for key in (keys.event_key(event.id), keys.places_key(event.id))]
    items = client.batch_get_item(RequestItems={TABLE: {"Keys": item_keys}})["Responses"]
    body = json.dumps(builders.person(phone="20 12 34 56"))
    request = build_gateway_event("POST", REGISTER, body, event_id=event.id)
    answers = {
        "BatchGetItem": {"Responses": items},
        "GetItem": {"Item": items[TABLE][0]},
        "TransactWriteItems": {},
    }
    return {"request": request, "answers": answers}
