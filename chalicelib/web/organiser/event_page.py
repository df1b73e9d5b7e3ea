"""The organiser's page of an event: its counts, its waitlist, its tasks, and the forms to change them."""

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
MAX_SHOWN = 50  #: names of the absent on the page


def render_page(request: Request, event_id: str, rejected: RejectedForm | None = None) -> Response:
    """Render the page; with a rejected form, its problem and its values."""
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
    """List the confirmed who have not come, by name; None before check-in begins."""
    if now < event.starts_at - CHECK_IN_LEAD_TIME:
        return None
    return sorted(
        (r for r in store.list_registrations(event.id, "confirmed") if not r.checked_in_at), key=build_name_key
    )


FULL_WIDTH = 100  #: a bar's width


def build_bars(event: Event, places: Places, language: Language) -> list[dict[str, Any]]:
    """Build for each allotment its title, its counts, and the widths of its bar that are taken and held."""
    return [
        {"title": each.title.in_(language), **counts, **_compute_widths(counts)}
        for each in event.allotments
        for counts in [serializers.serialize_counts_for_organiser(each.name, places)]
    ]


def _compute_widths(counts: dict[str, Any]) -> dict[str, int]:
    """Compute the widths; overbooked units shrink what is held, and a single taken unit can still be seen."""
    units = max(counts["capacity"], counts["taken"] + counts["held"], 1)
    taken, held = (-(-FULL_WIDTH * counts[name] // units) for name in ("taken", "held"))
    return {"taken_width": taken, "held_width": min(held, FULL_WIDTH - taken)}
