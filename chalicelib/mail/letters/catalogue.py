"""What people are written: one letter for each fact that is theirs to know.

The words follow the fact, what happened then, also when the registration has moved on since. A letter never
says anything about health, food or emergency contacts.
"""

from dataclasses import replace
from typing import assert_never

from chalicelib.broadcasts.model import missing_details
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
from chalicelib.language import N_, Language, translator
from chalicelib.mail.letters import changes, event_changes, offers
from chalicelib.mail.letters import news as unasked
from chalicelib.mail.letters.calendar import takes_back
from chalicelib.mail.letters.context import (
    calendar_note,
    cancel_in_time,
    next_step,
    plain_letter,
    title,
    with_places,
    with_the_wait,
)
from chalicelib.mail.letters.letter import Action, Letter
from chalicelib.mail.letters.note import note
from chalicelib.mail.letters.reservation import reservation
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration

_ToldOfOffer = Offered | Accepted | Declined | PlaceKept | Expired
News = ToldOfChange | Reminded | DetailsAsked  #: what nobody has asked for
Told = Confirmed | Joined | Promoted | _ToldOfOffer | Changed | Swapped | Cancelled | LinkRequested | News

_STATUS = {
    "confirmed": N_("Registered"),
    "waiting": N_("On the waitlist"),
    "offered": N_("A place is offered to you"),
    "cancelled": N_("Cancelled"),
}


def letter(fact: Told, event: Event, registration: Registration, link: str, position: int | None = None) -> Letter:
    """The letter that tells the fact to its person, in their language. `link` is the one to see, change or
    cancel the registration; `position` is their place in the line, if they still wait."""
    added = note(fact, event, registration.attendee.language)
    plain = replace(plain_letter(event, registration, link), note=added)
    match fact:
        case Confirmed():
            return _confirmed(plain, fact.needs, event, registration, link)
        case Promoted():
            return _promoted(plain, fact.needs, event, registration, link)
        case Joined():
            return _joined(plain, fact, event, position)
        case Changed():
            return changes.changed(plain, fact, event, registration, link)
        case Swapped():
            return changes.swapped(plain, fact, event, registration, link)
        case Cancelled():
            return _cancelled(plain, fact, event, registration, link)
        case LinkRequested():
            return _link_requested(plain, event, registration)
        case ToldOfChange() | Reminded() | DetailsAsked():
            return _news(plain, fact, event, registration, link)
        case _:
            return _about_offer(plain, fact, event, registration, link, position)


def sign_in_letter(link: str, minutes: int, language: Language) -> Letter:
    """The letter with a sign-in link, which lasts so many minutes."""
    _ = translator(language)
    use = _("Use the link below to sign in. It works once, within %(minutes)s minutes.")
    return Letter(
        language=language,
        subject=_("Your sign-in link"),
        greeting=_("Hello"),
        paragraphs=(
            use % {"minutes": minutes},
            _("If you did not ask for it, you need not do anything."),
        ),
        action=Action(_("Sign in"), link),
    )


def _news(plain: Letter, fact: News, event: Event, registration: Registration, link: str) -> Letter:
    match fact:
        case ToldOfChange():
            return event_changes.told_of_change(plain, fact, event, registration)
        case Reminded():
            return unasked.reminded(plain, event, registration, link)
        case DetailsAsked():
            return unasked.details_asked(plain, missing_details(event, registration), event, link)
        case _:
            assert_never(fact)


def _about_offer(
    plain: Letter, fact: _ToldOfOffer, event: Event, registration: Registration, link: str, position: int | None
) -> Letter:
    match fact:
        case Offered():
            return offers.offered(plain, fact, event, link)
        case Accepted():
            return offers.accepted(plain, fact, event, registration, link)
        case Declined():
            return offers.declined(plain, event, link)
        case PlaceKept():
            return offers.place_kept(plain, fact, event, position)
        case Expired():
            return offers.expired(plain, fact, event, registration, link)
        case _:
            assert_never(fact)


def _confirmed(
    plain: Letter, needs: tuple[str, ...], event: Event, registration: Registration, link: str
) -> Letter:
    _ = translator(plain.language)
    return replace(
        with_places(plain, needs, event, registration, link),
        subject=_("You are registered: %(title)s") % title(event, plain.language),
        paragraphs=(
            _("You are registered for “%(title)s”. We look forward to seeing you.") % title(event, plain.language),
            calendar_note(event, needs, plain.language),
        ),
    )


def _promoted(
    plain: Letter, needs: tuple[str, ...], event: Event, registration: Registration, link: str
) -> Letter:
    _ = translator(plain.language)
    news = _("There is room for you now: you have moved up from the waitlist and are registered for “%(title)s”.")
    return replace(
        with_places(plain, needs, event, registration, link),
        subject=_("You have a place: %(title)s") % title(event, plain.language),
        paragraphs=(
            news % title(event, plain.language),
            calendar_note(event, needs, plain.language),
            cancel_in_time(plain.language),
        ),
    )


def _joined(plain: Letter, fact: Joined, event: Event, position: int | None) -> Letter:
    _ = translator(plain.language)
    news = _("There is no room left for what you asked for, so you are on the waitlist for “%(title)s”.")
    return replace(
        with_the_wait(plain, fact.needs, fact.waiting_for, event, position),
        subject=_("You are on the waitlist: %(title)s") % title(event, plain.language),
        paragraphs=(news % title(event, plain.language), next_step(event, plain.language)),
    )


def _cancelled(plain: Letter, fact: Cancelled, event: Event, registration: Registration, link: str) -> Letter:
    _ = translator(plain.language)
    if fact.was == "waiting":
        subject, news = N_("You are off the waitlist: %(title)s"), _waiting_cancelled(fact)
    else:
        subject, news = N_("Your registration is cancelled: %(title)s"), _places_cancelled(fact)
    again = _("If you change your mind, you can register again for as long as registration is open.")
    paragraphs = [_(news) % title(event, plain.language)]
    if fact.was == "offered":
        paragraphs.append(_("The place that was held for you goes to the next in line."))
    taken_back = takes_back(fact, registration)
    if taken_back:
        paragraphs.append(_("The attached calendar file takes it out of your calendar again."))
    if fact.by == "participant":
        paragraphs.append(again)
    return replace(
        plain,
        subject=_(subject) % title(event, plain.language),
        paragraphs=tuple(paragraphs),
        action=Action(_("See your registration"), link),
        reservation=reservation(event, registration, link, confirmed=False) if taken_back else None,
    )


def _waiting_cancelled(fact: Cancelled) -> str:
    if fact.by == "organiser":
        return N_("The organiser has taken you off the waitlist for “%(title)s”.")
    return N_("As you asked, you are no longer on the waitlist for “%(title)s”.")


def _places_cancelled(fact: Cancelled) -> str:
    if fact.by == "organiser":
        return N_("The organiser has cancelled your registration for “%(title)s”.")
    return N_("As you asked, we have cancelled your registration for “%(title)s”. Thank you for telling us.")


def _link_requested(plain: Letter, event: Event, registration: Registration) -> Letter:
    _ = translator(plain.language)
    news = _("Somebody, most likely you, has just tried to register this address for “%(title)s” again.")
    return replace(
        plain,
        subject=_("Your link to the registration: %(title)s") % title(event, plain.language),
        paragraphs=(
            news % title(event, plain.language),
            _("The address is already registered, and nothing has changed. Here is your link."),
            _("If it was not you, you need not do anything."),
        ),
        details=(*plain.details, (_("Status"), _(_STATUS[registration.status]))),
    )
