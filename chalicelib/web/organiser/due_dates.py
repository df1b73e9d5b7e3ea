"""When what is due at an event, as its organiser sees it."""

from datetime import datetime
from typing import Any

from chalicelib.broadcasts.deadlines import Deadline, deadlines
from chalicelib.language import N_, Language, translator
from chalicelib.programme.model import Event
from chalicelib.travel.lists.checks import ASSISTANCE_BY

_TITLES = {"names": N_("The airline wants the names by"), "rooms": N_("The hotel wants names and rooms by")}
_STATES = {"ahead": "", "near": N_("soon"), "passed": N_("passed")}
Due = dict[str, Any]


def agreed(event: Event, now: datetime, language: Language) -> list[Due]:
    """What is agreed with airline and hotel, in order: what, when, and whether it is near or passed."""
    return [_due(_title(each, language), each.at, each.state(now), language) for each in deadlines(event)]


def all_of(event: Event, now: datetime, language: Language) -> list[Due]:
    """All that the lists have to keep up with, in order."""
    say = translator(language)
    flights = [leg.departs for leg in event.legs if leg.kind == "flight"]
    dates = {
        N_("Registration closes"): event.registration.closes_at,
        N_("No offers from the waitlist from"): event.waitlist.list_deadline,
        N_("The airline hears of assistance by"): min(flights) - ASSISTANCE_BY if flights else None,
        N_("The event begins"): event.starts_at,
    }
    others = [
        _due(say(title), at, "passed" if now >= at else "ahead", language) for title, at in dates.items() if at
    ]
    return sorted([*agreed(event, now, language), *others], key=lambda due: due["at"])


def _due(title: str, at: datetime, state: str, language: Language) -> Due:
    said = _STATES[state]
    return {"title": title, "at": at, "state": translator(language)(said) if said else ""}


def _title(deadline: Deadline, language: Language) -> str:
    if deadline.title is None:
        return translator(language)(_TITLES[deadline.kind])
    return translator(language)(N_("Until then: %(what)s")) % {"what": deadline.title.in_(language)}
