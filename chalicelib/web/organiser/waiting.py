"""Who waits at an event, in the order of the line, and why they still do."""

from datetime import datetime
from typing import Any

from chalicelib.language import N_, Language, translator
from chalicelib.programme import lines
from chalicelib.programme.model import Event
from chalicelib.registration import store
from chalicelib.registration.model import Places, WaitlistEntry
from chalicelib.registration.positions import places_in_line
from chalicelib.web.organiser.tasks import people

SHOWN = 50  #: entries on one page

_SITS_OUT = N_("Passed an offer on; is asked again when more is freed.")
_SHORT = N_("Too little is free: %(names)s.")
_BEGUN = N_("The event has begun, and the line moves no more.")
_DEADLINE = N_("No offers are made any more: you decide.")
_AHEAD = N_("What is free is on its way to those ahead.")


def waiting(event: Event, places: Places, now: datetime, language: Language) -> tuple[list[dict[str, Any]], int]:
    """The first who wait, each with their place in the line and the reason; and how many wait in all."""
    entries = store.waitlist(event.id)
    positions = places_in_line(entries, places)
    shown = entries[:SHOWN]
    found = people(event.id, (member for each in shown for member in each.members))
    rows = [
        {
            "people": [found[member] for member in each.members if member in found],
            "position": min(positions[member] for member in each.members),
            "waits_for": event.titles(places.waits_for(each.demand), language),
            "why": _why(each, event, places, now, language),
            "has_place": each.is_wish,
            "priority": int(each.rank.partition("#")[0]),
            "since": each.rank.partition("#")[2],
        }
        for each in shown
    ]
    return [row for row in rows if row["people"]], sum(each.people for each in entries)


def _why(entry: WaitlistEntry, event: Event, places: Places, now: datetime, language: Language) -> str:
    say = translator(language)
    if event.has_begun(now):
        return say(_BEGUN)
    if entry.sat_out >= places.released:
        return say(_SITS_OUT)
    if short := lines.shortage(places.free, entry.demand):
        return say(_SHORT) % {"names": event.titles(short, language)}
    deadline = event.waitlist.list_deadline
    offers_have_stopped = event.waitlist.mode == "offer" and deadline and now >= deadline
    return say(_DEADLINE) if offers_have_stopped else say(_AHEAD)
