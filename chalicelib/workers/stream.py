"""The table's stream, read as facts: what happened, derived from an old and a new image. Pure."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from chalicelib import facts
from chalicelib.aws import key_grammar, keys
from chalicelib.aws.keys import BroadcastKey, LinkRequestKey, MailboxKey, ManifestKey, RegistrationKey
from chalicelib.facts import (
    BroadcastDue,
    Erased,
    EventChanged,
    Fact,
    Freed,
    LinkRequested,
    LinksAsked,
    MailsDrawnTogether,
    ManifestReady,
    ManifestRequested,
    SignInRequested,
)
from chalicelib.histories.model import read_history

Image = dict[str, Any]

#: The fields of each leg and stay of whose changes travellers hear.
_TRAVEL_FIELDS = {
    "legs": ("carrier", "number", "origin", "destination", "departs", "arrives", "meeting_point"),
    "stays": ("hotel", "check_in", "check_out"),
}


def derive_facts(old: Image | None, new: Image | None, at: str) -> list[Fact]:
    """Return the facts of one change, in order.

    `at` is the change's own time, for items that do not carry one. A deleted item gives none: the flow that
    deleted it wrote a fact where it belongs.
    """
    if new is None:
        return []
    derive = _DERIVATIONS.get(key_grammar.parse_kind(new))
    return list(derive(old, new, at)) if derive else []


def _derive_registration_facts(old: Image | None, new: Image, _at: str) -> Iterator[Fact]:
    event_id, registration_id = keys.parse_event_id(new), keys.parse_registration_id(new)
    known = read_history(old).revision if old else 0
    for revision, entry in read_history(new).numbered_facts:
        # A restored registration gives all its facts again, which are duplicates to those who act on them; but not
        # an erasure, since its participant has registered anew.
        if revision > known and (old or entry["fact"] != Erased.kind):
            yield facts.from_history_entry(event_id, registration_id, revision, entry)


def _derive_freed(old: Image | None, new: Image, at: str) -> Iterator[Fact]:
    """Yield a fact each time that the lines need to be settled again; where none wait, none can be promoted."""
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
    if old is None or old["document"] == new["document"] or new.get("was_broken"):
        return  # what the last readable version said is in the broadcast of that change
    previous: dict[str, Any] = {}
    with suppress(ValueError, TypeError, KeyError, AttributeError):  # a document that is none tells nothing
        previous = _collect_previous_values(json.loads(old["document"]), json.loads(new["document"]))
    if previous:
        yield EventChanged(event_id=keys.parse_event_id(new), at=at, version=new["version"], **previous)


def _collect_previous_values(old: Image, new: Image) -> dict[str, Any]:
    """Return the previous values of what people have in their calendars and travel by.

    A note on how to find the venue is no change of venue.
    """
    previous: dict[str, Any] = {}
    if any(old[name] != new[name] for name in ("starts_at", "ends_at")):
        previous |= {"was_starts_at": old["starts_at"], "was_ends_at": old["ends_at"]}
    before, after = old["venue"], new["venue"]
    if any(before[name] != after[name] for name in ("name", "address")):
        previous |= {"was_venue": before["name"], "was_address": before["address"]}
    for kind, fields in _TRAVEL_FIELDS.items():
        if parts := _collect_changed_parts(old.get(kind, ()), new.get(kind, ()), fields):
            previous[f"was_{kind}"] = parts
    return previous


def _collect_changed_parts(old: Iterable[Image], new: Iterable[Image], fields: tuple[str, ...]) -> dict[str, Any]:
    """Return the changed parts, by name, as they were; an empty one where there was none."""
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
    if new["state"] == "going" and (old is None or _has_moved(old, new)):
        round_id = BroadcastKey.parse(new).broadcast_id
        resumed = int(new.get("resumed", 0))
        yield BroadcastDue(
            event_id=keys.parse_event_id(new), at=at, round_id=round_id, after=new["after"], resumed=resumed
        )


def _has_moved(old: Image, new: Image) -> bool:
    return any(old.get(name) != new.get(name) for name in ("after", "resumed"))


def _derive_manifest_facts(old: Image | None, new: Image, at: str) -> Iterator[Fact]:
    if old is None:
        yield ManifestRequested(event_id=keys.parse_event_id(new), at=new["requested_at"], version=new["version"])
    elif new["status"] == "ready" != old["status"]:
        yield ManifestReady(event_id=keys.parse_event_id(new), at=at, version=new["version"])


def _derive_sign_in_requested(old: Image | None, new: Image, _at: str) -> Iterator[Fact]:
    if old is None and new["by_mail"]:
        request_id = keys.parse_sign_in_id(new)
        yield SignInRequested(event_id="", at=new["requested_at"], request_id=request_id)


def _derive_links_asked(old: Image | None, new: Image, _at: str) -> Iterator[Fact]:
    if old is None:
        yield LinksAsked(event_id="", at=new["requested_at"], request_id=keys.parse_links_request_id(new))


def _derive_mails_drawn_together(old: Image | None, new: Image, _at: str) -> Iterator[Fact]:
    released_at = new.get("released_at")
    if released_at and (old is None or old.get("released_at") != released_at):
        yield MailsDrawnTogether(event_id="", at=released_at, mailbox=MailboxKey.parse(new).mailbox)


_DERIVATIONS = {
    RegistrationKey.KIND: _derive_registration_facts,
    keys.PLACES_KIND: _derive_freed,
    MailboxKey.KIND: _derive_mails_drawn_together,
    LinkRequestKey.KIND: _derive_link_requested,
    ManifestKey.KIND: _derive_manifest_facts,
    keys.EVENT_KIND: _derive_event_changed,
    BroadcastKey.KIND: _derive_broadcast_due,
    keys.LINKS_KIND: _derive_links_asked,
    keys.SIGN_IN_KIND: _derive_sign_in_requested,
}
