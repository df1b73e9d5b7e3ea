"""Render the costs of registrations as Markdown."""

from typing import get_args

from benchmarks import costs
from benchmarks.configured import MEMORY
from benchmarks.costs import COUNT, Usage
from benchmarks.headlines import Figure, Section
from chalicelib.aws.metrics import MetricName
from testing import account

_HOURS, _MINUTES = 730, 43_800  #: of a month
_POLLS = 5 * 3  #: Lambda keeps five long polls of 20 seconds open on a queue that is empty

_FUNCTIONS = ("api_handler", "relay", "mail", "waitlist")
_NOISE = 0.1  #: the milliseconds are measured, and a small share of it

_COUNT_ROWS = {
    "HTTP requests": "http_requests",
    "invocations": "invocations",
    "DynamoDB calls": "dynamodb_calls",
    "write units": "write_units",
    "read units": "read_units",
    "reads of the stream": "stream_reads",
    "requests to FIFO queues": "fifo_queue_requests",
    "requests to other queues": "queue_requests",
    "S3 requests": "s3_requests",
    "mails": "mails",
    "bytes of mail": "mail_bytes",
    "bytes answered": "answer_bytes",
    "bytes logged": "log_bytes",
}

_SECTION = """## What a thousand registrations cost in AWS

Counted by letting {count:,} of each kind go through the deployed functions one after the other, each worked off
before the next one comes, with a table, queues and SES in this process (`benchmarks/costs.py`). That is dearer
than a rush, in which records and messages share calls. Units are those that DynamoDB's documentation says, also
of what is refused; the function has not been called for a while, and reads the event anew.
`tests/benchmarks/test_costs.py` holds the counts.

| of each | {kinds} |
|---|{lines}|
{counted}
| ms of processor, measured | {milliseconds} |

Prices ({source}, {date}) stand in `benchmarks/prices.yaml`. Milliseconds are those of this machine's processor,
taken for one of Lambda's, divided by the share that the function's memory gets of it ({memories}); the waiting
for answers is not measured but put in: 6 ms a call to DynamoDB, 12 to SQS, 60 to SES.

| USD for 1,000 | {kinds} |
|---|{lines}|
{dollars}
| **all but mails** | {sums} |
| mails (SES) | {mails} |

Of that, API Gateway's REST interface is {share:.0%} of a confirmed registration: {a_million:.2f} for each million
of requests, whatever they do. By function, with what calls it and what it calls:

| USD for 1,000 | {kinds} |
|---|{lines}|
{functions}

A registration that waits and is then promoted costs two of these columns, and so does one that is cancelled later:
each change of state is one transaction, a read of the stream, a message and a mail that is claimed, sent and
marked as sent, so that it is sent once. A newcomer to a full event joins the waitlist at once, without a failed
transaction first, since the places are read with the event ([why](decisions/places-seen-lately.md)). The
waitlist worker is called only when units are freed while others wait, so no cancellation and no joining calls
it for nothing.

**An idle system costs, too**: without any request, the clock (every 5 minutes) and the reconciler
(every hour) cost USD {clock:.2f} a month with the shipped programme, {alarms} alarms USD {alarm:.2f}, {meters}
metrics USD {metered:.2f}, the key that is in KMS USD {key:.2f}, and Lambda's own
polling of {queues} empty queues, {polls:,} requests a month for
each if it keeps five polls of 20 seconds open as AWS describes it, USD {polling:.2f}.
"""


def section() -> Section:
    """Measure the usage, and return the section with its prices."""
    used = {kind: costs.measure_usage(kind, COUNT) for kind in costs.KINDS}
    dollars = {kind: costs.price_usage(each) for kind, each in used.items()}
    first = next(iter(dollars.values()))
    queues = [r for r in account.load_resources().values() if "RedrivePolicy" in r.get("Properties", {})]
    alarms = [r for r in account.load_resources().values() if r["Type"] == "AWS::CloudWatch::Alarm"]
    keys = [r for r in account.load_resources().values() if r["Type"] == "AWS::KMS::Key"]
    listed = costs.load_prices()
    million = listed["per_million"]
    each_poll = [
        million["fifo_queue_requests" if q["Properties"].get("FifoQueue") else "queue_requests"] for q in queues
    ]
    text = _SECTION.format(
        count=COUNT,
        kinds=" | ".join(used),
        lines="---|" * (len(used) - 1) + "---",
        counted="\n".join(_row(title, name, list(used.values())) for title, name in _COUNT_ROWS.items()),
        milliseconds=" | ".join(f"{sum(each.milliseconds.values()) / COUNT:.0f}" for each in used.values()),
        source=listed["source"].strip(),
        date=listed["date"],
        memories=", ".join(f"{name} {MEMORY[name]} MB" for name in _FUNCTIONS),
        dollars="\n".join(
            f"| {part} | " + " | ".join(_dollars(each[part]) for each in dollars.values()) + " |" for part in first
        ),
        sums=" | ".join(_dollars(sum(each.values())) for each in dollars.values()),
        mails=" | ".join(_dollars(costs.price_mails(each)) for each in used.values()),
        share=first["API Gateway"] / sum(first.values()),
        a_million=million["http_requests"],
        functions="\n".join(_format_function_row(name, list(used.values())) for name in _FUNCTIONS),
        clock=sum(costs.price_usage(costs.measure_idle_hour()).values()) * _HOURS,
        alarms=len(alarms),
        meters=len(get_args(MetricName)),
        metered=len(get_args(MetricName)) * listed["per_month"]["metric"],
        alarm=len(alarms) * listed["per_month"]["alarm"],
        key=len(keys) * listed["per_month"]["key"],
        queues=len(queues),
        polls=_POLLS * _MINUTES,
        polling=sum(each_poll) * _POLLS * _MINUTES / 1e6,
    )
    return Section(text, tuple(_figure(kind, each) for kind, each in dollars.items()))


def _figure(kind: str, dollars: dict[str, float]) -> Figure:
    return Figure(f"USD for 1,000 {kind}, without mails", sum(dollars.values()) * 1_000 / COUNT, _NOISE)


def _row(title: str, name: str, used: list[Usage]) -> str:
    return f"| {title} | " + " | ".join(_format_count(each.counts[name] / COUNT) for each in used) + " |"


def _format_count(each: float) -> str:
    return f"{each:,.0f}" if each >= 100 else f"{each:.3g}"


def _format_function_row(name: str, used: list[Usage]) -> str:
    parts = (sum(costs.price_usage(each.select(name)).values()) for each in used)
    return f"| `{name}` | " + " | ".join(map(_dollars, parts)) + " |"


def _dollars(amount: float) -> str:
    return f"{amount * 1_000 / COUNT:.4f}"
