"""What the letters about a registration have in common: whom, when, where, the link, and what the places cover."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from chalicelib.language import Language, translator
from chalicelib.mail.letters.itinerary import itinerary, place
from chalicelib.mail.letters.letter import Action, Letter
from chalicelib.mail.letters.reservation import reservation
from chalicelib.programme import dates
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration


def plain_letter(event: Event, registration: Registration, link: str) -> Letter:
    """What every letter about a registration has; its subject and its news are still to be said."""
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


def with_places(
    plain: Letter, needs: Iterable[str], event: Event, registration: Registration, link: str
) -> Letter:
    """The letter with what is theirs now: the units, their programme, the code for the door, and what programs
    read of it."""
    _ = translator(plain.language)
    return replace(
        plain,
        details=(*plain.details, (_("Your registration covers"), event.titles(needs, plain.language))),
        itinerary_title=_("Your programme"),
        itinerary=itinerary(event, needs, plain.language),
        code=Action(_("Your code, to be shown at the door:"), link),
        reservation=reservation(event, registration, link, confirmed=True),
    )


def with_the_wait(
    plain: Letter, needs: Iterable[str], waiting_for: Iterable[str], event: Event, position: int | None
) -> Letter:
    """The letter with what they asked for, what of it they wait for, and their number in the line, if known."""
    _ = translator(plain.language)
    wanted = (_("You asked for"), event.titles(needs, plain.language))
    waiting = (_("Waiting for"), event.titles(waiting_for, plain.language))
    number = ((_("Your number in line"), str(position)),) if position else ()
    return replace(plain, details=(*plain.details, wanted, waiting, *number))


def calendar_note(event: Event, needs: Iterable[str], language: Language) -> str:
    """What the attached calendar files do."""
    _ = translator(language)
    if {leg.name for leg in event.legs} & set(needs):
        return _("The attached calendar files put the event and your journey into your calendar.")
    return _("The attached calendar file puts the event into your calendar.")


def next_step(event: Event, language: Language) -> str:
    """What somebody who waits can look forward to: the way this event's waitlist moves up."""
    _ = translator(language)
    if event.waitlist.mode == "offer":
        return _(
            "You need not do anything just now. As soon as there is room for you, we hold the place for you and"
            " write to you. Then we need your answer."
        )
    return _("You need not do anything. As soon as there is room for you, we register you and write to you.")


def cancel_in_time(language: Language) -> str:
    """What whoever cannot come is asked for."""
    _ = translator(language)
    return _("If you can no longer come, please cancel as soon as you know, so that the next in line can.")


def title(event: Event, language: Language) -> dict[str, str]:
    """The event's title, as a message's parameter."""
    return {"title": event.title.in_(language)}


def _venue(event: Event, language: Language) -> str:
    note = f" ({event.venue.note.in_(language)})" if event.venue.note else ""
    return place(event.venue) + note


def _map_url(event: Event) -> str:
    """By address alone: the map knows streets, and few venues by name."""
    return "https://www.openstreetmap.org/search?" + urlencode({"query": event.venue.address})
