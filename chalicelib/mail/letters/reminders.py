"""The letters of broadcasts about a stay: the reminder, and the question for missing travel details."""

from dataclasses import replace
from datetime import datetime

from chalicelib.broadcasts.model import find_missing_details
from chalicelib.facts import DetailsAsked, Reminded
from chalicelib.mail.letters.context import (
    LetterContext,
    build_base_letter,
    build_cancel_early_paragraph,
    build_confirmed_base,
)
from chalicelib.mail.letters.letter import LabelledLink, Letter
from chalicelib.programme import dates


def build_reminder_letter(context: LetterContext, _fact: Reminded) -> Letter:
    """Build the reminder: time, venue, and what the registration covers now."""
    _ = context._
    begins = {
        "title": context.title,
        "moment": dates.format_date_time(context.event.starts_at, context.language),
    }
    return replace(
        build_confirmed_base(context, context.registration.needs),
        subject=_("We will see you soon: %(title)s") % begins,
        paragraphs=(
            _("“%(title)s” begins on %(moment)s. We look forward to seeing you.") % begins,
            build_cancel_early_paragraph(context),
        ),
    )


def build_missing_details_letter(context: LetterContext, _fact: DetailsAsked) -> Letter:
    """Build the question for the details that airline, driver or hotel still need, with the link to the form."""
    _ = context._
    news = _("You travel with us to “%(title)s”, and we still need something from you:")
    missing = find_missing_details(context.event, context.registration)
    return replace(
        build_base_letter(context),
        subject=_("We need something from you: %(title)s") % {"title": context.title},
        paragraphs=(
            news % {"title": context.title},
            *(f"– {_(detail.request)}" for detail in missing),
            _("Use the link below, or simply reply to this mail."),
        ),
        action=LabelledLink(_("See your registration"), context.link),
    )


def is_reminder_relevant(context: LetterContext, fact: Reminded, now: datetime) -> bool:
    """Tell if the event is still ahead, on the same day, of a confirmed registration."""
    starts_on = context.event.starts_at.date().isoformat()
    return _is_ahead_and_confirmed(context, now) and fact.starts_on == starts_on


def is_question_relevant(context: LetterContext, _fact: DetailsAsked, now: datetime) -> bool:
    """Tell if travel details of a confirmed registration are still missing."""
    missing = find_missing_details(context.event, context.registration)
    return _is_ahead_and_confirmed(context, now) and bool(missing)


def _is_ahead_and_confirmed(context: LetterContext, now: datetime) -> bool:
    return context.registration.status == "confirmed" and not context.event.has_begun(now)
