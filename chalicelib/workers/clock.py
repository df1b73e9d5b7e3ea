"""The clock's tick: the safety net under the queues."""

from chalice import Blueprint
from chalice.app import CloudWatchEvent

from chalicelib import clock
from chalicelib.programme import store as programme_store
from chalicelib.registration import flows, rules, store

blueprint = Blueprint(__name__)


@blueprint.schedule("rate(5 minutes)", name="clock")
def tick(event: CloudWatchEvent) -> None:  # noqa: ARG001 - a schedule says nothing
    """Settle each event where something is free that somebody waits for, should its message have been lost."""
    for event_id, places in store.places_of(programme_store.event_ids()).items():
        if not rules.settled(places):
            flows.settle(event_id, clock.now())
