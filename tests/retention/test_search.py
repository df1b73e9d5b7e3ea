"""All that happens to marked people, through the functions; and after the purge a search of whatever is left: the
table, the bucket with what it keeps of older versions, the queues with their dead letters, the log."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from chalicelib import clock
from chalicelib.aws import keys, table
from chalicelib.programme import store as programme_store
from chalicelib.registration import sealing, store
from chalicelib.registration.attendee import Attendee
from chalicelib.workers import clock as worker
from chalicelib.workers import reconciler
from testing import registration_links
from testing.batches import TICK
from testing.bornholm import EVENT_ID
from testing.in_process.functions import capture_log
from testing.world import build_registration_id
from tests.retention.marked import ALL, found, nowhere
from tests.retention.test_dead_letters import live, send_all, set_all_aside
from tests.web.browser import as_organiser, get

pytestmark = pytest.mark.usefixtures("quick_aws")

WORDS = (*ALL, "vegan", "mark2@")
#: Chosen from a few, so that to find one says nothing of anybody.
CHOSEN = {"sector", "language", "travel.title", "dietary.consent"}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    said = io.StringIO()
    with capture_log(said):
        yield said


def told(model: BaseModel, before: str = "") -> Iterator[tuple[str, Any]]:
    """Each field of an attendee that holds a value of its own, and the value."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from told(value, f"{before}{name}.")
        else:
            yield before + name, value


def attendee() -> Attendee:
    """A participant who is marked, with what stands under the seal."""
    item = table.get(keys.registration_key(EVENT_ID, build_registration_id(EVENT_ID, "mark@example.org")))
    assert item
    return sealing.unseal(store.deserialize_registration(item)).attendee


def look_at_everything() -> None:
    """The person at what is theirs, and organisers at lists of all kinds."""
    registration_id = build_registration_id(EVENT_ID, "mark@example.org")
    mine = f"/registrations/{registration_links.build_token(EVENT_ID, registration_id)}"
    for path in ("", "/personal-data", "/calendar.ics", "/change", "/MARKANNA"):
        get(mine + path)
    for path in ("/registrations?q=MARKANNA", "/registrations?format=csv", "/journal", "/problems", "/badges"):
        as_organiser("GET", f"/organiser/events/{EVENT_ID}{path}")


def tick_until_all_is_over() -> None:
    """From half a year after the event on, as often as there is something to do."""
    clock.start_at(programme_store.read_cached(EVENT_ID).ends_at + timedelta(days=180))
    for _ in range(20):
        worker.tick(TICK, None)
        reconciler.reconcile(TICK, None)


def test_of_people_whose_time_is_over_no_word_is_found(log: io.StringIO) -> None:
    """Each of their fields was marked and found before; the messages about them were never done, and are among the
    dead letters still."""
    live()
    look_at_everything()
    fields = dict(told(attendee()))
    assert [name for name, value in fields.items() if not value] == []
    assert {name for name, value in fields.items() if not any(word in str(value) for word in WORDS)} == CHOSEN
    send_all()
    set_all_aside()
    held = found(WORDS)
    assert held["table"] | held["seals"] >= {*ALL, "vegan"}
    assert held["bucket"]
    tick_until_all_is_over()
    assert found(WORDS) == nowhere()
    said = log.getvalue()
    assert "A request was answered" in said
    assert "A mail was sent" in said
    assert [word for word in WORDS if word in said] == []
