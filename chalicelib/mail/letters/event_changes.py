"""The letter about what an organiser has changed: the event's time or place, or somebody's journey."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from chalicelib.facts import ToldOfChange
from chalicelib.language import Language, translator
from chalicelib.mail.letters.context import cancel_in_time, title
from chalicelib.mail.letters.itinerary import leg_lines, place, stay_lines
from chalicelib.mail.letters.letter import Letter
from chalicelib.programme import dates
from chalicelib.programme.model import Event, Leg, Stay, Venue
from chalicelib.registration.model import Registration

_Row = tuple[str, str]
_Part = TypeVar("_Part", Leg, Stay)


def differs(fact: ToldOfChange, event: Event, registration: Registration) -> bool:
    """Whether the event, as it is now, is still another for them than before the change."""
    return bool(_of_event(fact, event, "en") or _of_travel(fact, event, registration))


def gone(fact: ToldOfChange, event: Event, registration: Registration) -> tuple[Leg, ...]:
    """The departures of theirs that are no longer part of the event."""
    there = {leg.name for leg in event.legs}
    return tuple(
        Leg.model_validate(was)
        for name, was in fact.was_legs.items()
        if was and name not in there and name in registration.needs
    )


def told_of_change(plain: Letter, fact: ToldOfChange, event: Event, registration: Registration) -> Letter:
    """What was, and what is now."""
    _ = translator(plain.language)
    of_event, of_travel = _of_event(fact, event, plain.language), _of_travel(fact, event, registration)
    if of_event:
        news = _("The time or the place of “%(title)s” has changed. Here is what was, and what is now.")
    else:
        news = _("Your journey or your stay for “%(title)s” has changed. Here is what was, and what is now.")
    return replace(
        plain,
        subject=_("Changed: %(title)s") % title(event, plain.language),
        paragraphs=(news % title(event, plain.language), *_how_it_stands(event, registration, plain.language)),
        details=((_("Event"), event.title.in_(plain.language)), *of_event, *of_travel),
    )


def _how_it_stands(event: Event, registration: Registration, language: Language) -> Sequence[str]:
    _ = translator(language)
    if registration.status == "offered":
        return (_("The offer that you have stands as before."),)
    if registration.status == "waiting":
        stands = _("You are on the waitlist as before. If it no longer suits you, leave it with the link below.")
        return (stands,)
    if {leg.name for leg in event.legs} & set(registration.needs):
        files = _("The attached calendar files change the entries that are in your calendar already.")
    else:
        files = _("The attached calendar file changes the entry that is in your calendar already.")
    return (files, cancel_in_time(language))


def _of_event(fact: ToldOfChange, event: Event, language: Language) -> list[_Row]:
    _ = translator(language)
    rows = []
    if fact.was_starts_at:
        was = datetime.fromisoformat(fact.was_starts_at), datetime.fromisoformat(fact.was_ends_at)
        if was != (event.starts_at, event.ends_at):
            rows.append((_("Time before"), dates.span(*was, language)))
            rows.append((_("Time now"), dates.span(event.starts_at, event.ends_at, language)))
    if fact.was_venue and (fact.was_venue, fact.was_address) != (event.venue.name, event.venue.address):
        rows.append((_("Place before"), place(Venue(name=fact.was_venue, address=fact.was_address))))
        rows.append((_("Place now"), place(event.venue)))
    return rows


def _of_travel(fact: ToldOfChange, event: Event, registration: Registration) -> list[_Row]:
    """Of the legs and stays that are theirs."""
    if registration.status not in ("confirmed", "offered"):
        return []
    language, rows = registration.attendee.language, list[_Row]()
    for name, written in fact.was_legs.items():
        if name in registration.needs:
            leg = Leg.model_validate(written) if written else None
            rows += _told(leg, _named(name, event.legs), _leg, language)
    for name, written in fact.was_stays.items():
        if name in registration.needs:
            stay = Stay.model_validate(written) if written else None
            rows += _told(stay, _named(name, event.stays), _stay, language)
    return rows


def _named(name: str, parts: Sequence[_Part]) -> _Part | None:
    return next((part for part in parts if part.name == name), None)


def _told(
    before: _Part | None, now: _Part | None, say: Callable[[_Part, Language], str], language: Language
) -> Iterator[_Row]:
    """What was said of it and what is; nothing where that is the same."""
    _ = translator(language)
    was, says = (say(part, language) if part else "" for part in (before, now))
    known = now or before
    if known is None or was == says:
        return
    what = {"what": known.title.in_(language)}
    if was:
        yield _("%(what)s before") % what, was
    yield _("%(what)s now") % what, says or _("no longer part of the event")


def _leg(leg: Leg, language: Language) -> str:
    return _on(leg.departs, leg_lines(leg, language), language)


def _stay(stay: Stay, language: Language) -> str:
    return _on(stay.check_in, stay_lines(stay, language), language)


def _on(day: datetime, lines: Sequence[str], language: Language) -> str:
    return f"{dates.day(day, language)}: {'. '.join(lines)}"
