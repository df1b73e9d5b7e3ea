"""The letter about a change of the event: its time or venue, or a leg or stay of the participant's."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from chalicelib.facts import ToldOfChange
from chalicelib.language import Language
from chalicelib.mail.letters.context import LetterContext, build_base_letter, build_cancel_early_paragraph
from chalicelib.mail.letters.itinerary import describe_leg, describe_stay
from chalicelib.mail.letters.letter import Letter
from chalicelib.programme import dates
from chalicelib.programme.model import Leg, Stay
from chalicelib.text import join_place

_Row = tuple[str, str]
_LegOrStay = TypeVar("_LegOrStay", Leg, Stay)


def is_change_relevant(context: LetterContext, fact: ToldOfChange, now: datetime) -> bool:
    """Tell if the event, as it is now and before its end, still differs for the participant from before the
    change."""
    if context.registration.status == "cancelled" or context.event.has_ended(now):
        return False
    return bool(_list_event_changes(context, fact) or _list_travel_changes(context, fact))


def find_removed_legs(context: LetterContext, fact: ToldOfChange) -> tuple[Leg, ...]:
    """Return the participant's legs that are no longer part of the event, as they were."""
    current = {leg.name for leg in context.event.legs}
    return tuple(
        Leg.model_validate(document)
        for name, document in fact.was_legs.items()
        if document and name not in current and name in context.registration.needs
    )


def build_event_changed_letter(context: LetterContext, fact: ToldOfChange) -> Letter:
    """Build the letter that sets what was beside what is now."""
    _ = context._
    of_event, of_travel = _list_event_changes(context, fact), _list_travel_changes(context, fact)
    if of_event:
        news = _("The time or the place of “%(title)s” has changed. Here is what was, and what is now.")
    else:
        news = _("Your journey or your stay for “%(title)s” has changed. Here is what was, and what is now.")
    return replace(
        build_base_letter(context),
        subject=_("Changed: %(title)s") % {"title": context.title},
        paragraphs=(news % {"title": context.title}, *_build_status_paragraphs(context)),
        details=((_("Event"), context.title), *of_event, *of_travel),
    )


def _build_status_paragraphs(context: LetterContext) -> Sequence[str]:
    _ = context._
    if context.registration.status == "offered":
        return (_("The offer that you have stands as before."),)
    if context.registration.status == "waiting":
        return (_("You are on the waitlist as before. If it no longer suits you, leave it with the link below."),)
    if context.takes_legs(context.registration.needs):
        files = _("The attached calendar files change the entries that are in your calendar already.")
    else:
        files = _("The attached calendar file changes the entry that is in your calendar already.")
    return (files, build_cancel_early_paragraph(context))


def _list_event_changes(context: LetterContext, fact: ToldOfChange) -> list[_Row]:
    _, event, rows = context._, context.event, list[_Row]()
    if fact.was_starts_at:
        before = datetime.fromisoformat(fact.was_starts_at), datetime.fromisoformat(fact.was_ends_at)
        now = event.starts_at, event.ends_at
        if before != now:
            rows.append((_("Time before"), dates.format_period(*before, context.language)))
            rows.append((_("Time now"), dates.format_period(*now, context.language)))
    if fact.was_venue and (fact.was_venue, fact.was_address) != (event.venue.name, event.venue.address):
        rows.append((_("Place before"), join_place(fact.was_venue, fact.was_address)))
        rows.append((_("Place now"), join_place(event.venue.name, event.venue.address)))
    return rows


def _list_travel_changes(context: LetterContext, fact: ToldOfChange) -> list[_Row]:
    """List the changes of the registration's own legs and stays."""
    event, registration, rows = context.event, context.registration, list[_Row]()
    if registration.status not in ("confirmed", "offered"):
        return []
    for name, document in fact.was_legs.items():
        if name in registration.needs:
            leg = Leg.model_validate(document) if document else None
            rows += _compare(context, leg, _find_by_name(name, event.legs), _summarize_leg)
    for name, document in fact.was_stays.items():
        if name in registration.needs:
            stay = Stay.model_validate(document) if document else None
            rows += _compare(context, stay, _find_by_name(name, event.stays), _summarize_stay)
    return rows


def _find_by_name(name: str, parts: Sequence[_LegOrStay]) -> _LegOrStay | None:
    return next((part for part in parts if part.name == name), None)


def _compare(
    context: LetterContext,
    before: _LegOrStay | None,
    after: _LegOrStay | None,
    describe: Callable[[_LegOrStay, Language], str],
) -> Iterator[_Row]:
    """Yield a row for each of the two descriptions; none where they are equal."""
    _ = context._
    text_before, text_after = (describe(part, context.language) if part else "" for part in (before, after))
    part = after or before
    if part is None or text_before == text_after:
        return
    title = {"what": part.title.in_(context.language)}
    if text_before:
        yield _("%(what)s before") % title, text_before
    yield _("%(what)s now") % title, text_after or _("no longer part of the event")


def _summarize_leg(leg: Leg, language: Language) -> str:
    return _format_on_day(leg.departs, describe_leg(leg, language), language)


def _summarize_stay(stay: Stay, language: Language) -> str:
    return _format_on_day(stay.check_in, describe_stay(stay, language), language)


def _format_on_day(day: datetime, text_lines: Sequence[str], language: Language) -> str:
    return f"{dates.format_date(day, language)}: {'. '.join(text_lines)}"
