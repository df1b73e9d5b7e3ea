"""What people are written: one letter for each fact that is theirs to know.

The words follow the fact, what happened then, also when the registration has moved on since. A letter never
says anything about health, food or emergency contacts.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never
from urllib.parse import urlencode

from chalicelib import dates
from chalicelib.facts import Cancelled, Confirmed, Joined, LinkRequested, Promoted
from chalicelib.language import N_, Language, translator
from chalicelib.mail.itinerary import itinerary, place
from chalicelib.mail.letter import Action, Letter
from chalicelib.mail.reservation import reservation
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration

Told = Confirmed | Joined | Promoted | Cancelled | LinkRequested

_STATUS = {
    "confirmed": N_("Registered"),
    "waiting": N_("On the waitlist"),
    "offered": N_("A place is offered to you"),
    "cancelled": N_("Cancelled"),
}


def letter(fact: Told, event: Event, registration: Registration, link: str, position: int | None = None) -> Letter:
    """The letter that tells the fact to its person, in their language. `link` is the one to see, change or
    cancel the registration; `position` is their place in the line, if they still wait."""
    plain = _plain_letter(event, registration, link)
    match fact:
        case Confirmed():
            return _confirmed(plain, fact.needs, event, registration, link)
        case Promoted():
            return _promoted(plain, fact.needs, event, registration, link)
        case Joined():
            return _joined(plain, fact, event, position)
        case Cancelled():
            return _cancelled(plain, fact, event, registration, link)
        case LinkRequested():
            return _link_requested(plain, event, registration)
        case _:
            assert_never(fact)


def sign_in_letter(link: str, minutes: int, language: Language) -> Letter:
    """The letter with an organiser's sign-in link, which lasts so many minutes."""
    _ = translator(language)
    use = _("Use the link below to sign in as an organiser. It works once, within %(minutes)s minutes.")
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


def _plain_letter(event: Event, registration: Registration, link: str) -> Letter:
    """What every letter about a registration has: whom, when, where, the link, and who to write to."""
    language = registration.attendee.language
    _ = translator(language)
    contact = {"name": event.contact.name, "email": event.contact.email}
    return Letter(
        language=language,
        subject="",
        greeting=_("Dear %(name)s") % {"name": registration.attendee.given_name},
        paragraphs=(),
        details=(
            (_("Event"), event.title.in_(language)),
            (_("When"), dates.span(event.starts_at, event.ends_at, language)),
            (_("Where"), _venue(event, language)),
        ),
        map=Action(_("Show on a map"), _map_url(event)),
        action=Action(_("See, change or cancel your registration"), link),
        closing=(
            _("Questions? Write to %(name)s, %(email)s, or reply to this mail.") % contact,
            _("Kind regards, %(name)s") % contact,
        ),
    )


def _confirmed(
    plain: Letter, needs: tuple[str, ...], event: Event, registration: Registration, link: str
) -> Letter:
    _ = translator(plain.language)
    return replace(
        _with_places(plain, needs, event),
        subject=_("You are registered: %(title)s") % _title(event, plain.language),
        paragraphs=(
            _("You are registered for “%(title)s”. We look forward to seeing you.")
            % _title(event, plain.language),
            _calendar_note(event, needs, plain.language),
        ),
        reservation=reservation(event, registration, link, confirmed=True),
    )


def _promoted(
    plain: Letter, needs: tuple[str, ...], event: Event, registration: Registration, link: str
) -> Letter:
    _ = translator(plain.language)
    news = _("There is room for you now: you have moved up from the waitlist and are registered for “%(title)s”.")
    return replace(
        _with_places(plain, needs, event),
        subject=_("You have a place: %(title)s") % _title(event, plain.language),
        paragraphs=(
            news % _title(event, plain.language),
            _calendar_note(event, needs, plain.language),
            _("If you can no longer come, please cancel as soon as you know, so that the next in line can."),
        ),
        reservation=reservation(event, registration, link, confirmed=True),
    )


def _joined(plain: Letter, fact: Joined, event: Event, position: int | None) -> Letter:
    _ = translator(plain.language)
    waiting = (_("Waiting for"), _titles(event, fact.waiting_for, plain.language))
    wanted = (_("You asked for"), _titles(event, fact.needs, plain.language))
    number = ((_("Your number in line"), str(position)),) if position else ()
    news = _(
        "There is not room for everything you asked for just now, so you are on the waitlist for “%(title)s”."
    )
    return replace(
        plain,
        subject=_("You are on the waitlist: %(title)s") % _title(event, plain.language),
        paragraphs=(
            news % _title(event, plain.language),
            _("You need not do anything. As soon as there is room for you, we register you and write to you."),
        ),
        details=(*plain.details, wanted, waiting, *number),
    )


def _cancelled(plain: Letter, fact: Cancelled, event: Event, registration: Registration, link: str) -> Letter:
    _ = translator(plain.language)
    if fact.was == "waiting":
        subject, news = N_("You are off the waitlist: %(title)s"), _waiting_cancelled(fact)
    else:
        subject, news = N_("Your registration is cancelled: %(title)s"), _places_cancelled(fact)
    calendar = () if fact.was == "waiting" else (_("What is attached takes it out of your calendar again."),)
    again = (_("If you change your mind, you can register again for as long as registration is open."),)
    return replace(
        plain,
        subject=_(subject) % _title(event, plain.language),
        paragraphs=(
            _(news) % _title(event, plain.language),
            *calendar,
            *(again if fact.by == "participant" else ()),
        ),
        action=Action(_("See your registration"), link),
        reservation=None if fact.was == "waiting" else reservation(event, registration, link, confirmed=False),
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
        subject=_("Your link to the registration: %(title)s") % _title(event, plain.language),
        paragraphs=(
            news % _title(event, plain.language),
            _("The address is already registered, and nothing has changed. Here is your link."),
            _("If it was not you, you need not do anything."),
        ),
        details=(*plain.details, (_("Status"), _(_STATUS[registration.status]))),
    )


def _with_places(plain: Letter, needs: tuple[str, ...], event: Event) -> Letter:
    _ = translator(plain.language)
    return replace(
        plain,
        details=(*plain.details, (_("Your registration covers"), _titles(event, needs, plain.language))),
        itinerary_title=_("Your programme"),
        itinerary=itinerary(event, needs, plain.language),
    )


def _calendar_note(event: Event, needs: tuple[str, ...], language: Language) -> str:
    _ = translator(language)
    if any(leg.name in needs for leg in event.legs):
        return _("The attached calendar files put the event and your journey into your calendar.")
    return _("The attached calendar file puts the event into your calendar.")


def _title(event: Event, language: Language) -> dict[str, str]:
    return {"title": event.title.in_(language)}


def _titles(event: Event, names: Iterable[str], language: Language) -> str:
    known = (event.allotment(name) for name in names)
    return ", ".join(allotment.title.in_(language) for allotment in known if allotment)


def _venue(event: Event, language: Language) -> str:
    note = f" ({event.venue.note.in_(language)})" if event.venue.note else ""
    return place(event.venue) + note


def _map_url(event: Event) -> str:
    """By address alone: the map knows streets, and few venues by name."""
    return "https://www.openstreetmap.org/search?" + urlencode({"query": event.venue.address})
