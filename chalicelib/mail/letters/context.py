"""What the letters about a registration have in common: whom, when, where, the link, and what the places cover."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from chalicelib.language import Language, get_translator
from chalicelib.mail.letters.itinerary import build_itinerary, format_venue
from chalicelib.mail.letters.letter import LabelledLink, Letter
from chalicelib.mail.letters.reservation import build_reservation
from chalicelib.programme import dates
from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration


def build_base_letter(event: Event, registration: Registration, link: str) -> Letter:
    """What every letter about a registration has; its subject and its news are still to be said."""
    language = registration.attendee.language
    _ = get_translator(language)
    contact = {"name": event.contact.name, "email": event.contact.email}
    return Letter(
        language=language,
        subject="",
        greeting=_("Dear %(name)s") % {"name": registration.attendee.given_name},
        paragraphs=(),
        details=(
            (_("Event"), event.title.in_(language)),
            (_("When"), dates.format_period(event.starts_at, event.ends_at, language)),
            (_("Where"), _format_venue_with_note(event, language)),
        ),
        map=LabelledLink(_("Show on a map"), _build_map_url(event)),
        action=LabelledLink(_("See, change or cancel your registration"), link),
        closing=(
            _("Questions? Write to %(name)s, %(email)s, or reply to this mail.") % contact,
            _("Kind regards, %(name)s") % contact,
        ),
    )


def add_registration_details(
    base: Letter, needs: Iterable[str], event: Event, registration: Registration, link: str
) -> Letter:
    """The letter with what is theirs now: the units, their programme, the code for the door, and what programs
    read of it."""
    _ = get_translator(base.language)
    return replace(
        base,
        details=(*base.details, (_("Your registration covers"), event.join_titles(needs, base.language))),
        itinerary_title=_("Your programme"),
        itinerary=build_itinerary(event, needs, base.language),
        qr_code=LabelledLink(_("Your code, to be shown at the door:"), link),
        reservation=build_reservation(event, registration, link, is_confirmed=True),
    )


def add_waitlist_details(
    base: Letter, needs: Iterable[str], waiting_for: Iterable[str], event: Event, position: int | None
) -> Letter:
    """The letter with what they asked for, what of it they wait for, and their number in the line, if known."""
    _ = get_translator(base.language)
    wanted = (_("You asked for"), event.join_titles(needs, base.language))
    waiting = (_("Waiting for"), event.join_titles(waiting_for, base.language))
    number = ((_("Your number in line"), str(position)),) if position else ()
    return replace(base, details=(*base.details, wanted, waiting, *number))


def build_calendar_paragraph(event: Event, needs: Iterable[str], language: Language) -> str:
    """What the attached calendar files do."""
    _ = get_translator(language)
    if {leg.name for leg in event.legs} & set(needs):
        return _("The attached calendar files put the event and your journey into your calendar.")
    return _("The attached calendar file puts the event into your calendar.")


def build_next_step_paragraph(event: Event, language: Language) -> str:
    """What somebody who waits can look forward to: the way this event's waitlist moves up."""
    _ = get_translator(language)
    if event.waitlist.mode == "offer":
        return _(
            "You need not do anything just now. As soon as there is room for you, we hold the place for you and"
            " write to you. Then we need your answer."
        )
    return _("You need not do anything. As soon as there is room for you, we register you and write to you.")


def build_cancel_early_paragraph(language: Language) -> str:
    """What whoever cannot come is asked for."""
    _ = get_translator(language)
    return _("If you can no longer come, please cancel as soon as you know, so that the next in line can.")


def build_title_parameter(event: Event, language: Language) -> dict[str, str]:
    """The event's title, as a message's parameter."""
    return {"title": event.title.in_(language)}


def _format_venue_with_note(event: Event, language: Language) -> str:
    note = f" ({event.venue.note.in_(language)})" if event.venue.note else ""
    return format_venue(event.venue) + note


def _build_map_url(event: Event) -> str:
    """By address alone: the map knows streets, and few venues by name."""
    return "https://www.openstreetmap.org/search?" + urlencode({"query": event.venue.address})
