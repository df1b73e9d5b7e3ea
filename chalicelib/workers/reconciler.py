"""The reconciler: count each event anew every hour, report counters that differ, and run the migrations."""

from collections.abc import Iterator

from chalicelib import clock
from chalicelib.aws import metrics
from chalicelib.aws.metrics import MetricName
from chalicelib.problems import TooBusy
from chalicelib.programme import store as programme_store
from chalicelib.programme.store import StoredEvent
from chalicelib.reconciliation import recounting
from chalicelib.workers import migrations, runs
from chalicelib.workers.triggers import Blueprint

blueprint = Blueprint(__name__)

#: The number of counters, of all events, that differ from what the registrations add up to.
DRIFT_METRIC: MetricName = "CounterDrift"


@blueprint.on_schedule("rate(1 hour)", name="reconciler")
@runs.logged
def reconcile() -> None:
    """Run the backfills, then recount each event that is not over.

    What differs becomes a task of the organiser, and the sum a metric. An event that changes too often to be
    counted is counted the next time, and a broken one when it is put right.
    """
    now, drift = clock.now(), 0
    events = list(_read_events())
    migrations.run_backfills(events)
    for stored in events:
        if stored.event.has_ended(now):
            continue
        try:
            drift += len(recounting.report(stored.event.id, now))
        except TooBusy:
            continue
    metrics.count(DRIFT_METRIC, drift)


def _read_events() -> Iterator[StoredEvent]:
    """Read the events, and log which are broken."""
    for stored in programme_store.read_documents():
        if stored.event:
            yield StoredEvent(stored.event, stored.version)
        else:
            runs.log_broken_event(stored.event_id)
