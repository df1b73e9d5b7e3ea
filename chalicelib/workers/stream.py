"""The table's stream, read as facts: what a change from an old image to a new one says happened."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from chalicelib import facts
from chalicelib.aws import keys
from chalicelib.aws.keys import BroadcastKey, LinkRequestKey, ManifestKey, RegistrationKey
from chalicelib.facts import (
    BroadcastDue,
    Erased,
    EventChanged,
    Fact,
    Freed,
    LinkRequested,
    ManifestReady,
    ManifestRequested,
    SignInRequested,
)

Image = dict[str, Any]

#: What travellers are told of each leg and stay.
_TRAVEL_FIELDS = {
    "legs": ("carrier", "number", "origin", "destination", "departs", "arrives", "meeting_point"),
    "stays": ("hotel", "check_in", "check_out"),
}


def derive_facts(old: Image | None, new: Image | None, at: str) -> list[Fact]:
    """The facts, in order. `at` is the change's own time, for items that do not carry one.

    An item that goes says nothing: whatever took it away was written where it happened.
    """
    if new is None:
        return []
    read = _DERIVATIONS.get(keys.parse_kind(new))
    return list(read(old, new, at)) if read else []


def _derive_registration_facts(old: Image | None, new: Image, _at: str) -> Iterator[Fact]:
    known = len(old["history"]) if old else 0
    for place, written in enumerate(new["history"][known:], start=known + 1):
        # One that was lost and brought back tells all of it anew, which those who hear it know; but not that its
        # person was erased, who has registered anew since.
        if old or written["fact"] != Erased.kind:
            yield facts.from_history_entry(
                keys.parse_event_id(new), keys.parse_registration_id(new), place, written
            )


def _derive_freed(old: Image | None, new: Image, at: str) -> Iterator[Fact]:
    """Told each time that the lines are to be looked at anew, by whatever was done: where nobody waits, nobody is
    to be helped."""
    if old and _is_unsettled(new) and (old["freed"] != new["freed"] or not _is_unsettled(old)):
        yield Freed(event_id=keys.parse_event_id(new), at=at, version=new["changes"])


def _is_unsettled(places: Image) -> bool:
    return bool(places["line_length"] > 0 and places["rested"] != places["freed"])


def _derive_link_requested(old: Image | None, new: Image, _at: str) -> Iterator[Fact]:
    if old is None:
        key = LinkRequestKey.parse(new)
        yield LinkRequested(
            event_id=keys.parse_event_id(new),
            at=new["requested_at"],
            registration_id=key.registration_id,
            request_id=key.request_id,
        )


def _derive_event_changed(old: Image | None, new: Image, at: str) -> Iterator[Fact]:
    if old is None or old["document"] == new["document"]:
        return
    was = _collect_previous_values(json.loads(old["document"]), json.loads(new["document"]))
    if was:
        yield EventChanged(event_id=keys.parse_event_id(new), at=at, version=new["version"], **was)


def _collect_previous_values(old: Image, new: Image) -> dict[str, Any]:
    """Of what people have in their calendars and travel by, what has changed; a note on how to find the place is
    no other place."""
    was: dict[str, Any] = {}
    if any(old[name] != new[name] for name in ("starts_at", "ends_at")):
        was |= {"was_starts_at": old["starts_at"], "was_ends_at": old["ends_at"]}
    before, after = old["venue"], new["venue"]
    if any(before[name] != after[name] for name in ("name", "address")):
        was |= {"was_venue": before["name"], "was_address": before["address"]}
    for kind, told in _TRAVEL_FIELDS.items():
        if parts := _collect_changed_parts(old.get(kind, ()), new.get(kind, ()), told):
            was[f"was_{kind}"] = parts
    return was


def _collect_changed_parts(old: Iterable[Image], new: Iterable[Image], fields: tuple[str, ...]) -> dict[str, Any]:
    """The parts, by name, that people are now told otherwise, as they were; an empty one where there was none."""
    before, after = ({part["name"]: part for part in parts} for parts in (old, new))
    names = sorted(before.keys() | after.keys())
    return {
        name: before.get(name, {})
        for name in names
        if _select_fields(before, name, fields) != _select_fields(after, name, fields)
    }


def _select_fields(parts: dict[str, Image], name: str, fields: tuple[str, ...]) -> list[Any] | None:
    return [parts[name].get(field) for field in fields] if name in parts else None


def _derive_broadcast_due(old: Image | None, new: Image, at: str) -> Iterator[Fact]:
    if new["state"] == "going" and (old is None or old["after"] != new["after"]):
        round_id = BroadcastKey.parse(new).broadcast_id
        yield BroadcastDue(event_id=keys.parse_event_id(new), at=at, round_id=round_id, after=new["after"])


def _derive_manifest_facts(old: Image | None, new: Image, at: str) -> Iterator[Fact]:
    if old is None:
        yield ManifestRequested(event_id=keys.parse_event_id(new), at=new["requested_at"], version=new["version"])
    elif new["status"] == "ready" != old["status"]:
        yield ManifestReady(event_id=keys.parse_event_id(new), at=at, version=new["version"])


def _derive_sign_in_requested(old: Image | None, new: Image, _at: str) -> Iterator[Fact]:
    if old is None and new["by_mail"]:
        request_id = keys.parse_sign_in_id(new)
        yield SignInRequested(event_id="", at=new["requested_at"], request_id=request_id)


_DERIVATIONS = {
    RegistrationKey.KIND: _derive_registration_facts,
    keys.PLACES_KIND: _derive_freed,
    LinkRequestKey.KIND: _derive_link_requested,
    ManifestKey.KIND: _derive_manifest_facts,
    keys.EVENT_KIND: _derive_event_changed,
    BroadcastKey.KIND: _derive_broadcast_due,
    keys.SIGN_IN_KIND: _derive_sign_in_requested,
}
