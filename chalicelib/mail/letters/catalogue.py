"""What people are written: one letter for each fact that is theirs to know.

The words follow the fact, what happened then, also when the registration has moved on since. A letter never
says anything about health, food or emergency contacts.
"""

from dataclasses import replace
from typing import assert_never

from chalicelib.broadcasts.model import find_missing_details
from chalicelib.facts import (
    Accepted,
    Cancelled,
    Changed,
    Confirmed,
    Declined,
    DetailsAsked,
    Expired,
    Joined,
    LinkRequested,
    Offered,
    PlaceKept,
    Promoted,
    Reminded,
    Swapped,
    ToldOfChange,
)
from chalicelib.language import N_, Language, get_translator
from chalicelib.mail.letters import changes, event_changes, offers
from chalicelib.mail.letters import news as unasked
from chalicelib.mail.letters.calendar import has_entries_to_cancel
from chalicelib.mail.letters.context import (
    add_registration_details,
    add_waitlist_details,
    build_base_letter,
    build_calendar_paragraph,
    build_cancel_early_paragraph,
    build_next_step_paragraph,
    build_title_parameter,
)
from chalicelib.mail.letters.letter import LabelledLink, Letter
from chalicelib.mail.letters.note import get_organiser_note
from chalicelib.mail.letters.reservation import build_reservation
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration

_OfferFact = Offered | Accepted | Declined | PlaceKept | Expired
BroadcastFact = ToldOfChange | Reminded | DetailsAsked  #: what nobody has asked for
MailedFact = (
    Confirmed | Joined | Promoted | _OfferFact | Changed | Swapped | Cancelled | LinkRequested | BroadcastFact
)

_STATUS_LABELS = {
    "confirmed": N_("Registered"),
    "waiting": N_("On the waitlist"),
    "offered": N_("A place is offered to you"),
    "cancelled": N_("Cancelled"),
}


def build_letter(
    fact: MailedFact, event: Event, registration: Registration, link: str, position: int | None = None
) -> Letter:
    """The letter that tells the fact to its person, in their language. `link` is the one to see, change or
    cancel the registration; `position` is their place in the line, if they still wait."""
    added = get_organiser_note(fact, event, registration.attendee.language)
    plain = replace(build_base_letter(event, registration, link), organiser_note=added)
    match fact:
        case Confirmed():
            return _build_confirmed_letter(plain, fact.needs, event, registration, link)
        case Promoted():
            return _build_promoted_letter(plain, fact.needs, event, registration, link)
        case Joined():
            return _build_joined_letter(plain, fact, event, position)
        case Changed():
            return changes.build_changed_letter(plain, fact, event, registration, link)
        case Swapped():
            return changes.build_swapped_letter(plain, fact, event, registration, link)
        case Cancelled():
            return _build_cancelled_letter(plain, fact, event, registration, link)
        case LinkRequested():
            return _build_link_requested_letter(plain, event, registration)
        case ToldOfChange() | Reminded() | DetailsAsked():
            return _build_broadcast_letter(plain, fact, event, registration, link)
        case _:
            return _build_offer_letter(plain, fact, event, registration, link, position)


def build_sign_in_letter(link: str, minutes: int, language: Language) -> Letter:
    """The letter with a sign-in link, which lasts so many minutes."""
    _ = get_translator(language)
    use = _("Use the link below to sign in. It works once, within %(minutes)s minutes.")
    return Letter(
        language=language,
        subject=_("Your sign-in link"),
        greeting=_("Hello"),
        paragraphs=(
            use % {"minutes": minutes},
            _("If you did not ask for it, you need not do anything."),
        ),
        action=LabelledLink(_("Sign in"), link),
    )


def _build_broadcast_letter(
    base: Letter, fact: BroadcastFact, event: Event, registration: Registration, link: str
) -> Letter:
    match fact:
        case ToldOfChange():
            return event_changes.build_event_changed_letter(base, fact, event, registration)
        case Reminded():
            return unasked.build_reminder_letter(base, event, registration, link)
        case DetailsAsked():
            return unasked.build_missing_details_letter(
                base, find_missing_details(event, registration), event, link
            )
        case _:
            assert_never(fact)


def _build_offer_letter(
    base: Letter, fact: _OfferFact, event: Event, registration: Registration, link: str, position: int | None
) -> Letter:
    match fact:
        case Offered():
            return offers.build_offered_letter(base, fact, event, link)
        case Accepted():
            return offers.build_accepted_letter(base, fact, event, registration, link)
        case Declined():
            return offers.build_declined_letter(base, event, link)
        case PlaceKept():
            return offers.build_place_kept_letter(base, fact, event, position)
        case Expired():
            return offers.build_expired_letter(base, fact, event, registration, link)
        case _:
            assert_never(fact)


def _build_confirmed_letter(
    base: Letter, needs: tuple[str, ...], event: Event, registration: Registration, link: str
) -> Letter:
    _ = get_translator(base.language)
    return replace(
        add_registration_details(base, needs, event, registration, link),
        subject=_("You are registered: %(title)s") % build_title_parameter(event, base.language),
        paragraphs=(
            _("You are registered for “%(title)s”. We look forward to seeing you.")
            % build_title_parameter(event, base.language),
            build_calendar_paragraph(event, needs, base.language),
        ),
    )


def _build_promoted_letter(
    base: Letter, needs: tuple[str, ...], event: Event, registration: Registration, link: str
) -> Letter:
    _ = get_translator(base.language)
    news = _("There is room for you now: you have moved up from the waitlist and are registered for “%(title)s”.")
    return replace(
        add_registration_details(base, needs, event, registration, link),
        subject=_("You have a place: %(title)s") % build_title_parameter(event, base.language),
        paragraphs=(
            news % build_title_parameter(event, base.language),
            build_calendar_paragraph(event, needs, base.language),
            build_cancel_early_paragraph(base.language),
        ),
    )


def _build_joined_letter(base: Letter, fact: Joined, event: Event, position: int | None) -> Letter:
    _ = get_translator(base.language)
    news = _("There is no room left for what you asked for, so you are on the waitlist for “%(title)s”.")
    return replace(
        add_waitlist_details(base, fact.needs, fact.waiting_for, event, position),
        subject=_("You are on the waitlist: %(title)s") % build_title_parameter(event, base.language),
        paragraphs=(
            news % build_title_parameter(event, base.language),
            build_next_step_paragraph(event, base.language),
        ),
    )


def _build_cancelled_letter(
    base: Letter, fact: Cancelled, event: Event, registration: Registration, link: str
) -> Letter:
    _ = get_translator(base.language)
    if fact.was == "waiting":
        subject, news = N_("You are off the waitlist: %(title)s"), _get_waitlist_left_text(fact)
    else:
        subject, news = N_("Your registration is cancelled: %(title)s"), _get_registration_cancelled_text(fact)
    again = _("If you change your mind, you can register again for as long as registration is open.")
    paragraphs = [_(news) % build_title_parameter(event, base.language)]
    if fact.was == "offered":
        paragraphs.append(_("The place that was held for you goes to the next in line."))
    taken_back = has_entries_to_cancel(fact, registration)
    if taken_back:
        paragraphs.append(_("The attached calendar file takes it out of your calendar again."))
    if fact.by == "participant":
        paragraphs.append(again)
    return replace(
        base,
        subject=_(subject) % build_title_parameter(event, base.language),
        paragraphs=tuple(paragraphs),
        action=LabelledLink(_("See your registration"), link),
        reservation=build_reservation(event, registration, link, is_confirmed=False) if taken_back else None,
    )


def _get_waitlist_left_text(fact: Cancelled) -> str:
    if fact.by == "organiser":
        return N_("The organiser has taken you off the waitlist for “%(title)s”.")
    return N_("As you asked, you are no longer on the waitlist for “%(title)s”.")


def _get_registration_cancelled_text(fact: Cancelled) -> str:
    if fact.by == "organiser":
        return N_("The organiser has cancelled your registration for “%(title)s”.")
    return N_("As you asked, we have cancelled your registration for “%(title)s”. Thank you for telling us.")


def _build_link_requested_letter(base: Letter, event: Event, registration: Registration) -> Letter:
    _ = get_translator(base.language)
    news = _("Somebody, most likely you, has just tried to register this address for “%(title)s” again.")
    return replace(
        base,
        subject=_("Your link to the registration: %(title)s") % build_title_parameter(event, base.language),
        paragraphs=(
            news % build_title_parameter(event, base.language),
            _("The address is already registered, and nothing has changed. Here is your link."),
            _("If it was not you, you need not do anything."),
        ),
        details=(*base.details, (_("Status"), _(_STATUS_LABELS[registration.status]))),
    )
