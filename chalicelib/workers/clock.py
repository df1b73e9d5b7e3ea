"""The clock's tick: the safety net under the queues."""

from collections.abc import Iterator
from contextlib import contextmanager

from chalice import Blueprint
from chalice.app import CloudWatchEvent

from chalicelib import clock
from chalicelib.broadcasts import flows as rounds
from chalicelib.programme import store as programme_store
from chalicelib.registration import flows, moving_up, rules, store
from chalicelib.retention import flows as retention
from chalicelib.retention import store as retention_store
from chalicelib.workers import runs

blueprint = Blueprint(__name__)


@blueprint.schedule("rate(5 minutes)", name="clock")
@runs.noted
def tick(event: CloudWatchEvent) -> None:  # noqa: ARG001 - a schedule says nothing
    """Let the offers end and the reminders go out that are due, settle each event where something is free that
    somebody waits for, should its message have been lost, and delete what has been held long enough. What cannot
    be done now holds back none of the rest."""
    now = clock.now()
    failed: list[Exception] = []
    with _noted(failed):
        for event_id, registration_id in store.due(now):
            with _noted(failed):
                flows.expire(event_id, registration_id, now)
    with _noted(failed):
        for event_id, since in programme_store.due(now):
            with _noted(failed):
                rounds.remind(event_id, since, now)
    for event_id, places in store.places_of(programme_store.event_ids()).items():
        with _noted(failed):
            if not rules.settled(places):
                moving_up.settle(event_id, now)
    with _noted(failed):
        for event_id in retention_store.due(now):
            with _noted(failed):
                retention.step(event_id, now)
    if failed:
        raise ExceptionGroup("Some of what was due could not be done", failed)


@contextmanager
def _noted(failed: list[Exception]) -> Iterator[None]:
    """Whatever goes wrong is raised when all the rest is done."""
    try:
        yield
    except Exception as error:
        failed.append(error)
