"""The reconciler: each event counted anew every hour, and what differs told to whoever must know; and when its
people are to be forgotten, written down where it is not."""

from chalicelib import clock
from chalicelib.aws import metrics
from chalicelib.aws.metrics import MetricName
from chalicelib.problems import TooBusy
from chalicelib.programme import store as programme_store
from chalicelib.reconciliation import recounting
from chalicelib.workers import runs
from chalicelib.workers.triggers import Blueprint

blueprint = Blueprint(__name__)

DRIFT_METRIC: MetricName = (
    "CounterDrift"  #: how many counters differ from what the registrations say, of all events
)


@blueprint.on_schedule("rate(1 hour)", name="reconciler")
@runs.logged
def reconcile() -> None:
    """Count each event that is not over, put what differs on its organiser's list, and the sum into a metric.
    An event at which nothing stands still is counted the next time. Also of events that are long over is written
    down, where it is not, when what is held about their people goes."""
    now, drift = clock.now(), 0
    events = programme_store.read_all()
    programme_store.backfill_purge_items([stored.event for stored in events])
    for stored in events:
        if stored.event.ends_at <= now:
            continue
        try:
            drift += len(recounting.report(stored.event.id, now))
        except TooBusy:
            continue
    metrics.count(DRIFT_METRIC, drift)
