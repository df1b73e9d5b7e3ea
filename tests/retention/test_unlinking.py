"""What stays of a participant who was erased in others' registrations: nothing."""

import json
from typing import Any

import pytest

from chalicelib import clock, facts
from chalicelib.aws import keys, table
from chalicelib.reconciliation import recounting
from chalicelib.registration import flows, store
from chalicelib.registration.history import build_timeline
from chalicelib.registration.model import Registration
from chalicelib.retention import erasure, unlinking
from chalicelib.workers import manifest, stream
from testing.batches import messages
from testing.registration_links import participant
from testing.world import (
    build_registration_id,
    publish_with_places,
    read_statuses,
    register,
    register_party,
    reload,
    settle,
)

pytestmark = pytest.mark.usefixtures("memory")

THREE = ("Anna", "Bo", "Carl")


def erase(who: Registration) -> None:
    erasure.erase(participant(who.event_id, who.id), clock.now())


def unlink(who: Registration) -> None:
    """What the queue's worker does when it hears of the erasure, twice."""
    fact = facts.Erased(event_id=who.event_id, registration_id=who.id, revision=3, at="")
    batch = messages(fact)
    for _ in range(2):
        assert manifest.manifest(batch, None) == {"batchItemFailures": []}


def rows(event_id: str) -> dict[str, dict[str, Any]]:
    return {item["SK"]: item for item in table.query(event_id, "A", up_to="Z~")}


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("free", [3, 0], ids=["confirmed", "waiting"])
def test_nothing_names_who_is_gone(place: int, free: int) -> None:
    """Neither the participant who registered the others nor one of these; the others stay as they are."""
    event = publish_with_places(3)
    others = [register(event, name) for name in ("Ida", "Ole", "Per")[free:]]
    people = register_party(event, *THREE)
    gone = people.pop(place)
    erase(gone)
    settle(event)
    told = {who.id: build_timeline(reload(who)) for who in people}
    unlink(gone)
    held = rows(event.id)
    assert [key for key, item in held.items() if gone.id in json.dumps(item, default=str)] == [f"REG#{gone.id}"]
    assert (
        read_statuses(*others, *people) == ["confirmed"] * len(others) + ["confirmed" if free else "waiting"] * 2
    )
    assert {who.id: build_timeline(reload(who)) for who in people} == _unnamed(told, gone)
    assert recounting.recount(event.id).differences == []


def _unnamed(told: dict[str, list[dict[str, Any]]], gone: Registration) -> Any:
    return json.loads(json.dumps(told).replace(gone.id, ""))


def test_the_rest_of_a_party_goes_on_together() -> None:
    """They still wait as one, and each can leave."""
    event = publish_with_places(1)
    anna, (bo, carl, dorte) = register(event, "Anna"), register_party(event, "Bo", "Carl", "Dorte")
    erase(bo)
    unlink(bo)
    assert {reload(who).leader_id for who in (carl, dorte)} == {carl.id, dorte.id}
    [entry] = store.read_waitlist(event.id)
    assert set(entry.members) == {carl.id, dorte.id}
    flows.cancel(participant(event.id, dorte.id), clock.now())
    flows.cancel(participant(event.id, anna.id), clock.now())
    settle(event)
    assert read_statuses(carl) == ["confirmed"]


def test_who_registers_anew_meanwhile_keeps_whom_they_bring(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is heard of, no one is found, and then they come again, with a companion: these two stay together."""
    event = publish_with_places(0)
    anna = register(event, "Anna")
    erase(anna)
    find = store.find

    def found_then_registers_anew(event_id: str, registration_id: str) -> Registration | None:
        nobody = find(event_id, registration_id)
        monkeypatch.setattr(store, "find", find)
        register_party(event, "Anna", "Bo")
        return nobody

    monkeypatch.setattr(store, "find", found_then_registers_anew)
    unlinking.unlink(facts.Erased(event_id=event.id, registration_id=anna.id, revision=2, at=""))
    told = {who.id: who for who in store.list_registrations(event.id)}
    bo = build_registration_id(event.id, "bo@example.org")
    assert {who.leader_id for who in told.values()} == {anna.id}
    assert told[anna.id].companion_ids == (bo,)
    assert all(entry.endswith(f"#{anna.id}.2") for entry in told[anna.id].history[-1]["entries"])


def test_it_is_no_news() -> None:
    """The stream says nothing of it."""
    event = publish_with_places(0)
    anna, bo = register_party(event, "Anna", "Bo")
    erase(anna)
    before = table.get(keys.registration_key(event.id, bo.id))
    unlink(anna)
    after = table.get(keys.registration_key(event.id, bo.id))
    assert before != after
    assert stream.derive_facts(before, after, "") == []


def test_who_has_come_back_is_meant_again() -> None:
    """Registered anew before it is heard: nothing is taken from what they have made since."""
    event = publish_with_places(9)
    anna, _ = register_party(event, "Anna", "Bo")
    erase(anna)
    register_party(event, "Anna", "Carl", key="another")
    unlink(anna)
    assert reload(anna).companion_ids != ()


def test_what_changes_meanwhile_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A participant cancels just then: both are written."""
    event = publish_with_places(9)
    anna, bo = register_party(event, "Anna", "Bo")
    erase(anna)
    transact, first = table.transact, [True]

    def overtaken(*writes: Any) -> None:
        if first:
            first.clear()
            flows.cancel(participant(event.id, bo.id), clock.now())
        transact(*writes)

    monkeypatch.setattr(table, "transact", overtaken)
    unlinking.unlink(facts.Erased(event_id=event.id, registration_id=anna.id, revision=3, at=""))
    assert (reload(bo).status, reload(bo).leader_id) == ("cancelled", bo.id)


def test_two_who_go_at_once_are_both_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written for the one does not bring back the other, of whom nothing made the history longer."""
    event = publish_with_places(0)
    anna, bo, carl = register_party(event, *THREE)
    erase(anna)
    erase(bo)
    transact, first = table.transact, [True]

    def overtaken(*writes: Any) -> None:
        if first:
            first.clear()
            unlink(bo)
        transact(*writes)

    monkeypatch.setattr(table, "transact", overtaken)
    unlink(anna)
    held = json.dumps(rows(event.id)[f"REG#{carl.id}"], default=str)
    assert [
        who.given_name
        for who in (anna.attendee, bo.attendee)
        if build_registration_id(event.id, who.email) in held
    ] == []
