"""The letter about a change of the event: its time or venue, or a leg or stay of the participant's."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal, TypeVar

from chalicelib.facts import ToldOfChange
from chalicelib.language import N_, Language, join_words
from chalicelib.mail.letters.context import (
    LetterContext,
    build_base_letter,
    build_cancel_early_paragraph,
    build_venue_detail,
)
from chalicelib.mail.letters.itinerary import describe_leg, describe_stay
from chalicelib.mail.letters.letter import Detail, Letter
from chalicelib.programme import dates
from chalicelib.programme.model import Leg, Stay
from chalicelib.text import STORED_CONTEXT, join_place

_Part = Literal["time", "place", "journey", "stay"]
_SUBJECTS: dict[_Part, str] = {
    "time": N_("new time"),
    "place": N_("new place"),
    "journey": N_("changed journey"),
    "stay": N_("changed stay"),
}
_NAMES: dict[_Part, str] = {
    "time": N_("the time"),
    "place": N_("the place"),
    "journey": N_("your journey"),
    "stay": N_("your stay"),
}
_LegOrStay = TypeVar("_LegOrStay", Leg, Stay)


def is_change_relevant(context: LetterContext, fact: ToldOfChange, now: datetime) -> bool:
    """Tell if the event, as it is now and before its end, still differs for the participant from before the
    change."""
    if context.registration.status == "cancelled" or context.event.has_ended(now):
        return False
    return bool(_list_changes(context, fact))


def find_removed_legs(context: LetterContext, fact: ToldOfChange) -> tuple[Leg, ...]:
    """Return the participant's legs that are no longer part of the event, as they were."""
    current = {leg.name for leg in context.event.legs}
    return tuple(
        Leg.model_validate(document, context=STORED_CONTEXT)
        for name, document in fact.was_legs.items()
        if document and name not in current and name in context.registration.needs
    )


def build_event_changed_letter(context: LetterContext, fact: ToldOfChange) -> Letter:
    """Build the letter that sets what was beside what is now."""
    _, changed = context._, _list_changes(context, fact)
    news = _("There is news about “%(title)s”: we have changed %(what)s. Here is what was, and what is now.")
    subject = join_words([_(_SUBJECTS[part]) for part in changed], context.language)
    return replace(
        build_base_letter(context),
        subject=f"{subject[:1].upper()}{subject[1:]}: {context.title}",
        paragraphs=(
            news % {"title": context.title, "what": _name_parts(context, changed)},
            *_build_status_paragraphs(context),
        ),
        details=(Detail(_("Event"), context.title), *(row for rows in changed.values() for row in rows)),
    )


def _name_parts(context: LetterContext, changed: Iterable[_Part]) -> str:
    return join_words([context._(_NAMES[part]) for part in changed], context.language)


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


def _list_changes(context: LetterContext, fact: ToldOfChange) -> dict[_Part, list[Detail]]:
    """List what was and what is now, for each part of the event that has changed for the participant."""
    changes: dict[_Part, list[Detail]] = {
        "time": list(_compare_times(context, fact)),
        "place": list(_compare_venues(context, fact)),
        "journey": list(_compare_legs(context, fact)),
        "stay": list(_compare_stays(context, fact)),
    }
    return {part: rows for part, rows in changes.items() if rows}


def _compare_times(context: LetterContext, fact: ToldOfChange) -> Iterator[Detail]:
    if not fact.was_starts_at:
        return
    _, event = context._, context.event
    before = datetime.fromisoformat(fact.was_starts_at), datetime.fromisoformat(fact.was_ends_at)
    now = event.starts_at, event.ends_at
    if before != now:
        yield Detail(_("Time before"), dates.format_period(*before, context.language))
        yield Detail(_("Time now"), dates.format_period(*now, context.language))


def _compare_venues(context: LetterContext, fact: ToldOfChange) -> Iterator[Detail]:
    _, venue = context._, context.event.venue
    if fact.was_venue and (fact.was_venue, fact.was_address) != (venue.name, venue.address):
        yield Detail(_("Place before"), join_place(fact.was_venue, fact.was_address))
        yield build_venue_detail(context, _("Place now"))


def _compare_legs(context: LetterContext, fact: ToldOfChange) -> Iterator[Detail]:
    for name, document in _select_own(context, fact.was_legs):
        leg = Leg.model_validate(document, context=STORED_CONTEXT) if document else None
        yield from _compare(context, leg, _find_by_name(name, context.event.legs), _summarize_leg)


def _compare_stays(context: LetterContext, fact: ToldOfChange) -> Iterator[Detail]:
    for name, document in _select_own(context, fact.was_stays):
        stay = Stay.model_validate(document, context=STORED_CONTEXT) if document else None
        yield from _compare(context, stay, _find_by_name(name, context.event.stays), _summarize_stay)


def _select_own(context: LetterContext, documents: dict[str, Any]) -> list[tuple[str, Any]]:
    """Select the parts that the registration has or is offered."""
    registration = context.registration
    if registration.status not in ("confirmed", "offered"):
        return []
    return [(name, document) for name, document in documents.items() if name in registration.needs]


def _find_by_name(name: str, parts: Sequence[_LegOrStay]) -> _LegOrStay | None:
    return next((part for part in parts if part.name == name), None)


def _compare(
    context: LetterContext,
    before: _LegOrStay | None,
    after: _LegOrStay | None,
    describe: Callable[[_LegOrStay, Language], str],
) -> Iterator[Detail]:
    """Yield a row for each of the two descriptions; none where they are equal."""
    _ = context._
    text_before, text_after = (describe(part, context.language) if part else "" for part in (before, after))
    part = after or before
    if part is None or text_before == text_after:
        return
    title = {"what": part.title.in_(context.language)}
    if text_before:
        yield Detail(_("%(what)s before") % title, text_before)
    yield Detail(_("%(what)s now") % title, text_after or _("no longer part of the event"))


def _summarize_leg(leg: Leg, language: Language) -> str:
    return _format_on_day(leg.departs, describe_leg(leg, language), language)


def _summarize_stay(stay: Stay, language: Language) -> str:
    return _format_on_day(stay.check_in, describe_stay(stay, language), language)


def _format_on_day(day: datetime, text_lines: Sequence[str], language: Language) -> str:
    return f"{dates.format_date(day, language)}: {'. '.join(text_lines)}"
