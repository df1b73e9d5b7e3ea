"""The table's stream, read as facts: what a change from an old image to a new one says happened."""

import json
from collections.abc import Iterator
from typing import Any

from chalicelib import facts, keys
from chalicelib.facts import (
    CapacityChanged,
    EventChanged,
    Fact,
    LinkRequested,
    ManifestReady,
    ManifestRequested,
    RoundDue,
    SignInRequested,
)

Image = dict[str, Any]


def facts_of(old: Image | None, new: Image | None, at: str) -> list[Fact]:
    """The facts, in order. `at` is the change's own time, for items that do not carry one.

    An item that goes says nothing: whatever took it away was written where it happened.
    """
    if new is None:
        return []
    read = _READERS.get(new["SK"].partition("#")[0])
    return list(read(old, new, at)) if read else []


def _registration(old: Image | None, new: Image, _at: str) -> Iterator[Fact]:
    known = len(old["history"]) if old else 0
    for place, written in enumerate(new["history"][known:], start=known + 1):
        yield facts.from_entry(keys.event_id(new), keys.registration_id(new), place, written)


def _places(old: Image | None, new: Image, at: str) -> Iterator[Fact]:
    """Whoever gives something back says so in its own history: what else may help those who wait is told here."""
    if old and (old["capacity"] != new["capacity"] or _released_by_nobody(old, new)):
        yield CapacityChanged(event_id=keys.event_id(new), at=at, version=new["changes"])


def _released_by_nobody(old: Image, new: Image) -> bool:
    return bool(old["released"] != new["released"] and old["taken"] == new["taken"])


def _link_request(old: Image | None, new: Image, _at: str) -> Iterator[Fact]:
    if old is None:
        _, registration_id, request_id = new["SK"].split("#")
        yield LinkRequested(
            event_id=keys.event_id(new),
            at=new["requested_at"],
            registration_id=registration_id,
            request_id=request_id,
        )


def _event(old: Image | None, new: Image, at: str) -> Iterator[Fact]:
    if old is None or old["document"] == new["document"]:
        return
    before = _time_and_place(old)
    if before != _time_and_place(new):
        yield EventChanged(event_id=keys.event_id(new), at=at, version=new["version"], **before)


def _time_and_place(item: Image) -> dict[str, str]:
    """What people have in their calendars; a note on how to find the place is no other place."""
    document = json.loads(item["document"])
    return {
        "was_starts_at": document["starts_at"],
        "was_ends_at": document["ends_at"],
        "was_venue": document["venue"]["name"],
        "was_address": document["venue"]["address"],
    }


def _round(old: Image | None, new: Image, at: str) -> Iterator[Fact]:
    if new["state"] == "going" and (old is None or old["after"] != new["after"]):
        round_id = new["SK"].removeprefix("ROUND#")
        yield RoundDue(event_id=keys.event_id(new), at=at, round_id=round_id, after=new["after"])


def _manifest(old: Image | None, new: Image, at: str) -> Iterator[Fact]:
    if old is None:
        yield ManifestRequested(event_id=keys.event_id(new), at=new["requested_at"], version=new["version"])
    elif new["status"] == "ready" != old["status"]:
        yield ManifestReady(event_id=keys.event_id(new), at=at, version=new["version"])


def _sign_in(old: Image | None, new: Image, _at: str) -> Iterator[Fact]:
    if old is None and new["by_mail"]:
        request_id = new["PK"].removeprefix("SIGNIN#")
        yield SignInRequested(event_id="", at=new["requested_at"], request_id=request_id)


_READERS = {
    "REG": _registration,
    "PLACES": _places,
    "LINK": _link_request,
    "MANIFEST": _manifest,
    "EVENT": _event,
    "ROUND": _round,
    "SIGNIN": _sign_in,
}
