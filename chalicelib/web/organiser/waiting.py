"""The waitlist of an event for its organiser: the entries in order, each with the reason why it waits."""

from datetime import datetime
from typing import Any

from chalicelib.aws import waitlist_keys
from chalicelib.language import N_, Language, get_translator
from chalicelib.programme import lines
from chalicelib.programme.model import Event
from chalicelib.registration import store
from chalicelib.registration.model import Places, WaitlistEntry
from chalicelib.registration.positions import compute_positions
from chalicelib.web.organiser.tasks import find_registrations

MAX_SHOWN = 50  #: entries on one page

_PASSED_OFFER = N_("Passed an offer on; is asked again when more is freed.")
_SHORTAGE = N_("Too little is free: %(names)s.")
_EVENT_BEGUN = N_("The event has begun, and the line moves no more.")
_OFFERS_STOPPED = N_("No offers are made any more: you decide.")
_OTHERS_AHEAD = N_("What is free is on its way to those ahead.")


def list_waiting(
    event: Event, places: Places, now: datetime, language: Language
) -> tuple[list[dict[str, Any]], int]:
    """List the first entries with their position and the reason; return also how many people wait in all."""
    entries = store.read_waitlist(event.id)
    positions = compute_positions(entries, places)
    first = entries[:MAX_SHOWN]
    registrations = find_registrations(event.id, (member for each in first for member in each.members))
    rows = [
        {
            "people": [registrations[member] for member in each.members if member in registrations],
            "position": min(positions[member] for member in each.members),
            "awaited": event.join_titles(places.list_awaited(each.demand), language),
            "explanation": _explain_waiting(each, event, places, now, language),
            "has_place": each.is_wish,
            "priority": waitlist_keys.parse_rank(each.rank).priority,
            "since": each.joined_at,
        }
        for each in first
    ]
    return [row for row in rows if row["people"]], sum(each.people_count for each in entries)


def _explain_waiting(entry: WaitlistEntry, event: Event, places: Places, now: datetime, language: Language) -> str:
    say = get_translator(language)
    if event.has_begun(now):
        return say(_EVENT_BEGUN)
    if entry.awaits_release(places.release_revision):
        return say(_PASSED_OFFER)
    if shortage := lines.find_shortage(places.free, entry.demand):
        return say(_SHORTAGE) % {"names": event.join_titles(shortage, language)}
    deadline = event.waitlist.list_deadline
    offers_have_stopped = event.waitlist.mode == "offer" and deadline and now >= deadline
    return say(_OFFERS_STOPPED) if offers_have_stopped else say(_OTHERS_AHEAD)
