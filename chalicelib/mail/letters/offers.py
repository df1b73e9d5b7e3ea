"""The letters about an offer: it stands, or it was accepted, declined, passed on, or left without an answer."""

from dataclasses import replace
from datetime import datetime

from chalicelib.facts import Accepted, Expired, Offered, OfferExtended, PlaceKept
from chalicelib.language import Language, translator
from chalicelib.mail.letters.context import (
    calendar_note,
    cancel_in_time,
    next_step,
    title,
    with_places,
    with_the_wait,
)
from chalicelib.mail.letters.letter import Action, Letter
from chalicelib.programme import dates
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration

_SAY_UNTIL_WHEN = (Offered.kind, OfferExtended.kind)


def offered(plain: Letter, fact: Offered, event: Event, link: str) -> Letter:
    """Until when the place is held, the three answers there are, and what no answer means.

    The answers are given on the participant's page: mail scanners follow the links in a mail, and shall not
    answer for anybody.
    """
    _ = translator(plain.language)
    until = _moment(fact.expires_at, plain.language)
    covers = (_("The offer covers"), event.titles(fact.needs, plain.language))
    news = _("It is your turn on the waitlist for “%(title)s”: there is a place for you.")
    return replace(
        plain,
        subject=_("There is a place for you: %(title)s") % title(event, plain.language),
        paragraphs=(
            news % title(event, plain.language),
            _("The place is held for you until %(moment)s. Please answer before then.") % {"moment": until},
            _("Open your page with the link below, and choose one of three answers:"),
            *_answers(plain.language),
            _("If you do not answer, the place goes to the next in line, and you are no longer on the waitlist."),
        ),
        details=(*plain.details, covers, (_("Answer before"), until)),
        action=Action(_("Answer the offer"), link),
    )


def accepted(plain: Letter, fact: Accepted, event: Event, registration: Registration, link: str) -> Letter:
    """The place is theirs now."""
    _ = translator(plain.language)
    news = _(
        "Thank you for your answer: the place is yours, and you are registered for “%(title)s”."
        " We look forward to seeing you."
    )
    return replace(
        with_places(plain, fact.needs, event, registration, link),
        subject=_("You are registered: %(title)s") % title(event, plain.language),
        paragraphs=(
            news % title(event, plain.language),
            calendar_note(event, fact.needs, plain.language),
            cancel_in_time(plain.language),
        ),
    )


def declined(plain: Letter, event: Event, link: str) -> Letter:
    """Their own wish, and no door closed."""
    _ = translator(plain.language)
    news = _(
        "You have said no to the place, so your registration for “%(title)s” is cancelled, and the place goes to"
        " the next in line. Thank you for telling us."
    )
    return replace(
        plain,
        subject=_("Your registration is cancelled: %(title)s") % title(event, plain.language),
        paragraphs=(
            news % title(event, plain.language),
            _("If you change your mind, you can register again for as long as registration is open."),
        ),
        action=Action(_("See your registration"), link),
    )


def place_kept(plain: Letter, fact: PlaceKept, event: Event, position: int | None) -> Letter:
    """They wait where they waited before."""
    _ = translator(plain.language)
    news = _(
        "As you asked, somebody else gets the place this time. You are still on the waitlist for “%(title)s”, with"
        " the same place in the line as before."
    )
    return replace(
        with_the_wait(plain, fact.needs, fact.waiting_for, event, position),
        subject=_("You are still on the waitlist: %(title)s") % title(event, plain.language),
        paragraphs=(news % title(event, plain.language), next_step(event, plain.language)),
    )


def expired(plain: Letter, fact: Expired, event: Event, registration: Registration, link: str) -> Letter:
    """What became of the offer, and how to come all the same."""
    _ = translator(plain.language)
    held = _("We held a place at “%(title)s” for you until %(moment)s, and have not heard from you.")
    until = _moment(_end(fact, registration), plain.language)
    return replace(
        plain,
        subject=_("The offer of a place has ended: %(title)s") % title(event, plain.language),
        paragraphs=(
            held % {**title(event, plain.language), "moment": until},
            _("The place goes to the next in line, and you are no longer on the waitlist."),
            _(
                "Would you still like to come? Then you are welcome to register again for as long as registration"
                " is open. The link below takes you there."
            ),
        ),
        action=Action(_("Register again"), link),
    )


def _answers(language: Language) -> tuple[str, ...]:
    """The buttons on the participant's page, each with what it does."""
    _ = translator(language)
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


def _end(fact: Expired, registration: Registration) -> str:
    """When the offer ended, as it was promised; the fact itself may be a few minutes late."""
    before = reversed(registration.history[: fact.revision - 1])
    return next((entry["expires_at"] for entry in before if entry["fact"] in _SAY_UNTIL_WHEN), fact.at)


def _moment(written: str, language: Language) -> str:
    return dates.moment(datetime.fromisoformat(written), language)
