"""The clock: every five minutes, the safety net under the queues."""

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib import clock
from chalicelib.broadcasts import flows as rounds
from chalicelib.links import withheld_mails
from chalicelib.problems import EventBroken
from chalicelib.programme import store as programme_store
from chalicelib.registration import flows, moving_up, rules, store
from chalicelib.retention import flows as retention
from chalicelib.retention import store as retention_store
from chalicelib.workers import runs
from chalicelib.workers.triggers import Blueprint

blueprint = Blueprint(__name__)


@blueprint.on_schedule("rate(5 minutes)", name="clock")
@runs.logged
def tick() -> None:
    """Expire offers, release withheld mails, begin reminders, settle waitlists and delete data, where due.

    Waitlists are settled here in case their message was lost. A failure holds back none of the rest, and a broken
    event waits until it is put right.
    """
    now = clock.now()
    failed: list[Exception] = []
    with _collect_failure(failed):
        for event_id, registration_id in store.find_due(now):
            with _collect_failure(failed):
                flows.expire(event_id, registration_id, now)
    with _collect_failure(failed):
        for mailbox, due_at in withheld_mails.find_due(now):
            with _collect_failure(failed):
                withheld_mails.release(mailbox, due_at)
    with _collect_failure(failed):
        for event_id, since in programme_store.find_due(now):
            with _collect_failure(failed):
                rounds.process_due_event(event_id, since, now)
    for event_id, places in store.read_places_of_events(programme_store.read_event_ids()).items():
        with _collect_failure(failed):
            if not rules.is_settled(places):
                moving_up.settle(event_id, now)
    with _collect_failure(failed):
        for event_id in retention_store.find_due(now):
            with _collect_failure(failed):
                retention.purge_page(event_id, now)
    if failed:
        raise ExceptionGroup("Some of what was due could not be done", failed)


@contextmanager
def _collect_failure(failures: list[Exception]) -> Iterator[None]:
    """Collect an exception, to be raised when all the rest is done; log an event that is broken."""
    try:
        yield
    except EventBroken as broken:
        runs.log_broken_event(broken.event_id)
    except Exception as error:
        failures.append(error)
