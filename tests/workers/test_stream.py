"""The facts that the stream's changes give."""

import json
from typing import Any

from msgspec.structs import asdict

from chalicelib import facts
from chalicelib.workers.stream import derive_facts
from testing.builders import event_document

AT = "2019-11-01T07:00:00.000000Z"


def registration(*history: dict[str, Any]) -> dict[str, Any]:
    return {"PK": "EVENT#e", "SK": "REG#r", "history": list(history)}


JOINED = {"fact": "joined", "at": AT, "needs": ["place"], "waiting_for": ["place"]}
PROMOTED = {"fact": "promoted", "at": AT, "needs": ["place"]}


def test_a_new_registration_says_its_first_fact() -> None:
    """Nothing before: every entry of the history is new."""
    assert derive_facts(None, registration(JOINED), AT) == [
        facts.Joined(
            event_id="e", registration_id="r", revision=1, at=AT, needs=("place",), waiting_for=("place",)
        )
    ]


def test_a_change_says_only_what_is_new() -> None:
    """Entries that the old image had are told already."""
    assert derive_facts(registration(JOINED), registration(JOINED, PROMOTED), AT) == [
        facts.Promoted(event_id="e", registration_id="r", revision=2, at=AT, needs=("place",))
    ]
    assert derive_facts(registration(JOINED), registration(JOINED), AT) == []


def test_what_is_brought_back_does_not_say_that_it_was_erased() -> None:
    """Its person has registered anew since; what has happened to them from then on is told."""
    erased = {"fact": "erased", "at": AT}
    assert [each.kind for each in derive_facts(registration(JOINED), registration(JOINED, erased), AT)] == [
        "erased"
    ]
    brought_back = derive_facts(None, registration(erased, erased, JOINED), AT)
    assert [(each.kind, getattr(each, "revision", 0)) for each in brought_back] == [("joined", 3)]


def test_other_items_speak_when_they_appear() -> None:
    """Requests speak once, when they are written; entries of the waitlist and mail records never."""
    asked = {"PK": "EVENT#e", "requested_at": AT}
    link = {**asked, "SK": "LINK#r#2019110107"}
    manifest = {**asked, "SK": "MANIFEST#000003", "version": 3, "status": "building"}
    sign_in = {"PK": "SIGNIN#s", "SK": "SIGNIN", "requested_at": AT, "by_mail": True}
    assert derive_facts(None, link, AT) == [
        facts.LinkRequested(event_id="e", at=AT, registration_id="r", request_id="2019110107")
    ]
    assert derive_facts(None, manifest, AT) == [facts.ManifestRequested(event_id="e", at=AT, version=3)]
    assert derive_facts(None, sign_in, AT) == [facts.SignInRequested(event_id="", at=AT, request_id="s")]
    for item in (link, manifest, sign_in):
        assert derive_facts(item, item, AT) == []
        assert derive_facts(item, None, AT) == []
    assert derive_facts(None, sign_in | {"by_mail": False}, AT) == []
    for key in ("WAIT#5#x#r", "MAIL#r.0001.confirmed", "EVENT", "PROGRAMME"):
        assert derive_facts(None, {"PK": "EVENT#e", "SK": key}, AT) == []


def event_item(version: int, **changes: Any) -> dict[str, Any]:
    document = event_document(**changes)
    return {"PK": "EVENT#e", "SK": "EVENT", "version": version, "document": json.dumps(document)}


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The previous values that the stream gives, of what has changed."""
    [said] = derive_facts(before, after, AT)
    return {name: was for name, was in asdict(said).items() if name.startswith("was_") and was}


def test_an_event_speaks_when_its_time_or_place_changes() -> None:
    """With what held before; another title, capacity or note on the way there is no news."""
    before = event_item(1)
    venue = {"name": "Ubbes Vinbar", "address": "Ny Vestergade 2, 1471 København K"}
    time: dict[str, Any] = {"was_starts_at": "2020-05-05T15:00", "was_ends_at": "2020-05-05T18:00"}
    place: dict[str, Any] = {"was_venue": "Ubbes Vinbar", "was_address": "Ny Vestergade 1, 1471 København K"}
    assert derive_facts(before, event_item(2, starts_at="2020-05-05T16:00", venue=venue), AT) == [
        facts.EventChanged(event_id="e", at=AT, version=2, **time, **place)
    ]
    assert changed(before, event_item(2, ends_at="2020-05-05T19:00")) == time
    assert changed(before, event_item(2, venue=venue)) == place
    note = {**event_document()["venue"], "note": {"da": "i kælderen", "en": "in the basement"}}
    for changes in ({}, {"title": {"da": "x", "en": "x"}}, {"venue": note}):
        assert derive_facts(before, event_item(2, **changes), AT) == []
    assert derive_facts(None, before, AT) == []


def test_an_event_speaks_of_the_journeys_and_stays_that_change() -> None:
    """Each as it was: changed, taken out, or not there before; another title or an airport's code is no news."""
    flight = {"name": "flight", "title": {"da": "Fly", "en": "Flight"}, "departs": "2020-05-05T07:10"}
    bus = {"name": "bus", "title": {"da": "Bus", "en": "Bus"}, "departs": "2020-05-05T08:15"}
    room = {"name": "room", "hotel": "Hotel", "check_in": "2020-05-05T15:00"}
    before = event_item(1, legs=[flight, bus], stays=[room])
    assert changed(before, event_item(2, legs=[flight | {"departs": "2020-05-05T08:10"}, bus], stays=[room])) == {
        "was_legs": {"flight": flight}
    }
    assert changed(before, event_item(2, legs=[bus, flight])) == {"was_stays": {"room": room}}
    assert changed(event_item(1, legs=[flight]), event_item(2, legs=[bus])) == {
        "was_legs": {"bus": {}, "flight": flight}
    }
    other_words = flight | {"title": {"da": "Flyet", "en": "The flight"}, "origin_code": "CPH"}
    assert derive_facts(before, event_item(2, legs=[bus, other_words], stays=[room | {"beds": 2}]), AT) == []


def test_a_round_speaks_for_each_of_its_pages() -> None:
    """When it begins and whenever it has come further, until it is done."""
    begun = {"PK": "EVENT#e", "SK": "ROUND#change-000002", "after": "", "state": "going"}
    further = begun | {"after": "r"}
    for old, new in ((None, begun), (begun, further)):
        assert derive_facts(old, new, AT) == [
            facts.BroadcastDue(event_id="e", at=AT, round_id="change-000002", after=new["after"])
        ]
    assert derive_facts(further, further | {"state": "done"}, AT) == []


def test_a_manifest_speaks_when_it_is_ready() -> None:
    """Once: what is marked about it later says nothing, nor that it failed."""
    asked = {"PK": "EVENT#e", "SK": "MANIFEST#000003", "version": 3, "status": "building"}
    ready = asked | {"status": "ready"}
    assert derive_facts(asked, ready, AT) == [facts.ManifestReady(event_id="e", at=AT, version=3)]
    assert derive_facts(ready, ready | {"sent": {}}, AT) == []
    assert derive_facts(asked, asked | {"status": "failed"}, AT) == []


PLACES = {"PK": "EVENT#e", "SK": "PLACES", "changes": 4, "line_length": 0, "freed": 2, "rested": 2}
SOMEBODY_WAITS = PLACES | {"line_length": 1}


def test_places_speak_when_something_is_freed_while_a_line_waits() -> None:
    """Each time, also before the lines have been looked at for the time before; not where none wait."""
    freed = SOMEBODY_WAITS | {"freed": 3, "changes": 5}
    again = freed | {"freed": 4, "changes": 6}
    assert derive_facts(SOMEBODY_WAITS, freed, AT) == [facts.Freed(event_id="e", at=AT, version=5)]
    assert derive_facts(freed, again, AT) == [facts.Freed(event_id="e", at=AT, version=6)]
    assert derive_facts(PLACES, PLACES | {"freed": 3, "changes": 5}, AT) == []
    assert derive_facts(None, freed, AT) == []


def test_places_speak_when_a_line_begins_that_was_never_settled() -> None:
    """Something was freed while none waited: those who wait now are settled. The lines that rest say nothing,
    nor do counters that move, nor that the lines were looked at."""
    freed = PLACES | {"freed": 3}
    waits = freed | {"line_length": 1, "changes": 5}
    assert derive_facts(freed, waits, AT) == [facts.Freed(event_id="e", at=AT, version=5)]
    assert derive_facts(waits, waits | {"line_length": 2, "changes": 6}, AT) == []
    assert derive_facts(waits, waits | {"rested": 3, "changes": 6}, AT) == []
    assert derive_facts(PLACES, SOMEBODY_WAITS | {"changes": 5}, AT) == []
