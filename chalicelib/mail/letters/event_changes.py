"""The letter about what an organiser has changed: the event's time or place, or somebody's journey."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from chalicelib.facts import ToldOfChange
from chalicelib.language import Language, get_translator
from chalicelib.mail.letters.context import build_cancel_early_paragraph, build_title_parameter
from chalicelib.mail.letters.itinerary import describe_leg, describe_stay, format_venue
from chalicelib.mail.letters.letter import Letter
from chalicelib.programme import dates
from chalicelib.programme.model import Event, Leg, Stay, Venue
from chalicelib.registration.model import Registration

_Row = tuple[str, str]
_LegOrStay = TypeVar("_LegOrStay", Leg, Stay)


def has_changes(fact: ToldOfChange, event: Event, registration: Registration) -> bool:
    """Whether the event, as it is now, is still another for them than before the change."""
    return bool(_list_event_changes(fact, event, "en") or _list_travel_changes(fact, event, registration))


def find_removed_legs(fact: ToldOfChange, event: Event, registration: Registration) -> tuple[Leg, ...]:
    """The departures of theirs that are no longer part of the event."""
    there = {leg.name for leg in event.legs}
    return tuple(
        Leg.model_validate(was)
        for name, was in fact.was_legs.items()
        if was and name not in there and name in registration.needs
    )


def build_event_changed_letter(
    base: Letter, fact: ToldOfChange, event: Event, registration: Registration
) -> Letter:
    """What was, and what is now."""
    _ = get_translator(base.language)
    of_event, of_travel = (
        _list_event_changes(fact, event, base.language),
        _list_travel_changes(fact, event, registration),
    )
    if of_event:
        news = _("The time or the place of “%(title)s” has changed. Here is what was, and what is now.")
    else:
        news = _("Your journey or your stay for “%(title)s” has changed. Here is what was, and what is now.")
    return replace(
        base,
        subject=_("Changed: %(title)s") % build_title_parameter(event, base.language),
        paragraphs=(
            news % build_title_parameter(event, base.language),
            *_build_status_paragraphs(event, registration, base.language),
        ),
        details=((_("Event"), event.title.in_(base.language)), *of_event, *of_travel),
    )


def _build_status_paragraphs(event: Event, registration: Registration, language: Language) -> Sequence[str]:
    _ = get_translator(language)
    if registration.status == "offered":
        return (_("The offer that you have stands as before."),)
    if registration.status == "waiting":
        stands = _("You are on the waitlist as before. If it no longer suits you, leave it with the link below.")
        return (stands,)
    if {leg.name for leg in event.legs} & set(registration.needs):
        files = _("The attached calendar files change the entries that are in your calendar already.")
    else:
        files = _("The attached calendar file changes the entry that is in your calendar already.")
    return (files, build_cancel_early_paragraph(language))


def _list_event_changes(fact: ToldOfChange, event: Event, language: Language) -> list[_Row]:
    _ = get_translator(language)
    rows = []
    if fact.was_starts_at:
        was = datetime.fromisoformat(fact.was_starts_at), datetime.fromisoformat(fact.was_ends_at)
        if was != (event.starts_at, event.ends_at):
            rows.append((_("Time before"), dates.format_period(*was, language)))
            rows.append((_("Time now"), dates.format_period(event.starts_at, event.ends_at, language)))
    if fact.was_venue and (fact.was_venue, fact.was_address) != (event.venue.name, event.venue.address):
        rows.append((_("Place before"), format_venue(Venue(name=fact.was_venue, address=fact.was_address))))
        rows.append((_("Place now"), format_venue(event.venue)))
    return rows


def _list_travel_changes(fact: ToldOfChange, event: Event, registration: Registration) -> list[_Row]:
    """Of the legs and stays that are theirs."""
    if registration.status not in ("confirmed", "offered"):
        return []
    language, rows = registration.attendee.language, list[_Row]()
    for name, written in fact.was_legs.items():
        if name in registration.needs:
            leg = Leg.model_validate(written) if written else None
            rows += _compare(leg, _find_by_name(name, event.legs), _summarize_leg, language)
    for name, written in fact.was_stays.items():
        if name in registration.needs:
            stay = Stay.model_validate(written) if written else None
            rows += _compare(stay, _find_by_name(name, event.stays), _summarize_stay, language)
    return rows


def _find_by_name(name: str, parts: Sequence[_LegOrStay]) -> _LegOrStay | None:
    return next((part for part in parts if part.name == name), None)


def _compare(
    before: _LegOrStay | None,
    after: _LegOrStay | None,
    describe: Callable[[_LegOrStay, Language], str],
    language: Language,
) -> Iterator[_Row]:
    """What was said of it and what is; nothing where that is the same."""
    _ = get_translator(language)
    was, says = (describe(part, language) if part else "" for part in (before, after))
    known = after or before
    if known is None or was == says:
        return
    what = {"what": known.title.in_(language)}
    if was:
        yield _("%(what)s before") % what, was
    yield _("%(what)s now") % what, says or _("no longer part of the event")


def _summarize_leg(leg: Leg, language: Language) -> str:
    return _format_on_day(leg.departs, describe_leg(leg, language), language)


def _summarize_stay(stay: Stay, language: Language) -> str:
    return _format_on_day(stay.check_in, describe_stay(stay, language), language)


def _format_on_day(day: datetime, text_lines: Sequence[str], language: Language) -> str:
    return f"{dates.format_date(day, language)}: {'. '.join(text_lines)}"
