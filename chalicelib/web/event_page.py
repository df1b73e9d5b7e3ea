"""An event as its organiser sees it: what is taken, held and waited for, and the forms to change that."""

from datetime import datetime, timedelta
from typing import Any

from chalice.app import Request, Response

from chalicelib import clock
from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from chalicelib.registration import store
from chalicelib.registration.model import Registration
from chalicelib.travel.order import by_name
from chalicelib.web import bars, due_dates, manifests, organiser_pages, reading, todo
from chalicelib.web.organiser_pages import Refused
from chalicelib.web.waiting import waiting

DOOR_OPENS = timedelta(hours=1)  #: before the event begins
SHOWN = 50  #: of those who have not come


def page(request: Request, event_id: str, refused: Refused | None = None) -> Response:
    """The page; with a refused form, what was wrong with it."""
    stored, language, now = programme_store.read_stored(event_id), reading.language(request), clock.now()
    event = stored.event
    places = store.places(event_id)
    rows, people = waiting(event, places, now, language)
    shown: dict[str, Any] = {
        "event": event,
        "version": stored.version,
        "titles": [(each.name, each.title.in_(language)) for each in event.allotments],
        "dates": due_dates.agreed(event, now, language),
        "is_open": event.is_open(now),
        "bars": bars.bars(event, places, language),
        "holds": sorted((name, units) for name, units in places.holds.items() if any(units.values())),
        "waiting": rows,
        "people": people,
        "problems": todo.shown(event_id, language),
        "manifest": manifests.newest(event_id),
        "absent": _absent(event, now),
        "shown": SHOWN,
    }
    if refused:
        return organiser_pages.page(request, "event.html", refused, **shown)
    return organiser_pages.live(request, "event.html", **shown)


def _absent(event: Event, now: datetime) -> list[Registration] | None:
    """Who has a place and has not come; None while nobody can have come."""
    if now < event.starts_at - DOOR_OPENS:
        return None
    return sorted((r for r in store.registrations(event.id, "confirmed") if not r.came_at), key=by_name)
