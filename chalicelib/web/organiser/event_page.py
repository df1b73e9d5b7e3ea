"""The organiser's page of an event: its counts, its waitlist, its tasks, and the forms to change them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib import clock
from chalicelib.language import N_, Language, get_translator
from chalicelib.problems import WouldDelete
from chalicelib.programme import purge_schedule
from chalicelib.programme import store as programme_store
from chalicelib.programme.dates import format_date_time
from chalicelib.programme.model import Event, RetentionStage, to_local
from chalicelib.registration import store
from chalicelib.registration.model import Places, Registration
from chalicelib.retention import would_delete
from chalicelib.travel.lists.order import build_name_key
from chalicelib.web.http import requests, serializers
from chalicelib.web.http.framework import Request, Response
from chalicelib.web.organiser import broken_event, event_labels, manifests, pages, tasks
from chalicelib.web.organiser.pages import ConfirmationTexts, PagePath, RejectedForm
from chalicelib.web.organiser.waiting import list_waiting

CHECK_IN_LEAD_TIME = timedelta(hours=1)  #: before the event begins
MAX_SHOWN = 50  #: names of the absent on the page


def render_page(request: Request, event_id: str, rejected: RejectedForm | None = None) -> Response:
    """Render the page; with a rejected form, its problem and its values. Of a broken event, the page of that."""
    stored, language, now = (
        programme_store.read_document(event_id),
        requests.negotiate_language(request),
        clock.now(),
    )
    event = stored.event
    if event is None:
        return broken_event.render_page(request, stored)
    places = store.read_places(event_id)
    rows, people = list_waiting(event, places, now, language)
    context: dict[str, Any] = {
        "event": event,
        "version": stored.version,
        "allotment_titles": [(each.name, each.title.in_(language)) for each in event.allotments],
        "pending_deletion": find_pending_deletion(event, now, language),
        "dates": event_labels.list_agreed_due_dates(event, now, language),
        "is_open": event.is_registration_open(now),
        "bars": build_bars(event, places, language),
        "holds": sorted((name, units) for name, units in places.holds.items() if any(units.values())),
        "waiting": rows,
        "people": people,
        "not_me": places.not_me,
        "open_tasks": tasks.list_tasks(event_id, language),
        "manifest": manifests.find_newest(event_id),
        "absent": _list_absent(event, now),
        "max_shown": MAX_SHOWN,
    }
    if rejected:
        return pages.render_page(request, "organiser/event.html", rejected, **context)
    return pages.render_live_page(request, "organiser/event.html", **context)


@dataclass(frozen=True)
class PendingDeletion:
    """What a change of the event made due soon, each stage with its text and moment, and what to go back to."""

    stages: list[tuple[str, datetime]]
    undo_version: int


_STAGE_TEXTS: dict[RetentionStage, str] = {
    "health": N_("what is held about food and assistance"),
    "travel": N_("what only the journey needed: name on the card, room, emergency contact, bookings"),
    "people": N_("everything about all participants, for good"),
}
_CONFIRM_DELETION = ConfirmationTexts(
    question=N_("Delete what is held about people?"),
    consequence=N_(
        "With these dates this would be deleted: %(stages)s. Nothing goes before then, and until then the event’s"
        " page offers to undo it. If the dates are a slip, go back and put them right."
    ),
    button=N_("Save, and delete it then"),
)
_STAGE_TO_DELETE = N_("%(when)s: %(what)s (people: %(people)s)")


def find_pending_deletion(event: Event, now: datetime, language: Language) -> PendingDeletion | None:
    """Find what is to be deleted because a change of the event brought it forward; None where nothing is."""
    schedule, say = purge_schedule.read_schedule(event), get_translator(language)
    pending = schedule.list_pending(now)
    deletions = would_delete.list_deletions(event.id, pending) if pending else []
    stages = [(say(_STAGE_TEXTS[each.stage]), to_local(pending[each.stage])) for each in deletions]
    return PendingDeletion(stages, schedule.undo_version) if stages else None


def render_deletion_question(
    request: Request, event_id: str, problem: WouldDelete, submitted: dict[str, str], action: PagePath
) -> Response:
    """Ask before a change is saved by which personal data would soon be deleted."""
    language = requests.negotiate_language(request)
    say = get_translator(language)
    stages = "; ".join(
        say(_STAGE_TO_DELETE)
        % {
            "what": say(_STAGE_TEXTS[each["stage"]]),
            "people": each["people"],
            "when": format_date_time(datetime.fromisoformat(each["at"]), language),
        }
        for each in problem.extensions["would_delete"]
    )
    back = ("events", event_id)
    return pages.render_confirmation(request, _CONFIRM_DELETION, problem, submitted, action, back, stages=stages)


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
