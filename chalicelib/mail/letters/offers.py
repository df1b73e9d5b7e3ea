"""The letters about an offer: made, accepted, declined, passed on, or expired."""

from dataclasses import replace
from datetime import datetime

from chalicelib.facts import Accepted, Declined, Expired, Offered, OfferExtended, PlaceKept
from chalicelib.language import Language
from chalicelib.mail.letters.context import (
    LetterContext,
    build_base_letter,
    build_calendar_paragraph,
    build_cancel_early_paragraph,
    build_confirmed_base,
    build_next_step_paragraph,
    build_waitlist_base,
)
from chalicelib.mail.letters.letter import Detail, LabelledLink, Letter
from chalicelib.programme import dates
from chalicelib.registration.model import Registration

_DEADLINE_KINDS = (Offered.kind, OfferExtended.kind)


def build_offered_letter(context: LetterContext, fact: Offered) -> Letter:
    """Build the letter with the offer's deadline, its three answers, and what no answer means.

    The participant answers on their own page: mail scanners follow the links in a mail and must not answer.
    """
    _, base = context._, build_base_letter(context)
    until = _format_moment(fact.expires_at, context.language)
    news = _("It is your turn on the waitlist for “%(title)s”: there is a place for you.")
    return replace(
        base,
        subject=_("There is a place for you: %(title)s") % {"title": context.title},
        paragraphs=(
            news % {"title": context.title},
            _("The place is held for you until %(moment)s. Please answer before then.") % {"moment": until},
            _("Open your page with the link below, and choose one of three answers:"),
            *_build_answer_paragraphs(context),
            _("If you do not answer, the place goes to the next in line, and you are no longer on the waitlist."),
        ),
        details=(
            *base.details,
            Detail(_("The offer covers"), context.join_titles(fact.needs)),
            Detail(_("Answer before"), until),
        ),
        action=LabelledLink(_("Answer the offer"), context.link),
    )


def build_accepted_letter(context: LetterContext, fact: Accepted) -> Letter:
    """Build the letter that confirms the registration after the offer was accepted."""
    _ = context._
    news = _(
        "Thank you for your answer: the place is yours, and you are registered for “%(title)s”."
        " We look forward to seeing you."
    )
    return replace(
        build_confirmed_base(context, fact.needs),
        subject=_("You are registered: %(title)s") % {"title": context.title},
        paragraphs=(
            news % {"title": context.title},
            build_calendar_paragraph(context, fact.needs),
            build_cancel_early_paragraph(context),
        ),
    )


def build_declined_letter(context: LetterContext, _fact: Declined) -> Letter:
    """Build the letter that says that the registration is cancelled, and that registering again is possible."""
    _ = context._
    news = _(
        "You have said no to the place, so your registration for “%(title)s” is cancelled, and the place goes to"
        " the next in line. Thank you for telling us."
    )
    return replace(
        build_base_letter(context),
        subject=_("Your registration is cancelled: %(title)s") % {"title": context.title},
        paragraphs=(
            news % {"title": context.title},
            _("If you change your mind, you can register again for as long as registration is open."),
        ),
        action=LabelledLink(_("See your registration"), context.link),
    )


def build_place_kept_letter(context: LetterContext, fact: PlaceKept) -> Letter:
    """Build the letter that says that the offer was passed on and the number in the line kept."""
    _ = context._
    news = _(
        "As you asked, somebody else gets the place this time. You are still on the waitlist for “%(title)s”, with"
        " the same place in the line as before."
    )
    return replace(
        build_waitlist_base(context, fact.needs, fact.waiting_for),
        subject=_("You are still on the waitlist: %(title)s") % {"title": context.title},
        paragraphs=(news % {"title": context.title}, build_next_step_paragraph(context)),
    )


def build_expired_letter(context: LetterContext, fact: Expired) -> Letter:
    """Build the letter that says that the offer expired, and how to register again."""
    _ = context._
    held = _("We held a place at “%(title)s” for you until %(moment)s, and have not heard from you.")
    until = _format_moment(_get_promised_deadline(fact, context.registration), context.language)
    return replace(
        build_base_letter(context),
        subject=_("The offer of a place has ended: %(title)s") % {"title": context.title},
        paragraphs=(
            held % {"title": context.title, "moment": until},
            _("The place goes to the next in line, and you are no longer on the waitlist."),
            _(
                "Would you still like to come? Then you are welcome to register again for as long as registration"
                " is open. The link below takes you there."
            ),
        ),
        action=LabelledLink(_("Register again"), context.link),
    )


def _build_answer_paragraphs(context: LetterContext) -> tuple[str, ...]:
    """Build a paragraph for each button on the participant's page."""
    _ = context._
    choice = _("“%(answer)s”: %(meaning)s")
    meanings = (
        (_("Yes, I take the place"), _("You are registered at once.")),
        (
            _("Keep my place in the line"),
            _("Somebody else gets this place, and you go on waiting without losing your place in the line."),
        ),
        (_("No, thank you"), _("The place goes to the next in line, and your registration is cancelled.")),
    )
    return tuple(choice % {"answer": answer, "meaning": meaning} for answer, meaning in meanings)


def _get_promised_deadline(fact: Expired, registration: Registration) -> str:
    """Return the deadline that the participant was last told; the fact itself may be a few minutes late."""
    if fact.revision <= registration.folded:  # not each offer is remembered
        return fact.at
    earlier = reversed(registration.list_facts_until(fact.revision - 1))
    return next((entry["expires_at"] for entry in earlier if entry["fact"] in _DEADLINE_KINDS), fact.at)


def _format_moment(timestamp: str, language: Language) -> str:
    return dates.format_date_time(datetime.fromisoformat(timestamp), language)
