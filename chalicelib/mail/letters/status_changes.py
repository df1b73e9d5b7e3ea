"""The letters about a registration's status: confirmed, waiting, promoted, cancelled; and its link."""

from dataclasses import replace

from chalicelib.facts import Cancelled, Confirmed, Joined, LinkRequested, Promoted
from chalicelib.language import N_
from chalicelib.mail.letters.context import (
    LetterContext,
    build_base_letter,
    build_calendar_paragraph,
    build_cancel_early_paragraph,
    build_confirmed_base,
    build_next_step_paragraph,
    build_origin,
    build_own_words_paragraphs,
    build_reservation,
    build_waitlist_base,
)
from chalicelib.mail.letters.history import has_entries_to_cancel
from chalicelib.mail.letters.letter import Detail, LabelledLink, Letter

#: How a registration stands, in words for its participant.
STATUS_LABELS = {
    "confirmed": N_("Registered"),
    "waiting": N_("On the waitlist"),
    "offered": N_("A place is offered to you"),
    "cancelled": N_("Cancelled"),
}


def build_confirmed_letter(context: LetterContext, fact: Confirmed) -> Letter:
    """Build the confirmation of a registration that got its units at once."""
    _ = context._
    return replace(
        build_confirmed_base(context, fact.needs),
        subject=_("You are registered: %(title)s") % {"title": context.title},
        paragraphs=(
            _("You are registered for “%(title)s”. We look forward to seeing you.") % {"title": context.title},
            *build_own_words_paragraphs(context),
            build_calendar_paragraph(context, fact.needs),
        ),
        origin=build_origin(context),
    )


def build_promoted_letter(context: LetterContext, fact: Promoted) -> Letter:
    """Build the confirmation of a registration that was promoted from the waitlist."""
    _ = context._
    news = _("There is room for you now: you have moved up from the waitlist and are registered for “%(title)s”.")
    return replace(
        build_confirmed_base(context, fact.needs),
        subject=_("You have a place: %(title)s") % {"title": context.title},
        paragraphs=(
            news % {"title": context.title},
            build_calendar_paragraph(context, fact.needs),
            build_cancel_early_paragraph(context),
        ),
    )


def build_joined_letter(context: LetterContext, fact: Joined) -> Letter:
    """Build the letter that says that the registration is on the waitlist."""
    _ = context._
    news = _("There is no room left for what you asked for, so you are on the waitlist for “%(title)s”.")
    return replace(
        build_waitlist_base(context, fact.needs, fact.waiting_for),
        subject=_("You are on the waitlist: %(title)s") % {"title": context.title},
        paragraphs=(
            news % {"title": context.title},
            build_next_step_paragraph(context),
            *build_own_words_paragraphs(context),
        ),
        origin=build_origin(context),
    )


def build_cancelled_letter(context: LetterContext, fact: Cancelled) -> Letter:
    """Build the letter that says that the registration, or its wait, is cancelled, and by whom."""
    _, subject = context._, N_("Your registration is cancelled: %(title)s")
    if fact.was == "waiting":
        subject = N_("You are off the waitlist: %(title)s")
    clears_calendar = has_entries_to_cancel(context.registration, fact)
    return replace(
        build_base_letter(context),
        subject=_(subject) % {"title": context.title},
        paragraphs=_build_cancelled_paragraphs(context, fact, clears_calendar=clears_calendar),
        action=LabelledLink(_("See your registration"), context.link),
        reservation=build_reservation(context, is_confirmed=False) if clears_calendar else None,
    )


def _build_cancelled_paragraphs(
    context: LetterContext, fact: Cancelled, *, clears_calendar: bool
) -> tuple[str, ...]:
    _ = context._
    news = _get_waitlist_left_text(fact) if fact.was == "waiting" else _get_registration_cancelled_text(fact)
    paragraphs = [_(news) % {"title": context.title}]
    if fact.was == "offered":
        paragraphs.append(_("The place that was held for you goes to the next in line."))
    if clears_calendar:
        paragraphs.append(_("The attached calendar file takes it out of your calendar again."))
    if fact.by != "organiser":
        paragraphs.append(
            _("If you change your mind, you can register again for as long as registration is open.")
        )
    return tuple(paragraphs)


def _get_waitlist_left_text(fact: Cancelled) -> str:
    if fact.by == "organiser":
        return N_("The organiser has taken you off the waitlist for “%(title)s”.")
    if fact.by == "leader":
        return N_("The colleague who registered you has taken you off the waitlist for “%(title)s”.")
    return N_("As you asked, you are no longer on the waitlist for “%(title)s”.")


def _get_registration_cancelled_text(fact: Cancelled) -> str:
    if fact.by == "organiser":
        return N_("The organiser has cancelled your registration for “%(title)s”.")
    if fact.by == "leader":
        return N_("The colleague who registered you has cancelled your registration for “%(title)s”.")
    return N_("As you asked, we have cancelled your registration for “%(title)s”. Thank you for telling us.")


def build_link_requested_letter(context: LetterContext, _fact: LinkRequested) -> Letter:
    """Build the letter that answers a second registration with the same address: the link, and the status."""
    _, base = context._, build_base_letter(context)
    news = _("Somebody, most likely you, has just tried to register this address for “%(title)s” again.")
    return replace(
        base,
        subject=_("Your link to the registration: %(title)s") % {"title": context.title},
        paragraphs=(
            news % {"title": context.title},
            _("The address is already registered, and nothing has changed. Here is your link."),
            _("If it was not you, you need not do anything."),
        ),
        details=(*base.details, Detail(_("Status"), _(STATUS_LABELS[context.registration.status]))),
    )
