"""An event as its organiser sees it: what is taken, held and waited for, and the forms to change that."""

from datetime import datetime, timedelta
from typing import Any

from chalice.app import Request, Response

from chalicelib import clock
from chalicelib.language import Language
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import store
from chalicelib.registration.model import Places, Registration
from chalicelib.travel.lists.order import by_name
from chalicelib.web.http import requests, serializers
from chalicelib.web.organiser import due_dates, manifests, pages, tasks
from chalicelib.web.organiser.pages import Refused
from chalicelib.web.organiser.waiting import waiting

DOOR_OPENS = timedelta(hours=1)  #: before the event begins
SHOWN = 50  #: of those who have not come


def page(request: Request, event_id: str, refused: Refused | None = None) -> Response:
    """The page; with a refused form, what was wrong with it."""
    stored, language, now = programme_store.read_stored(event_id), requests.language(request), clock.now()
    event = stored.event
    places = store.places(event_id)
    rows, people = waiting(event, places, now, language)
    shown: dict[str, Any] = {
        "event": event,
        "version": stored.version,
        "titles": [(each.name, each.title.in_(language)) for each in event.allotments],
        "dates": due_dates.agreed(event, now, language),
        "is_open": event.is_open(now),
        "bars": bars(event, places, language),
        "holds": sorted((name, units) for name, units in places.holds.items() if any(units.values())),
        "waiting": rows,
        "people": people,
        "problems": tasks.shown(event_id, language),
        "manifest": manifests.newest(event_id),
        "absent": _absent(event, now),
        "shown": SHOWN,
    }
    if refused:
        return pages.page(request, "organiser/event.html", refused, **shown)
    return pages.live(request, "organiser/event.html", **shown)


def _absent(event: Event, now: datetime) -> list[Registration] | None:
    """Who has a place and has not come; None while nobody can have come."""
    if now < event.starts_at - DOOR_OPENS:
        return None
    return sorted((r for r in store.registrations(event.id, "confirmed") if not r.came_at), key=by_name)


WHOLE = 100  #: a bar's width


def bars(event: Event, places: Places, language: Language) -> list[dict[str, Any]]:
    """For each allotment its title, its counts, and of its bar the widths that are taken and held."""
    return [
        {"title": each.title.in_(language), **counts, **_widths(counts)}
        for each in event.allotments
        for counts in [serializers.counts_for_organiser(each.name, places)]
    ]


def _widths(counts: dict[str, Any]) -> dict[str, int]:
    """Whoever is in beyond the capacity takes what was free and held; what is taken at all can be seen."""
    units = max(counts["capacity"], counts["taken"] + counts["held"], 1)
    taken, held = (-(-WHOLE * counts[name] // units) for name in ("taken", "held"))
    return {"taken_width": taken, "held_width": min(held, WHOLE - taken)}
