"""Whatever the models accept is read back from the table as it was: with every part, at every edge of time."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib import clock
from chalicelib.aws.keys import format_timestamp
from chalicelib.programme import flows as programme_flows
from chalicelib.programme import store, transactions
from chalicelib.programme.model import Event
from chalicelib.programme.versions import Version
from testing import builders

pytestmark = pytest.mark.usefixtures("memory")

#: Both changes of the hour, the turn of a year, and both ends of the range.
_EDGES = (
    datetime(2000, 1, 1, tzinfo=UTC),
    datetime(2000, 3, 26, 1, tzinfo=UTC),
    datetime(2020, 3, 29, 1, tzinfo=UTC),
    datetime(2020, 10, 25, 1, tzinfo=UTC),
    datetime(2019, 12, 31, 23, tzinfo=UTC),
    datetime(2999, 10, 27, 1, tzinfo=UTC),
    datetime(2999, 12, 31, 23, tzinfo=UTC),
)
_OFFSETS = st.one_of(st.none(), st.integers(-14 * 60, 14 * 60))


@st.composite
def _written(draw: st.DrawFn) -> str:
    """A time around an edge, written with any offset or none."""
    instant = draw(st.sampled_from(_EDGES)) + timedelta(seconds=draw(st.integers(-9000, 9000)))
    offset = draw(_OFFSETS)
    moment = instant.astimezone(timezone(timedelta(minutes=offset or 0)))
    return (moment.replace(tzinfo=None) if offset is None else moment).isoformat()


_LINES = st.text(min_size=1, max_size=30)
_TITLES = st.fixed_dictionaries({"da": _LINES, "en": _LINES})
_NAMES = st.sampled_from(["place", "bus", "room"])


def _part(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"title": _TITLES, **fields})


def _parts(part: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(part, max_size=2)


#: Each may be in a document, with any value that may or may not be accepted.
_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "title": _TITLES,
    "summary": _TITLES,
    "description": _TITLES,
    "starts_at": _written(),
    "ends_at": _written(),
    "note": _TITLES,
    "notes": st.dictionaries(st.sampled_from(["confirmed", "reminder"]), _TITLES),
    "registration": st.fixed_dictionaries({"opens_at": _written(), "closes_at": _written()}),
    "waitlist": st.fixed_dictionaries({"mode": st.just("offer"), "list_deadline": _written()}),
    "sessions": _parts(_part(starts_at=_written(), speakers=st.lists(_LINES, max_size=2))),
    "meals": _parts(_part(name=_NAMES, starts_at=_written())),
    "legs": _parts(
        _part(
            name=_NAMES,
            kind=st.just("bus"),
            carrier=_LINES,
            origin=_LINES,
            destination=_LINES,
            departs=_written(),
            arrives=_written(),
        )
    ),
    "stays": _parts(
        _part(name=_NAMES, hotel=_LINES, beds=st.integers(0, 9), check_in=_written(), check_out=_written())
    ),
    "deadlines": st.fixed_dictionaries(
        {"names": _written(), "rooms": _written(), "releases": _parts(_part(at=_written()))}
    ),
    "reminders": st.lists(st.integers(1, 60), max_size=5),
}
_ALLOTMENTS = [builders.allotment(name, 3) for name in ("place", "bus", "room")]


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    changes=st.sets(st.sampled_from(sorted(_FIELDS)), min_size=1, max_size=3).flatmap(
        lambda names: st.fixed_dictionaries({name: _FIELDS[name] for name in sorted(names)})
    )
)
def test_what_is_accepted_is_read_back_as_it_was(changes: dict[str, Any]) -> None:
    """Through JSON and the table the event is equal, and so is its document, to the offset."""
    try:
        event = builders.event(allotments=_ALLOTMENTS, **changes)
    except ValidationError:
        assume(False)
    if programme_flows.create_if_absent(event, clock.now()):
        stored = store.read_current(event.id)
    else:
        before = store.read_current(event.id)
        version = Version(before.version + 1, format_timestamp(clock.now()))
        stored = transactions.replace(before, event, version)
    read = store.read_current(event.id)
    assert (read, read.document) == (store.StoredEvent(event, stored.version), stored.document)
    assert read.document == Event.model_validate(read.document).model_dump(mode="json", exclude_none=True)
