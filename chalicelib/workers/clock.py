"""The clock's tick: the safety net under the queues."""

from chalice import Blueprint
from chalice.app import CloudWatchEvent

from chalicelib import clock
from chalicelib.programme import store as programme_store
from chalicelib.registration import flows, rules, store

blueprint = Blueprint(__name__)


@blueprint.schedule("rate(5 minutes)", name="clock")
def tick(event: CloudWatchEvent) -> None:  # noqa: ARG001 - a schedule says nothing
    """Settle each event where something is free that somebody waits for, should its message have been lost.
    One that cannot be settled now holds back none of the others."""
    failed: list[Exception] = []
    for event_id, places in store.places_of(programme_store.event_ids()).items():
        try:
            if not rules.settled(places):
                flows.settle(programme_store.read(event_id), clock.now())
        except Exception as error:  # raised below, all together
            failed.append(error)
    if failed:
        raise ExceptionGroup("Some events could not be settled", failed)
