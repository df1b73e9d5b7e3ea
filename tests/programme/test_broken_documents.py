"""Documents that cannot be read: they break nothing but themselves, and can be put right."""

from datetime import datetime
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.aws.keys import format_timestamp
from chalicelib.problems import AllotmentInUse, BelowTaken, EventBroken, InvalidFields, VersionOutdated
from chalicelib.programme import flows, store, transactions
from chalicelib.programme.model import Event
from chalicelib.programme.versions import Version
from chalicelib.registration import store as registration_store
from testing import builders
from testing.world import break_document, check_counters, publish, register

pytestmark = pytest.mark.usefixtures("memory")

#: Each as some version may have left it, or a hand in the table.
BROKEN: list[tuple[dict[str, Any], str]] = [
    ({}, "ends_at"),
    ({"text": "{"}, ""),
    ({"text": "[]"}, ""),
    ({"text": '"event"'}, ""),
    ({"starts_at": "1999-12-31T22:30:00+01:00"}, "starts_at"),
    ({"ends_at": None}, "ends_at"),
    ({"id": "another"}, "id"),
    ({"unheard_of": 1}, "unheard_of"),
    ({"allotments": []}, "allotments"),
    ({"legs": "none"}, "legs"),
]


@pytest.mark.parametrize(("change", "field"), BROKEN)
def test_a_broken_document_leaves_the_others_alone(change: dict[str, Any], field: str) -> None:
    """The others are listed; it is given with its version, what stands there, and what is wrong."""
    broken, other = publish(builders.event("broken")), publish(builders.event("other"))
    break_document(broken.id, **change)
    assert [stored.event for stored in store.read_all()] == [other]
    first, second = store.read_documents()
    assert (first.event_id, first.version, first.event, second.event) == ("broken", 1, None, other)
    assert field in {error.field for error in first.errors}
    assert store.read_document(broken.id) == first
    for read in (store.read_current, store.read_cached):
        with pytest.raises(EventBroken) as refused:
            read(broken.id)
        assert (refused.value.errors, refused.value.headers) == (first.errors, (("ETag", '"1"'),))


def test_what_cannot_even_be_parsed_is_an_empty_document() -> None:
    """An editor has something to begin with; what can be parsed is given as it stands."""
    event = publish(builders.event())
    break_document(event.id, "[1]")
    assert store.read_document(event.id).document == {}
    for text in ("[" * 100_000, '{"id": "\\ud800"}', '{"\\udfff": 1}'):
        break_document(event.id, text)
        stored = store.read_document(event.id)
        assert (stored.event, stored.document, stored.text) == (None, {}, text)
    break_document(event.id, '{"id": 7}')
    assert store.read_document(event.id).document == {"id": 7}


@pytest.mark.parametrize(("change", "_field"), BROKEN)
def test_a_broken_document_is_put_right(change: dict[str, Any], _field: str) -> None:
    """The next version is written as ever; counters and registrations stay, the audit log has what it was."""
    event = publish(builders.event())
    assert register(event, "Anna").status == "confirmed"
    break_document(event.id, **change)
    right = builders.event(starts_at="2020-05-05T14:00")
    with pytest.raises(VersionOutdated):
        flows.put(right, 2, clock.now())
    assert flows.put(right, 1, clock.now()) == store.StoredEvent(right, 2) == store.read_current(event.id)
    assert registration_store.read_places(event.id).taken == {"place": 1}
    check_counters(event.id)


def test_units_in_use_stay_where_the_document_is_broken() -> None:
    """Its allotments are those of its places: none that is in use goes, none falls below what is taken."""

    def with_units(places: int, seats: int) -> Event:
        return builders.event(allotments=[builders.allotment("place", places), builders.allotment("bus", seats)])

    both = publish(with_units(9, 1))
    for name in ("Anna", "Bo"):
        register(both, name, ("bus",))
    break_document(both.id, allotments=None)
    with pytest.raises(AllotmentInUse):
        flows.put(builders.event(), 1, clock.now())
    with pytest.raises(BelowTaken):
        flows.put(
            with_units(9, 0),
            1,
            clock.now(),
        )
    flows.put(with_units(7, 2), 1, clock.now())
    places = registration_store.read_places(both.id)
    assert (places.capacity, places.taken) == ({"place": 7, "bus": 2}, {"place": 1, "bus": 1})
    check_counters(both.id)


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_at": builders.event().starts_at},
        {"starts_at": datetime(1999, 5, 5, 15, tzinfo=builders.event().starts_at.tzinfo)},
        {"allotments": ()},
        {"id": "Not an id"},
    ],
)
def test_nothing_unreadable_is_written(changes: dict[str, Any]) -> None:
    """An event that no model accepts is refused with its fields, new or changed, and nothing is written."""
    wrong = builders.event().model_copy(update=changes)
    with pytest.raises(InvalidFields) as refused:
        transactions.create(wrong, format_timestamp(clock.now()))
    assert {error.field for error in refused.value.errors} >= changes.keys()
    event = publish(builders.event())
    with pytest.raises(InvalidFields):
        transactions.replace(store.read_current(event.id), wrong, Version(2, format_timestamp(clock.now())))
    assert store.read_current(event.id) == store.StoredEvent(event, 1)
