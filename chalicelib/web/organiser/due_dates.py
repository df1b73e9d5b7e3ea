"""The due dates of an event, for its organiser."""

from datetime import datetime
from typing import Any

from chalicelib.broadcasts.deadlines import Deadline, list_deadlines
from chalicelib.language import N_, Language, get_translator
from chalicelib.programme.model import Event
from chalicelib.travel.lists.checks import ASSISTANCE_NOTICE

_TITLES = {"names": N_("The airline wants the names by"), "rooms": N_("The hotel wants names and rooms by")}
_STATE_LABELS = {"ahead": "", "near": N_("soon"), "passed": N_("passed")}
DueDate = dict[str, Any]


def list_agreed(event: Event, now: datetime, language: Language) -> list[DueDate]:
    """List the deadlines agreed with airline and hotel, in order: title, moment, and whether near or passed."""
    return [
        _build_due_date(_format_title(each, language), each.at, each.state_at(now), language)
        for each in list_deadlines(event)
    ]


def list_all(event: Event, now: datetime, language: Language) -> list[DueDate]:
    """List all due dates that matter for the lists, in order."""
    say = get_translator(language)
    flights = [leg.departs for leg in event.legs if leg.kind == "flight"]
    dates = {
        N_("Registration closes"): event.registration_closes_at,
        N_("No offers from the waitlist from"): event.waitlist.list_deadline,
        N_("The airline hears of assistance by"): min(flights) - ASSISTANCE_NOTICE if flights else None,
        N_("The event begins"): event.starts_at,
    }
    others = [
        _build_due_date(say(title), at, "passed" if now >= at else "ahead", language)
        for title, at in dates.items()
        if at
    ]
    return sorted([*list_agreed(event, now, language), *others], key=lambda due: due["at"])


def _build_due_date(title: str, at: datetime, state: str, language: Language) -> DueDate:
    label = _STATE_LABELS[state]
    return {"title": title, "at": at, "state": get_translator(language)(label) if label else ""}


def _format_title(deadline: Deadline, language: Language) -> str:
    if deadline.title is None:
        return get_translator(language)(_TITLES[deadline.kind])
    return get_translator(language)(N_("Until then: %(what)s")) % {"what": deadline.title.in_(language)}
