"""The letters about an offer: it stands, or it was accepted, declined, passed on, or left without an answer."""

from dataclasses import replace
from datetime import datetime

from chalicelib.facts import Accepted, Expired, Offered, OfferExtended, PlaceKept
from chalicelib.language import Language, get_translator
from chalicelib.mail.letters.context import (
    add_registration_details,
    add_waitlist_details,
    build_calendar_paragraph,
    build_cancel_early_paragraph,
    build_next_step_paragraph,
    build_title_parameter,
)
from chalicelib.mail.letters.letter import LabelledLink, Letter
from chalicelib.programme import dates
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration

_DEADLINE_KINDS = (Offered.kind, OfferExtended.kind)


def build_offered_letter(base: Letter, fact: Offered, event: Event, link: str) -> Letter:
    """Until when the place is held, the three answers there are, and what no answer means.

    The answers are given on the participant's page: mail scanners follow the links in a mail, and shall not
    answer for anybody.
    """
    _ = get_translator(base.language)
    until = _format_moment(fact.expires_at, base.language)
    covers = (_("The offer covers"), event.join_titles(fact.needs, base.language))
    news = _("It is your turn on the waitlist for “%(title)s”: there is a place for you.")
    return replace(
        base,
        subject=_("There is a place for you: %(title)s") % build_title_parameter(event, base.language),
        paragraphs=(
            news % build_title_parameter(event, base.language),
            _("The place is held for you until %(moment)s. Please answer before then.") % {"moment": until},
            _("Open your page with the link below, and choose one of three answers:"),
            *_build_answer_paragraphs(base.language),
            _("If you do not answer, the place goes to the next in line, and you are no longer on the waitlist."),
        ),
        details=(*base.details, covers, (_("Answer before"), until)),
        action=LabelledLink(_("Answer the offer"), link),
    )


def build_accepted_letter(
    base: Letter, fact: Accepted, event: Event, registration: Registration, link: str
) -> Letter:
    """The place is theirs now."""
    _ = get_translator(base.language)
    news = _(
        "Thank you for your answer: the place is yours, and you are registered for “%(title)s”."
        " We look forward to seeing you."
    )
    return replace(
        add_registration_details(base, fact.needs, event, registration, link),
        subject=_("You are registered: %(title)s") % build_title_parameter(event, base.language),
        paragraphs=(
            news % build_title_parameter(event, base.language),
            build_calendar_paragraph(event, fact.needs, base.language),
            build_cancel_early_paragraph(base.language),
        ),
    )


def build_declined_letter(base: Letter, event: Event, link: str) -> Letter:
    """Their own wish, and no door closed."""
    _ = get_translator(base.language)
    news = _(
        "You have said no to the place, so your registration for “%(title)s” is cancelled, and the place goes to"
        " the next in line. Thank you for telling us."
    )
    return replace(
        base,
        subject=_("Your registration is cancelled: %(title)s") % build_title_parameter(event, base.language),
        paragraphs=(
            news % build_title_parameter(event, base.language),
            _("If you change your mind, you can register again for as long as registration is open."),
        ),
        action=LabelledLink(_("See your registration"), link),
    )


def build_place_kept_letter(base: Letter, fact: PlaceKept, event: Event, position: int | None) -> Letter:
    """They wait where they waited before."""
    _ = get_translator(base.language)
    news = _(
        "As you asked, somebody else gets the place this time. You are still on the waitlist for “%(title)s”, with"
        " the same place in the line as before."
    )
    return replace(
        add_waitlist_details(base, fact.needs, fact.waiting_for, event, position),
        subject=_("You are still on the waitlist: %(title)s") % build_title_parameter(event, base.language),
        paragraphs=(
            news % build_title_parameter(event, base.language),
            build_next_step_paragraph(event, base.language),
        ),
    )


def build_expired_letter(
    base: Letter, fact: Expired, event: Event, registration: Registration, link: str
) -> Letter:
    """What became of the offer, and how to come all the same."""
    _ = get_translator(base.language)
    held = _("We held a place at “%(title)s” for you until %(moment)s, and have not heard from you.")
    until = _format_moment(_get_promised_deadline(fact, registration), base.language)
    return replace(
        base,
        subject=_("The offer of a place has ended: %(title)s") % build_title_parameter(event, base.language),
        paragraphs=(
            held % {**build_title_parameter(event, base.language), "moment": until},
            _("The place goes to the next in line, and you are no longer on the waitlist."),
            _(
                "Would you still like to come? Then you are welcome to register again for as long as registration"
                " is open. The link below takes you there."
            ),
        ),
        action=LabelledLink(_("Register again"), link),
    )


def _build_answer_paragraphs(language: Language) -> tuple[str, ...]:
    """The buttons on the participant's page, each with what it does."""
    _ = get_translator(language)
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
    """When the offer ended, as it was promised; the fact itself may be a few minutes late."""
    before = reversed(registration.history[: fact.revision - 1])
    return next((entry["expires_at"] for entry in before if entry["fact"] in _DEADLINE_KINDS), fact.at)


def _format_moment(timestamp: str, language: Language) -> str:
    return dates.format_date_time(datetime.fromisoformat(timestamp), language)
