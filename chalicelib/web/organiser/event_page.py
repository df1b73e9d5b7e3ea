"""An event as its organiser sees it: what is taken, held and waited for, and the forms to change that."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib import clock
from chalicelib.language import Language
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import store
from chalicelib.registration.model import Places, Registration
from chalicelib.travel.lists.order import build_name_key
from chalicelib.web.http import requests, serializers
from chalicelib.web.http.framework import Request, Response
from chalicelib.web.organiser import due_dates, manifests, pages, tasks
from chalicelib.web.organiser.pages import RejectedForm
from chalicelib.web.organiser.waiting import list_waiting

CHECK_IN_LEAD_TIME = timedelta(hours=1)  #: before the event begins
MAX_SHOWN = 50  #: of those who have not come


def render_page(request: Request, event_id: str, rejected: RejectedForm | None = None) -> Response:
    """The page; with a refused form, what was wrong with it."""
    stored, language, now = (
        programme_store.read_current(event_id),
        requests.negotiate_language(request),
        clock.now(),
    )
    event = stored.event
    places = store.read_places(event_id)
    rows, people = list_waiting(event, places, now, language)
    context: dict[str, Any] = {
        "event": event,
        "version": stored.version,
        "allotment_titles": [(each.name, each.title.in_(language)) for each in event.allotments],
        "dates": due_dates.list_agreed(event, now, language),
        "is_open": event.is_registration_open(now),
        "bars": build_bars(event, places, language),
        "holds": sorted((name, units) for name, units in places.holds.items() if any(units.values())),
        "waiting": rows,
        "people": people,
        "open_tasks": tasks.list_tasks(event_id, language),
        "manifest": manifests.find_newest(event_id),
        "absent": _list_absent(event, now),
        "max_shown": MAX_SHOWN,
    }
    if rejected:
        return pages.render_page(request, "organiser/event.html", rejected, **context)
    return pages.render_live_page(request, "organiser/event.html", **context)


def _list_absent(event: Event, now: datetime) -> list[Registration] | None:
    """Who has a place and has not come; None while nobody can have come."""
    if now < event.starts_at - CHECK_IN_LEAD_TIME:
        return None
    return sorted(
        (r for r in store.list_registrations(event.id, "confirmed") if not r.checked_in_at), key=build_name_key
    )


FULL_WIDTH = 100  #: a bar's width


def build_bars(event: Event, places: Places, language: Language) -> list[dict[str, Any]]:
    """For each allotment its title, its counts, and of its bar the widths that are taken and held."""
    return [
        {"title": each.title.in_(language), **counts, **_compute_widths(counts)}
        for each in event.allotments
        for counts in [serializers.serialize_counts_for_organiser(each.name, places)]
    ]


def _compute_widths(counts: dict[str, Any]) -> dict[str, int]:
    """Whoever is in beyond the capacity takes what was free and held; what is taken at all can be seen."""
    units = max(counts["capacity"], counts["taken"] + counts["held"], 1)
    taken, held = (-(-FULL_WIDTH * counts[name] // units) for name in ("taken", "held"))
    return {"taken_width": taken, "held_width": min(held, FULL_WIDTH - taken)}
